package org.lazaret.quarantine.index;

import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.lazaret.quarantine.audit.AuditHead;

/** The second half of {@code V10}: puts the entries that were written before the audit was a chain at its beginning, in their order. */
final class ChainOldEntries implements JavaMigration {
    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("11");
    }

    @Override
    public String getDescription() {
        return "chain old entries";
    }

    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) {
        try (Handle handle = Jdbi.create(context.getConnection()).open()) {
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
}
