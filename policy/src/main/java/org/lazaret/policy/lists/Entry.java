package org.lazaret.policy.lists;

import java.time.Instant;
import java.util.Optional;
import org.lazaret.policy.Keyword;

/**
 * An entry of the lists.
 *
 * @param id        32 hexadecimal digits, its own
 * @param recipient for whom alone it holds: an address or a domain; empty for everybody
 * @param expires   from when on it matches nothing; empty for never
 * @param reason    why, for people
 * @param author    who made it
 */
public record Entry(String id, Effect effect, Field field, EntryPattern pattern, Optional<EntryPattern> recipient, Optional<Instant> expires,
                    String reason, String author, Instant created) {
    /** What there is one entry for: a pattern cannot be both allowed and blocked for the same recipient. */
    record Place(Field field, String pattern, String recipient) {
        @Override
        public String toString() {
            return Keyword.of(field) + " " + pattern + (recipient.isEmpty() ? "" : " for " + recipient);
        }
    }

    Place place() {
        return new Place(field, pattern.toString(), recipient.map(EntryPattern::toString).orElse(""));
    }

    boolean holdsAt(Instant now) {
        return expires.isEmpty() || now.isBefore(expires.get());
    }
}
