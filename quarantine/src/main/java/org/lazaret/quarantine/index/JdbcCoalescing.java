package org.lazaret.quarantine.index;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.notice.Letter;

/** In the outbox of the index: a row with {@code digest_at} waits. */
final class JdbcCoalescing implements Coalescing {
    private final Database database;

    JdbcCoalescing(Database database) {
        this.database = database;
    }

    /** A row of the outbox that waits. */
    private record Row(String name, RecordId record, String reader, String summary) {
    }

    @Override
    public boolean alone(RecordId record, Letter letter, int perWindow, Instant now) {
        return database.write(handle -> {
            int fresh = handle.createUpdate("INSERT INTO notice_given (name, at, alone) VALUES (:name, :now, 1) ON CONFLICT DO NOTHING")
                .bind("name", letter.name())
                .bind("now", now.toEpochMilli())
                .execute();
            if (fresh == 0) {
                return handle.createQuery("SELECT alone FROM notice_given WHERE name = :name").bind("name", letter.name())
                    .mapTo(Integer.class).one() == 1;
            }
            long until = waitUntil(handle, letter, perWindow, now);
            if (until == 0) {
                return true;
            }
            handle.createUpdate("UPDATE notice_given SET alone = 0 WHERE name = :name").bind("name", letter.name()).execute();
            JdbcIndex.post(handle, record, List.of(new Letter(letter.kind(), letter.name(), letter.sender(), letter.recipients(), new byte[0],
                letter.summary())), now);
            wait(handle, letter, until);
            return false;
        });
    }

    @Override
    public boolean stillAlone(Letter letter, int perWindow, Instant now) {
        return database.write(handle -> {
            long until = waitUntil(handle, letter, perWindow, now);
            if (until > 0) {
                wait(handle, letter, until);
            }
            return until == 0;
        });
    }

    /** When the letter's digest is due; 0 when it goes out by itself. The row of the window keeps nodes apart. */
    private static long waitUntil(Handle handle, Letter letter, int perWindow, Instant now) {
        long over = now.minus(WINDOW).toEpochMilli();
        return handle.createQuery("INSERT INTO notice_window (reader, started, given) VALUES (:reader, :now, 1) ON CONFLICT (reader) DO UPDATE SET"
                + " started = CASE WHEN notice_window.started <= :over THEN :now ELSE notice_window.started END,"
                + " given = CASE WHEN notice_window.started <= :over THEN 1 ELSE notice_window.given + 1 END RETURNING started, given")
            .bind("reader", reader(letter))
            .bind("now", now.toEpochMilli())
            .bind("over", over)
            .map((row, context) -> row.getInt(2) <= perWindow ? 0L : row.getLong(1) + WINDOW.toMillis())
            .one();
    }

    private static void wait(Handle handle, Letter letter, long until) {
        handle.createUpdate("UPDATE outbox SET digest_at = :until, reader = :reader, lease_until = 0 WHERE name = :name")
            .bind("until", until)
            .bind("reader", reader(letter))
            .bind("name", letter.name())
            .execute();
    }

    private static String reader(Letter letter) {
        if (letter.recipients().size() != 1) {
            throw new IllegalArgumentException("A letter that may wait has one reader: " + letter.name());
        }
        return letter.kind() + (letter.summary().isEmpty() ? " " : " by summary ") + JdbcIndex.lower(letter.recipients().get(0));
    }

    @Override
    public int collect(Outgoing.Kind kind, Instant now, Writer writer) {
        boolean due = database.read(handle -> handle.createQuery("SELECT 1 FROM outbox WHERE digest_at > 0 AND digest_at <= :now AND kind = :kind"
                + " LIMIT 1")
            .bind("now", now.toEpochMilli())
            .bind("kind", kind.name())
            .mapTo(Integer.class)
            .findFirst()
            .isPresent());
        int collected = 0;
        while (due) {
            int waited = database.write(handle -> collectOne(handle, kind, now, writer));
            if (waited == 0) {
                break;
            }
            collected += waited;
        }
        return collected;
    }

    private int collectOne(Handle handle, Outgoing.Kind kind, Instant now, Writer writer) {
        Optional<String> reader = handle.createQuery("SELECT reader FROM outbox WHERE digest_at > 0 AND digest_at <= :now AND kind = :kind"
                + " ORDER BY digest_at, reader LIMIT 1")
            .bind("now", now.toEpochMilli())
            .bind("kind", kind.name())
            .mapTo(String.class)
            .findFirst();
        if (reader.isEmpty()) {
            return 0;
        }
        List<Row> rows = handle.createQuery("SELECT name, record_id, recipients, summary FROM outbox WHERE digest_at > 0 AND digest_at <= :now"
                + " AND reader = :reader ORDER BY created, name LIMIT :limit" + database.lockingRows())
            .bind("now", now.toEpochMilli())
            .bind("reader", reader.get())
            .bind("limit", MAX_DIGEST)
            .map((row, context) -> new Row(row.getString(1), new RecordId(row.getString(2)), JdbcIndex.strings(row.getString(3)).get(0),
                row.getString(4)))
            .list();
        if (rows.isEmpty()) {
            return 0;
        }
        for (Row row : rows) {
            handle.createUpdate("DELETE FROM outbox WHERE name = :name").bind("name", row.name()).execute();
        }
        Map<RecordId, HeldMail> mails = JdbcIndex.load(handle, rows.stream().map(row -> row.record().value()).distinct().toList()).stream()
            .collect(Collectors.toMap(HeldMail::id, Function.identity()));
        List<Waiting> waiting = rows.stream().map(row -> new Waiting(row.record(), Optional.ofNullable(mails.get(row.record())), row.summary()))
            .toList();
        writer.apply(rows.get(0).reader(), waiting).ifPresent(digest -> JdbcIndex.post(handle, rows.get(0).record(), List.of(digest), now));
        return rows.size();
    }

    @Override
    public void forget(Instant before) {
        database.write(handle -> handle.createUpdate("DELETE FROM notice_given WHERE at < :before").bind("before", before.toEpochMilli()).execute()
            + handle.createUpdate("DELETE FROM notice_window WHERE started < :before").bind("before", before.toEpochMilli()).execute());
    }
}
