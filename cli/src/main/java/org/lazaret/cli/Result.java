package org.lazaret.cli;

import org.lazaret.policy.Action;
import org.lazaret.scan.Verdict;

/**
 * What came out of one input.
 *
 * @param form   how it was read
 * @param action what the policy would do with a mail like this
 * @param millis wall-clock time of the scan
 */
record Result(Input input, Input.Form form, Verdict verdict, ExitStatus status, Action action, long millis) {
}
