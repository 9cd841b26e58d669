package org.lazaret.quarantine.index;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;

/**
 * The audit in a table. Appending takes the lock on the one row of {@code audit_head} until the transaction ends, so that the entries of all
 * nodes follow one another in one chain, and none is missing in it; it comes last in a transaction, so that the lock is short and locks are
 * always taken in the same order.
 */
final class JdbcAudit implements Audit {
    private static final int PAGE = 1_000;
    private static final String COLUMNS = "sequence, at, role, actor, address, action, record_id, recipients, detail, sha256, previous, hash";

    private final Database database;

    JdbcAudit(Database database) {
        this.database = database;
    }

    @Override
    public void append(AuditEntry entry) {
        database.write(handle -> append(handle, entry));
    }

    @Override
    public void watch(Consumer<AuditEntry> watcher) {
        database.watch(watcher);
    }

    @Override
    public List<ChainedEntry> page(AuditQuery query) {
        return database.read(handle -> page(handle, query));
    }

    @Override
    public List<ChainedEntry> after(long sequence, int limit) {
        return database.read(handle -> after(handle, sequence, limit));
    }

    @Override
    public AuditHead head() {
        return database.read(JdbcAudit::head);
    }

    @Override
    public AuditCheck check(Optional<AuditHead> known) {
        return database.read(handle -> check(handle, known));
    }

    /** Adds an entry as the last thing of a transaction, with the digest of its record's message. */
    static ChainedEntry append(Handle handle, AuditEntry entry) {
        AuditHead head = handle.createQuery("UPDATE audit_head SET sequence = sequence WHERE one = 1 RETURNING sequence, hash")
            .map((row, context) -> new AuditHead(row.getLong(1), row.getString(2)))
            .one();
        Appender appender = new Appender(handle, head);
        ChainedEntry link = appender.append(entry);
        appender.writeHead();
        Watcher watcher = handle.getConfig(Watcher.class);
        handle.afterCommit(() -> watcher.tell(entry));
        return link;
    }

    /** Appends behind a head whose lock is held. */
    static final class Appender {
        private final Handle handle;
        private AuditHead head;

        Appender(Handle handle, AuditHead head) {
            this.handle = handle;
            this.head = head;
        }

        ChainedEntry append(AuditEntry entry) {
            String sha256 = entry.record().map(this::sha256).orElse("");
            ChainedEntry link = ChainedEntry.after(head.hash(), head.sequence() + 1, entry, sha256);
            handle.createUpdate("INSERT INTO audit (" + COLUMNS + ") VALUES (:sequence, :at, :role, :actor, :address, :action, :record,"
                    + " :recipients, :detail, :sha256, :previous, :hash)")
                .bind("sequence", link.sequence())
                .bind("at", entry.at().toEpochMilli())
                .bind("role", entry.actor().role().name())
                .bind("actor", entry.actor().name())
                .bind("address", entry.actor().address())
                .bind("action", entry.action())
                .bind("record", entry.record().map(RecordId::value).orElse(""))
                .bind("recipients", JdbcIndex.json(entry.recipients()))
                .bind("detail", entry.detail())
                .bind("sha256", sha256)
                .bind("previous", link.previous())
                .bind("hash", link.hash())
                .execute();
            head = new AuditHead(link.sequence(), link.hash());
            return link;
        }

        void writeHead() {
            handle.createUpdate("UPDATE audit_head SET sequence = :sequence, hash = :hash WHERE one = 1")
                .bind("sequence", head.sequence())
                .bind("hash", head.hash())
                .execute();
        }

        private String sha256(RecordId record) {
            return handle.createQuery("SELECT sha256 FROM record WHERE id = :id").bind("id", record.value()).mapTo(String.class).findOne().orElse("");
        }
    }

    private static AuditHead head(Handle handle) {
        return handle.createQuery("SELECT sequence, hash FROM audit_head WHERE one = 1")
            .map((row, context) -> new AuditHead(row.getLong(1), row.getString(2)))
            .one();
    }

    private static AuditCheck check(Handle handle, Optional<AuditHead> known) {
        AuditHead head = head(handle);
        AuditCheck.Walk walk = new AuditCheck.Walk(known);
        List<ChainedEntry> page = after(handle, 0, PAGE);
        while (!page.isEmpty()) {
            for (ChainedEntry link : page) {
                if (!walk.next(link)) {
                    return walk.end(Optional.of(head));
                }
            }
            page = after(handle, page.getLast().sequence(), PAGE);
        }
        return walk.end(Optional.of(head));
    }

    private static List<ChainedEntry> after(Handle handle, long sequence, int limit) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM audit WHERE sequence > :sequence ORDER BY sequence LIMIT :limit")
            .bind("sequence", sequence)
            .bind("limit", limit)
            .map((row, context) -> link(row))
            .list();
    }

    private static List<ChainedEntry> page(Handle handle, AuditQuery query) {
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM audit WHERE 1 = 1");
        Map<String, Object> values = new HashMap<>();
        query.record().ifPresent(record -> {
            sql.append(" AND record_id = :record");
            values.put("record", record.value());
        });
        if (!query.actor().isEmpty()) {
            sql.append(" AND actor = :actor");
            values.put("actor", query.actor());
        }
        if (!query.action().isEmpty()) {
            sql.append(" AND action = :action");
            values.put("action", query.action());
        }
        query.from().ifPresent(from -> {
            sql.append(" AND at >= :from");
            values.put("from", from.toEpochMilli());
        });
        query.to().ifPresent(to -> {
            sql.append(" AND at < :to");
            values.put("to", to.toEpochMilli());
        });
        query.before().ifPresent(before -> {
            sql.append(" AND sequence < :before");
            values.put("before", before);
        });
        values.put("limit", query.limit());
        return handle.createQuery(sql.append(" ORDER BY sequence DESC LIMIT :limit").toString())
            .bindMap(values)
            .map((row, context) -> link(row))
            .list();
    }

    private static ChainedEntry link(ResultSet row) throws SQLException {
        return new ChainedEntry(row.getLong("sequence"), entry(row), row.getString("sha256"), row.getString("previous"), row.getString("hash"));
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        String record = row.getString("record_id");
        return new AuditEntry(Instant.ofEpochMilli(row.getLong("at")),
            new Actor(Actor.Role.valueOf(row.getString("role")), row.getString("actor"), row.getString("address")), row.getString("action"),
            record.isEmpty() ? Optional.empty() : Optional.of(new RecordId(record)), JdbcIndex.strings(row.getString("recipients")),
            row.getString("detail"));
    }

    /** An entry of the time before the chain. */
    record Unchained(long sequence, AuditEntry entry) {
    }

    static List<Unchained> unchained(Handle handle, long after) {
        return handle.createQuery("SELECT sequence, at, role, actor, address, action, record_id, recipients, detail FROM audit_unchained"
                + " WHERE sequence > :after ORDER BY sequence LIMIT :limit")
            .bind("after", after)
            .bind("limit", PAGE)
            .map((row, context) -> new Unchained(row.getLong("sequence"), entry(row)))
            .list();
    }
}
