package org.lazaret.quarantine.index;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.AuditEntry;

/**
 * Holdings in the tables of the index. {@code record.content} is 1 while content is kept, 2 when nothing keeps it any more, 0 when it is
 * removed; the lock on a mail's row in {@code record} keeps holds and decisions apart.
 */
final class JdbcHoldings implements Holdings {
    private static final int MAX_TEXT = 1_000;
    private static final String NOT_DELETED_LATELY = " AND (content = 0 OR NOT EXISTS (SELECT 1 FROM record_recipient p WHERE p.record_id = record.id"
        + " AND p.state = 'DELETED' AND p.changed > :last))";

    private final Database database;

    JdbcHoldings(Database database) {
        this.database = database;
    }

    /** Counts messages whose content is kept from now on; negative, that is not any more. */
    static void added(Handle handle, int mails, long bytes) {
        handle.createUpdate("UPDATE stored SET mails = mails + :mails, bytes = bytes + :bytes WHERE one = 1")
            .bind("mails", mails)
            .bind("bytes", bytes)
            .execute();
    }

    /** The last thing that kept a mail's content may be gone: its content can go then too. */
    static void markUnused(Handle handle, RecordId id) {
        handle.createUpdate("UPDATE record SET content = 2 WHERE id = :id AND content = 1 AND hold_since = 0 AND NOT EXISTS (SELECT 1 FROM"
                + " record_recipient p WHERE p.record_id = record.id AND p.state IN (" + JdbcIndex.KEEPING + "))")
            .bind("id", id.value())
            .execute();
    }

    @Override
    public long bytes() {
        return database.read(handle -> handle.createQuery("SELECT bytes FROM stored WHERE one = 1").mapTo(Long.class).one());
    }

    @Override
    public long count() {
        return database.read(handle -> handle.createQuery("SELECT mails FROM stored WHERE one = 1").mapTo(Long.class).one());
    }

    @Override
    public boolean isKept(RecordId id) {
        return database.read(handle -> handle.createQuery("SELECT 1 FROM record WHERE id = :id AND content = 1").bind("id", id.value())
            .mapTo(Integer.class).findOne().isPresent());
    }

    /** {@code content <> 0} is what the index {@code record_with_content} is made for: SQLite wants to see it as it stands there. */
    @Override
    public List<HeldMail> oldest(Instant before, Optional<HeldMail> after, int limit) {
        return database.read(handle -> JdbcIndex.load(handle, handle.createQuery("SELECT id FROM record WHERE content = 1 AND content <> 0"
                + " AND hold_since = 0 AND received < :before AND (received, id) > (:received, :id) ORDER BY received, id LIMIT :limit")
            .bind("before", before.toEpochMilli())
            .bind("received", after.map(mail -> mail.received().toEpochMilli()).orElse(Long.MIN_VALUE))
            .bind("id", after.map(mail -> mail.id().value()).orElse(""))
            .bind("limit", limit)
            .mapTo(String.class)
            .list()));
    }

    @Override
    public List<RecordId> kept(Optional<RecordId> after, int limit) {
        return database.read(handle -> ids(handle, "SELECT id FROM record WHERE content = 1 AND id > :after ORDER BY id LIMIT :limit",
            after.map(RecordId::value).orElse(""), limit));
    }

    private static List<RecordId> ids(Handle handle, String sql, String after, int limit) {
        return handle.createQuery(sql)
            .bind("after", after)
            .bind("limit", limit)
            .map((row, context) -> new RecordId(row.getString(1)))
            .list();
    }

    @Override
    public List<String> expire(RecordId id, Collection<String> recipients, AuditEntry entry) {
        return database.write(handle -> {
            boolean free = handle.createQuery("SELECT id FROM record WHERE id = :id AND hold_since = 0" + database.lockingRows())
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .isPresent();
            if (!free) {
                return List.of();
            }
            List<String> expired = new ArrayList<>();
            for (String key : recipients.stream().map(one -> one.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(TreeSet::new))) {
                expired.addAll(handle.createQuery("UPDATE record_recipient SET previous = state, state = :to, owner = '', changed = :now"
                        + " WHERE record_id = :id AND address_key = :key AND state IN (" + JdbcIndex.names(JdbcIndex.sourcesOf(State.EXPIRED))
                        + ") RETURNING address")
                    .bind("to", State.EXPIRED.name())
                    .bind("now", entry.at().toEpochMilli())
                    .bind("id", id.value())
                    .bind("key", key)
                    .mapTo(String.class)
                    .list());
            }
            if (!expired.isEmpty()) {
                markUnused(handle, id);
                JdbcAudit.append(handle, entry.withRecipients(expired));
            }
            return expired;
        });
    }

    @Override
    public Optional<LegalHold> legalHold(RecordId id) {
        return database.read(handle -> handle.createQuery("SELECT hold_since, hold_author, hold_reason FROM record WHERE id = :id AND hold_since > 0")
            .bind("id", id.value())
            .map((row, context) -> new LegalHold(Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3)))
            .findOne());
    }

    @Override
    public boolean placeHold(RecordId id, LegalHold hold, AuditEntry entry) {
        return database.write(handle -> {
            int placed = handle.createUpdate("UPDATE record SET hold_since = :since, hold_author = :author, hold_reason = :reason"
                    + " WHERE id = :id AND content = 1 AND hold_since = 0")
                .bind("since", hold.since().toEpochMilli())
                .bind("author", kept(hold.author()))
                .bind("reason", kept(hold.reason()))
                .bind("id", id.value())
                .execute();
            if (placed > 0) {
                JdbcAudit.append(handle, entry);
            }
            return placed > 0;
        });
    }

    @Override
    public boolean liftHold(RecordId id, AuditEntry entry) {
        return database.write(handle -> {
            int lifted = handle.createUpdate("UPDATE record SET hold_since = 0, hold_author = '', hold_reason = '' WHERE id = :id AND hold_since > 0")
                .bind("id", id.value())
                .execute();
            if (lifted > 0) {
                markUnused(handle, id);
                JdbcAudit.append(handle, entry);
            }
            return lifted > 0;
        });
    }

    @Override
    public boolean isUnused(RecordId id, Instant lastDeletion) {
        return database.read(handle -> handle.createQuery("SELECT 1 FROM record WHERE id = :id AND content <> 1" + NOT_DELETED_LATELY)
            .bind("id", id.value())
            .bind("last", lastDeletion.toEpochMilli())
            .mapTo(Integer.class).findOne().isPresent());
    }

    @Override
    public void removed(RecordId id) {
        database.write(handle -> {
            Optional<Long> bytes = handle.createQuery("UPDATE record SET content = 0 WHERE id = :id AND content <> 0 RETURNING size")
                .bind("id", id.value())
                .mapTo(Long.class)
                .findOne();
            handle.createUpdate("DELETE FROM damaged WHERE record_id = :id").bind("id", id.value()).execute();
            bytes.ifPresent(size -> added(handle, -1, -size));
            return bytes;
        });
    }

    @Override
    public List<RecordId> unused(Instant lastDeletion, int limit) {
        return database.read(handle -> handle.createQuery("SELECT id FROM record WHERE content = 2" + NOT_DELETED_LATELY + " LIMIT :limit")
            .bind("last", lastDeletion.toEpochMilli())
            .bind("limit", limit)
            .map((row, context) -> new RecordId(row.getString(1)))
            .list());
    }

    @Override
    public void damaged(RecordId id, Instant now, String problem) {
        database.write(handle -> handle.createUpdate("INSERT INTO damaged (record_id, found, problem) VALUES (:id, :now, :problem)"
                + " ON CONFLICT (record_id) DO UPDATE SET problem = excluded.problem")
            .bind("id", id.value())
            .bind("now", now.toEpochMilli())
            .bind("problem", kept(problem))
            .execute());
    }

    @Override
    public void sound(RecordId id) {
        boolean known = database.read(handle -> handle.createQuery("SELECT 1 FROM damaged WHERE record_id = :id").bind("id", id.value())
            .mapTo(Integer.class).findOne().isPresent());
        if (known) {
            database.write(handle -> handle.createUpdate("DELETE FROM damaged WHERE record_id = :id").bind("id", id.value()).execute());
        }
    }

    @Override
    public List<Damage> damages(int limit) {
        return database.read(handle -> handle.createQuery("SELECT record_id, found, problem FROM damaged ORDER BY found DESC, record_id LIMIT :limit")
            .bind("limit", limit)
            .map((row, context) -> new Damage(new RecordId(row.getString(1)), Instant.ofEpochMilli(row.getLong(2)), row.getString(3)))
            .list());
    }

    @Override
    public Optional<Progress> progress(Work work) {
        return database.read(handle -> handle.createQuery("SELECT started, updated, finished, total, done, failed, problem FROM work"
                + " WHERE name = :name")
            .bind("name", work.name())
            .map((row, context) -> new Progress(work, Instant.ofEpochMilli(row.getLong(1)), Instant.ofEpochMilli(row.getLong(2)),
                row.getLong(3) == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(row.getLong(3))), row.getLong(4), row.getLong(5),
                row.getLong(6), row.getString(7)))
            .findOne());
    }

    @Override
    public Optional<String> position(Work work) {
        return database.read(handle -> handle.createQuery("SELECT position FROM work WHERE name = :name AND finished = 0")
            .bind("name", work.name())
            .mapTo(String.class)
            .findOne());
    }

    @Override
    public void progress(Progress progress, String position) {
        database.write(handle -> handle.createUpdate("INSERT INTO work (name, started, updated, finished, position, total, done, failed, problem)"
                + " VALUES (:name, :started, :updated, :finished, :position, :total, :done, :failed, :problem) ON CONFLICT (name) DO UPDATE SET"
                + " started = excluded.started, updated = excluded.updated, finished = excluded.finished, position = excluded.position,"
                + " total = excluded.total, done = excluded.done, failed = excluded.failed, problem = excluded.problem")
            .bind("name", progress.work().name())
            .bind("started", progress.started().toEpochMilli())
            .bind("updated", progress.updated().toEpochMilli())
            .bind("finished", progress.finished().map(Instant::toEpochMilli).orElse(0L))
            .bind("position", position)
            .bind("total", progress.total())
            .bind("done", progress.done())
            .bind("failed", progress.failed())
            .bind("problem", kept(progress.problem()))
            .execute());
    }

    private static String kept(String text) {
        String clean = text.replace('\0', '\uFFFD');
        return clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT) : clean;
    }
}
