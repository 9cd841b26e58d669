package org.lazaret.quarantine.index;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.scan.log.Log;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL, shared by several nodes. Transactions that write are READ COMMITTED and decide by {@code UPDATE … WHERE}, which looks again at a
 * row that another transaction changed meanwhile; those that read are REPEATABLE READ.
 *
 * <p>A server that goes away is waited for: a transaction that failed before its commit was sent is repeated for {@value #PATIENCE_SECONDS} s.
 * When the connection breaks during the commit nobody knows what became of it, and the exception goes to the caller, who repeats as after a
 * crash. A statement is ended after {@value #STATEMENT_SECONDS} s, a wait for a lock after {@value #LOCK_SECONDS} s.
 */
public final class PostgresDatabase implements Database {
    /** The oldest server that this was tried with. */
    static final int OLDEST = 14;
    private static final Log LOGGER = Log.of(PostgresDatabase.class);
    private static final int PATIENCE_SECONDS = 20;
    private static final int STATEMENT_SECONDS = 60;
    private static final int LOCK_SECONDS = 20;
    private static final int CONNECT_SECONDS = 5;
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** Serialization failure and deadlock: the server itself asks to repeat. */
    private static final Set<String> UNDONE = Set.of("40001", "40P01");

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    /**
     * @param url         {@code jdbc:postgresql://…}
     * @param connections largest number of connections of this node
     * @throws IllegalStateException when the server is too old, or would lose what it has committed
     */
    public PostgresDatabase(String url, String user, String password, int connections) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        if (!user.isEmpty()) {
            source.setUser(user);
        }
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        source.setApplicationName("lazaret");
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(STATEMENT_SECONDS + 10);
        String options = "-c statement_timeout=" + STATEMENT_SECONDS + "s -c lock_timeout=" + LOCK_SECONDS
            + "s -c idle_in_transaction_session_timeout=" + STATEMENT_SECONDS + "s"
            // How common the terms of a search are decides how it is best done: a plan for all searches would be a bad one.
            + " -c plan_cache_mode=force_custom_plan -c jit=off";
        // A stricter value that the server has, such as remote_apply, stays.
        source.setOptions(losesCommits(source) ? options + " -c synchronous_commit=on" : options);
        HikariConfig config = new HikariConfig();
        config.setPoolName("lazaret-index");
        config.setDataSource(source);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
        config.setValidationTimeout(Duration.ofSeconds(CONNECT_SECONDS).toMillis());
        config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
        pool = new HikariDataSource(config);
        try {
            Schema.migrate(pool, "postgresql", FullText.POSTGRESQL);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
        jdbi = Jdbi.create(pool);
    }

    private static boolean losesCommits(PGSimpleDataSource source) {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST) {
                throw new IllegalStateException("PostgreSQL " + version + " is too old: " + OLDEST + " or newer is needed");
            }
            if (show(statement, "fsync").equals("off")) {
                throw new IllegalStateException("the server runs with fsync=off and would lose mail that it has accepted; switch fsync on");
            }
            return show(statement, "synchronous_commit").equals("off");
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static String show(Statement statement, String setting) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public <T> T read(Work<T> work) {
        return patiently(work, TransactionIsolationLevel.REPEATABLE_READ, true);
    }

    @Override
    public <T> T write(Work<T> work) {
        return patiently(work, TransactionIsolationLevel.READ_COMMITTED, false);
    }

    private <T> T patiently(Work<T> work, TransactionIsolationLevel level, boolean repeatable) {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (true) {
            AtomicBoolean committing = new AtomicBoolean();
            try {
                return jdbi.inTransaction(level, handle -> {
                    T result = work.on(handle);
                    committing.set(true);
                    return result;
                });
            } catch (RuntimeException e) {
                String state = state(e);
                boolean again = UNDONE.contains(state) || isAway(state) && (repeatable || !committing.get());
                if (!again || System.nanoTime() > end) {
                    throw e;
                }
                LOGGER.warn("A transaction is repeated: {}", e.getMessage());
                pause(e);
            }
        }
    }

    /** Connection exceptions, a server that shuts down or starts, and no connection left. */
    private static boolean isAway(String state) {
        return state.startsWith("08") || state.startsWith("57P0") || state.equals("53300");
    }

    private static String state(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private static void pause(RuntimeException problem) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problem;
        }
    }

    @Override
    public void watch(Consumer<AuditEntry> watcher) {
        jdbi.getConfig(Watcher.class).set(watcher);
    }

    @Override
    public String lockingRows() {
        return " FOR UPDATE";
    }

    @Override
    public String lockingFreeRows() {
        return " FOR UPDATE SKIP LOCKED";
    }

    @Override
    public String clock() {
        return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    }

    @Override
    public String explain() {
        return "EXPLAIN ANALYZE";
    }

    @Override
    public FullText fullText() {
        return FullText.POSTGRESQL;
    }

    @Override
    public void close() {
        pool.close();
    }
}
