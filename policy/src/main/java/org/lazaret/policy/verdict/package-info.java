/**
 * Verdicts as text: takes a {@link org.lazaret.scan.Verdict} and hands on JSON, and the other way round. Mail attributes, the index of
 * held mail and the header inside stored content all hold this one form.
 */
@NullMarked
package org.lazaret.policy.verdict;

import org.jspecify.annotations.NullMarked;
