package org.lazaret.quarantine.index;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.scan.log.Log;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * One SQLite file, in WAL mode with {@code synchronous=FULL}: a commit is on disk when it returns. Writing transactions begin IMMEDIATE and
 * take turns in this process on one connection; readers never wait for them. Works that came while a commit was being forced to disk share the
 * next one, since forcing is what takes the time.
 */
public final class SqliteDatabase implements Database {
    private static final Log LOGGER = Log.of(SqliteDatabase.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 20_000;
    /** So many works share a commit at most. */
    private static final int SHARED = 64;

    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final Jdbi writer;
    private final Jdbi reader;
    private final Queue<Turn<?>> waiting = new ConcurrentLinkedQueue<>();
    private final Lock committing = new ReentrantLock();

    /** Opens the file, made when it does not exist, and brings its schema up to date. */
    public SqliteDatabase(Path file) {
        writing = pool(file, "lazaret-index-writer", 1, SQLiteConfig.TransactionMode.IMMEDIATE);
        try {
            Schema.migrate(writing, "sqlite", FullText.SQLITE);
            reading = pool(file, "lazaret-index-reader", READERS, SQLiteConfig.TransactionMode.DEFERRED);
        } catch (RuntimeException e) {
            writing.close();
            throw e;
        }
        writer = Jdbi.create(writing);
        reader = Jdbi.create(reading);
    }

    private static HikariDataSource pool(Path file, String name, int size, SQLiteConfig.TransactionMode mode) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTransactionMode(mode);
        config.enforceForeignKeys(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setDataSource(source);
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(1);
        pool.setMaxLifetime(0);
        pool.setConnectionTimeout(BUSY_MILLIS + 10_000);
        return new HikariDataSource(pool);
    }

    @Override
    public <T> T read(Work<T> work) {
        return reader.inTransaction(work::on);
    }

    @Override
    public <T> T write(Work<T> work) {
        Turn<T> turn = new Turn<>(work);
        waiting.add(turn);
        committing.lock();
        try {
            while (turn.outcome == null) {
                commit();
            }
        } finally {
            committing.unlock();
        }
        return turn.outcome.get();
    }

    /** Does what is waiting, in one transaction; when that fails, each work in its own, so that it fails by itself. */
    private void commit() {
        List<Turn<?>> turns = new ArrayList<>();
        for (Turn<?> turn = waiting.poll(); turn != null; turn = turns.size() < SHARED ? waiting.poll() : null) {
            turns.add(turn);
        }
        if (turns.size() > 1) {
            try {
                List<Runnable> done = writer.inTransaction(handle -> turns.stream().map(turn -> turn.on(handle)).toList());
                done.forEach(Runnable::run);
                return;
            } catch (RuntimeException | Error e) {
                LOGGER.debug("{} works do not go together, each is done by itself", turns.size(), e);
            }
        }
        for (Turn<?> turn : turns) {
            try {
                writer.<Runnable, RuntimeException>inTransaction(turn::on).run();
            } catch (RuntimeException e) {
                turn.outcome = () -> {
                    throw e;
                };
            } catch (Error e) {
                turn.outcome = () -> {
                    throw e;
                };
            }
        }
    }

    /** A work that waits for its transaction. */
    private static final class Turn<T> {
        private final Work<T> work;
        private @Nullable Supplier<T> outcome;

        private Turn(Work<T> work) {
            this.work = work;
        }

        /** @return to be run once it is committed */
        private Runnable on(Handle handle) {
            T result = work.on(handle);
            return () -> outcome = () -> result;
        }
    }

    @Override
    public void watch(Consumer<AuditEntry> watcher) {
        writer.getConfig(Watcher.class).set(watcher);
    }

    /** Nothing: whoever writes has the whole file. */
    @Override
    public String lockingRows() {
        return "";
    }

    @Override
    public String lockingFreeRows() {
        return "";
    }

    @Override
    public String clock() {
        return "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    }

    @Override
    public String explain() {
        return "EXPLAIN QUERY PLAN";
    }

    @Override
    public FullText fullText() {
        return FullText.SQLITE;
    }

    @Override
    public void close() {
        reading.close();
        writing.close();
    }
}
