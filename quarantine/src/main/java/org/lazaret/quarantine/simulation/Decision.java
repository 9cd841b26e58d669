package org.lazaret.quarantine.simulation;

import org.lazaret.policy.Action;
import org.lazaret.scan.Score;

/** What a mail is worth to a recipient, and what becomes of it. */
public record Decision(Score score, Action action) {
}
