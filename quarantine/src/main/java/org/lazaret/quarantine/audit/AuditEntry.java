package org.lazaret.quarantine.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.RecordId;

/**
 * Who did what, when, from where and why.
 *
 * <p>Texts are kept as any database and any JSON reader gives them back: NUL and halves of surrogate pairs become U+FFFD.
 *
 * @param at         to the millisecond
 * @param action     such as {@code held}, {@code opened}, {@code released}
 * @param record     the mail; empty for what is not about one
 * @param recipients for whom; empty for the mail as a whole
 * @param detail     why, or what went wrong; may hold text from a mail or a person, so escape before display
 */
public record AuditEntry(Instant at, Actor actor, String action, Optional<RecordId> record, List<String> recipients, String detail) {
    public AuditEntry {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        actor = new Actor(actor.role(), kept(actor.name()), kept(actor.address()));
        recipients = recipients.stream().map(AuditEntry::kept).toList();
        detail = kept(detail);
    }

    public AuditEntry withRecipients(List<String> other) {
        return new AuditEntry(at, actor, action, record, other, detail);
    }

    private static String kept(String text) {
        if (text.chars().noneMatch(character -> character == 0 || Character.isSurrogate((char) character))) {
            return text;
        }
        return text.codePoints()
            .map(point -> point == 0 || Character.getType(point) == Character.SURROGATE ? '\uFFFD' : point)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    }
}
