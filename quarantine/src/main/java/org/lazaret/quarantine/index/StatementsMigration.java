package org.lazaret.quarantine.index;

import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A step of the schema that is too much for SQL alone. One transaction; version and description stay what they are for ever. */
abstract class StatementsMigration implements JavaMigration {
    private final MigrationVersion version;
    private final String description;

    StatementsMigration(String version, String description) {
        this.version = MigrationVersion.fromVersion(version);
        this.description = description;
    }

    abstract void migrate(Handle handle);

    @Override
    public final MigrationVersion getVersion() {
        return version;
    }

    @Override
    public final String getDescription() {
        return description;
    }

    @Override
    public final @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public final boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public final void migrate(Context context) {
        try (Handle handle = Jdbi.create(context.getConnection()).open()) {
            migrate(handle);
        }
    }
}
