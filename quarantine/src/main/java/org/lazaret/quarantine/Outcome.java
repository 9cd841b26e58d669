package org.lazaret.quarantine;

import java.util.Set;

/** What a decision on a held mail led to. */
public sealed interface Outcome {
    /** It holds now for these recipients. */
    record Done(State state, Set<String> recipients) implements Outcome {
        public Done {
            recipients = Set.copyOf(recipients);
        }
    }

    /** Decided before, by anybody; nothing was changed. */
    record Already(State state) implements Outcome {
    }

    /** No such mail for that recipient. */
    record Unknown() implements Outcome {
    }

    /** Could not be done; the mail is kept as it was and the call can be repeated. */
    record FailedToAct(String reason) implements Outcome {
    }
}
