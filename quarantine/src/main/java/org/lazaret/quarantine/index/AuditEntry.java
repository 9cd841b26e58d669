package org.lazaret.quarantine.index;

import java.time.Instant;
import java.util.List;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.RecordId;

/**
 * Who did what to which mail, and when.
 *
 * @param action     such as {@code held}, {@code opened}, {@code released}
 * @param recipients for whom; empty for the mail as a whole
 * @param detail     why, or what went wrong; may hold text from a mail or a person, so escape before display
 */
public record AuditEntry(Instant at, Actor actor, String action, RecordId record, List<String> recipients, String detail) {
    public AuditEntry {
        recipients = List.copyOf(recipients);
    }

    public AuditEntry withRecipients(List<String> other) {
        return new AuditEntry(at, actor, action, record, other, detail);
    }
}
