package org.lazaret.quarantine.index;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.settings.SettingsStore;
import org.lazaret.policy.settings.SettingsVersion;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.audit.AuditEntry;

/** Saved settings in tables beside the index, and their changes in its audit. */
public final class JdbcSettingsStore implements SettingsStore {
    private static final String ACTION = "settings changed";

    private final Database database;

    /** @param database closed by the index */
    public JdbcSettingsStore(Database database) {
        this.database = database;
    }

    @Override
    public long version() {
        return database.read(handle -> handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM settings_version").mapTo(Long.class).one());
    }

    @Override
    public Optional<SettingsVersion> find(long number) {
        return database.read(handle -> handle.createQuery("SELECT number, at, author, address, comment FROM settings_version WHERE number = :number")
            .bind("number", number)
            .map((row, context) -> version(handle, row))
            .findFirst());
    }

    @Override
    public List<SettingsVersion> history(long before, int limit) {
        return database.read(handle -> handle.createQuery("SELECT number, at, author, address, comment FROM settings_version"
                + " WHERE number < :before ORDER BY number DESC LIMIT :limit")
            .bind("before", before)
            .bind("limit", limit)
            .map((row, context) -> version(handle, row))
            .list());
    }

    private static SettingsVersion version(Handle handle, ResultSet row) throws SQLException {
        long number = row.getLong("number");
        Map<String, String> lines = new TreeMap<>();
        handle.createQuery("SELECT name, content FROM settings_line WHERE number = :number")
            .bind("number", number)
            .map((line, context) -> Map.entry(line.getString(1), line.getString(2)))
            .forEach(line -> lines.put(line.getKey(), line.getValue()));
        return new SettingsVersion(number, Instant.ofEpochMilli(row.getLong("at")), new Author(row.getString("author"), row.getString("address")),
            row.getString("comment"), lines);
    }

    @Override
    public boolean save(SettingsVersion version, String detail) {
        return database.write(handle -> {
            int saved = handle.createUpdate("INSERT INTO settings_version (number, at, author, address, comment)"
                    + " VALUES (:number, :at, :author, :address, :comment) ON CONFLICT DO NOTHING")
                .bind("number", version.number())
                .bind("at", version.at().toEpochMilli())
                .bind("author", version.author().name())
                .bind("address", version.author().address())
                .bind("comment", version.comment())
                .execute();
            if (saved == 0) {
                return false;
            }
            PreparedBatch lines = handle.prepareBatch("INSERT INTO settings_line (number, name, content) VALUES (:number, :name, :content)");
            version.lines().forEach((name, content) -> lines.bind("number", version.number()).bind("name", name).bind("content", content).add());
            if (lines.size() > 0) {
                lines.execute();
            }
            JdbcAudit.append(handle, new AuditEntry(version.at(), new Actor(Actor.Role.ADMINISTRATOR, version.author().name(),
                version.author().address()), ACTION, Optional.empty(), List.of(), detail));
            return true;
        });
    }
}
