package org.lazaret.quarantine.index;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * One SQLite file, in WAL mode with {@code synchronous=FULL}: a commit is on disk when it returns. Writing transactions begin IMMEDIATE and
 * take turns in this process on one connection; readers never wait for them.
 */
public final class SqliteDatabase implements Database {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 20_000;

    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final Jdbi writer;
    private final Jdbi reader;

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
        return writer.inTransaction(work::on);
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
