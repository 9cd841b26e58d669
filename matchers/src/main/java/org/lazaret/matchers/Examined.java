package org.lazaret.matchers;

import org.lazaret.policy.Action;
import org.lazaret.policy.Context;
import org.lazaret.policy.Policy;
import org.lazaret.scan.Verdict;

/** What is known of a mail once {@code ScanAttachments} is done with it. */
public sealed interface Examined {
    /** It was looked at. */
    record Judged(Verdict verdict) implements Examined {
    }

    /** It was released from quarantine and carries a valid marker: not looked at again. */
    record Released() implements Examined {
    }

    default Action action(Policy policy, Context context) {
        return switch (this) {
            case Judged judged -> policy.decide(judged.verdict(), context);
            case Released released -> Action.PERMIT;
        };
    }
}
