package org.lazaret.quarantine.index;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.EntryPattern;
import org.lazaret.policy.lists.EntryStore;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.RefusedEntryException;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.audit.AuditEntry;

/** The lists in tables beside the index, and their changes in its audit. */
public final class JdbcEntryStore implements EntryStore {
    private static final int BATCH = 1_000;

    private final Database database;
    private final Clock clock;

    /** @param database closed by the index */
    public JdbcEntryStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public long version() {
        return database.read(JdbcEntryStore::version);
    }

    private static long version(Handle handle) {
        return handle.createQuery("SELECT version FROM list_version WHERE one = 1").mapTo(Long.class).one();
    }

    @Override
    public Contents read() {
        return database.read(handle -> new Contents(version(handle),
            handle.createQuery("SELECT id, effect, field, pattern, recipient, expires, reason, author, created FROM list_entry")
                .map((row, context) -> entry(row))
                .list()));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        try {
            Field field = Field.valueOf(row.getString("field"));
            String recipient = row.getString("recipient");
            long expires = row.getLong("expires");
            boolean forever = row.wasNull();
            return new Entry(row.getString("id"), Effect.valueOf(row.getString("effect")), field, EntryPattern.parse(field, row.getString("pattern")),
                recipient.isEmpty() ? Optional.empty() : Optional.of(EntryPattern.parse(Field.RCPT_TO, recipient)),
                forever ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)), row.getString("reason"), row.getString("author"),
                Instant.ofEpochMilli(row.getLong("created")));
        } catch (RefusedEntryException | IllegalArgumentException e) {
            throw new IllegalStateException("The lists hold an entry that is none: " + row.getString("id"), e);
        }
    }

    @Override
    public boolean change(long expected, Collection<String> removed, Collection<Entry> added, Note note) {
        return database.write(handle -> {
            int current = handle.createUpdate("UPDATE list_version SET version = version + 1 WHERE one = 1 AND version = :expected")
                .bind("expected", expected)
                .execute();
            if (current == 0) {
                return false;
            }
            remove(handle, removed);
            add(handle, added);
            JdbcAudit.append(handle, new AuditEntry(clock.instant(), new Actor(Actor.Role.ADMINISTRATOR, note.author().name(),
                note.author().address()), note.action(), Optional.empty(), List.of(), note.detail()));
            return true;
        });
    }

    private static void remove(Handle handle, Collection<String> removed) {
        PreparedBatch batch = handle.prepareBatch("DELETE FROM list_entry WHERE id = :id");
        for (String id : removed) {
            batch.bind("id", id).add();
            executeWhenFull(batch, BATCH);
        }
        executeWhenFull(batch, 1);
    }

    private static void add(Handle handle, Collection<Entry> added) {
        PreparedBatch batch = handle.prepareBatch("INSERT INTO list_entry (id, effect, field, pattern, recipient, expires, reason, author, created)"
            + " VALUES (:id, :effect, :field, :pattern, :recipient, :expires, :reason, :author, :created)");
        for (Entry entry : added) {
            batch.bind("id", entry.id())
                .bind("effect", entry.effect().name())
                .bind("field", entry.field().name())
                .bind("pattern", entry.pattern().toString())
                .bind("recipient", entry.recipient().map(EntryPattern::toString).orElse(""))
                .bind("expires", entry.expires().map(Instant::toEpochMilli))
                .bind("reason", entry.reason())
                .bind("author", entry.author())
                .bind("created", entry.created().toEpochMilli())
                .add();
            executeWhenFull(batch, BATCH);
        }
        executeWhenFull(batch, 1);
    }

    private static void executeWhenFull(PreparedBatch batch, int size) {
        if (batch.size() >= size) {
            batch.execute();
        }
    }
}
