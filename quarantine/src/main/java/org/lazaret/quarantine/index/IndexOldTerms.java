package org.lazaret.quarantine.index;

import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.lazaret.quarantine.HeldMail;

/** The second half of {@code V4}: the search terms of the records that there are. */
final class IndexOldTerms implements JavaMigration {
    private static final int BATCH = 500;

    private final FullText fullText;

    IndexOldTerms(FullText fullText) {
        this.fullText = fullText;
    }

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("5");
    }

    @Override
    public String getDescription() {
        return "terms of old records";
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
            String last = "";
            for (List<String> ids = after(handle, last); !ids.isEmpty(); ids = after(handle, last)) {
                for (HeldMail mail : JdbcIndex.load(handle, ids)) {
                    long number = handle.createQuery("SELECT number FROM record WHERE id = :id")
                        .bind("id", mail.id().value())
                        .mapTo(Long.class)
                        .one();
                    JdbcIndex.insertTerms(handle, fullText, number, mail);
                }
                last = ids.getLast();
            }
        }
    }

    private static List<String> after(Handle handle, String last) {
        return handle.createQuery("SELECT id FROM record WHERE id > :last ORDER BY id LIMIT :limit")
            .bind("last", last)
            .bind("limit", BATCH)
            .mapTo(String.class)
            .list();
    }
}
