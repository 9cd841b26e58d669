package org.lazaret.quarantine.index;

import org.jdbi.v3.core.Handle;
import org.lazaret.quarantine.audit.AuditHead;

/** The second half of {@code V10}: puts the entries that were written before the audit was a chain at its beginning, in their order. */
final class ChainOldEntries extends StatementsMigration {
    ChainOldEntries() {
        super("11", "chain old entries");
    }

    @Override
    void migrate(Handle handle) {
        JdbcAudit.Appender appender = new JdbcAudit.Appender(handle, AuditHead.NONE);
        long after = 0;
        long before = -1;
        while (before != after) {
            before = after;
            for (JdbcAudit.Unchained old : JdbcAudit.unchained(handle, after)) {
                appender.append(old.entry());
                after = old.sequence();
            }
        }
        appender.writeHead();
        handle.execute("DROP TABLE audit_unchained");
    }
}
