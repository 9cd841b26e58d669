package org.lazaret.policy.lists;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An entry as somebody asks for it.
 *
 * @param pattern   as {@link EntryPattern} describes
 * @param recipient an address or a domain; empty for everybody
 * @param reason    at most {@value #MAX_REASON} characters
 */
public record Draft(Effect effect, Field field, String pattern, String recipient, Optional<Instant> expires, String reason) {
    public static final int MAX_REASON = 500;
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    Entry entry(String id, String author, Instant created) throws RefusedEntryException {
        EntryPattern matched = EntryPattern.parse(field, pattern);
        Optional<EntryPattern> scope = recipient.isBlank() ? Optional.empty() : Optional.of(scope());
        if (reason.length() > MAX_REASON || reason.codePoints().anyMatch(Character::isISOControl)) {
            throw new RefusedEntryException("A reason is one line of at most " + MAX_REASON + " characters");
        }
        if (expires.isPresent() && !expires.get().isBefore(END)) {
            throw new RefusedEntryException("An entry expires before " + END + ", or never");
        }
        return new Entry(id, effect, field, matched, scope, expires.map(time -> time.truncatedTo(ChronoUnit.MILLIS)), reason, author, created);
    }

    private EntryPattern scope() throws RefusedEntryException {
        if (field == Field.RCPT_TO) {
            throw new RefusedEntryException("An entry for rcpt-to names the recipient itself, and takes no other");
        }
        EntryPattern scope = EntryPattern.parse(Field.RCPT_TO, recipient);
        if (scope instanceof EntryPattern.BelowDomain) {
            throw new RefusedEntryException("'" + recipient + "' is no recipient: an address or a domain");
        }
        return scope;
    }
}
