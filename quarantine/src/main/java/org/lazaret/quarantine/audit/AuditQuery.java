package org.lazaret.quarantine.audit;

import java.time.Instant;
import java.util.Optional;
import org.lazaret.quarantine.RecordId;

/**
 * Which entries of the audit to list, latest first.
 *
 * @param record only entries about this mail
 * @param actor  only what this person or job did; empty for all
 * @param action only this action; empty for all
 * @param from   only what was written at this time or later, by the clock of the node that wrote it
 * @param to     only what was written before this time
 * @param before the page behind this sequence
 * @param limit  entries a page, 1 to 1,000
 */
public record AuditQuery(Optional<RecordId> record, String actor, String action, Optional<Instant> from, Optional<Instant> to,
                         Optional<Long> before, int limit) {
    public AuditQuery {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("A page has 1 to 1000 entries, not " + limit);
        }
    }

    public static AuditQuery latest(int limit) {
        return new AuditQuery(Optional.empty(), "", "", Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    public static AuditQuery of(RecordId record) {
        return new AuditQuery(Optional.of(record), "", "", Optional.empty(), Optional.empty(), Optional.empty(), 1_000);
    }
}
