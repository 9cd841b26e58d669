package org.lazaret.quarantine;

import java.util.Optional;
import java.util.Set;

/**
 * Which held mails to list, newest first.
 *
 * @param recipient only mails for this address
 * @param states    only mails that have one of these states for some recipient (for the recipient, when one is given); empty for all
 * @param text      part of the subject, sender or a recipient, in any case; empty for all
 * @param after     the page behind this record
 * @param limit     records a page, 1 to 1,000
 */
public record Query(Optional<String> recipient, Set<State> states, String text, Optional<RecordId> after, int limit) {
    public Query {
        states = Set.copyOf(states);
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("A page has 1 to 1000 records, not " + limit);
        }
    }

    public static Query all() {
        return new Query(Optional.empty(), Set.of(), "", Optional.empty(), 100);
    }

    public static Query of(String recipient) {
        return new Query(Optional.of(recipient), Set.of(), "", Optional.empty(), 100);
    }
}
