package org.lazaret.quarantine.index;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server on 127.0.0.1, unpacked from a jar. Servers refuse to run as root; started by root, it runs in a user namespace of
 * its own ({@code unshare}).
 */
public final class PostgresServer implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable PostgresServer shared;

    private final @Nullable Path data;
    private final boolean durable;
    private EmbeddedPostgres server;

    /** @param data where the server keeps its files, so that it can be restarted; null for a folder that is removed in the end */
    public PostgresServer(@Nullable Path data) throws IOException {
        this(data, true);
    }

    /** @param durable false for a server that does not wait for its disk */
    PostgresServer(@Nullable Path data, boolean durable) throws IOException {
        this.data = data;
        this.durable = durable;
        this.server = start(0);
    }

    /** The one that tests share which do not stop it; it ends with the process. */
    public static synchronized PostgresServer shared() {
        if (shared == null) {
            try {
                shared = new PostgresServer(null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return shared;
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("fsync", durable ? "on" : "off");
        if (port != 0) {
            builder.setPort(port);
        }
        if (data != null) {
            builder.setDataDirectory(data).setCleanDataDirectory(false);
        }
        return builder.start();
    }

    /** Makes an empty database and says how it is reached. */
    public String newDatabase() {
        String name = "lazaret" + NUMBER.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres")); Statement statement = connection.createStatement()) {
            // Orders otherwise than by bytes, as many servers do.
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8' ENCODING 'UTF8'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database + "?user=postgres";
    }

    /** Stops the server, and starts it again on the same port with the same data. */
    public void restart(Runnable meanwhile) throws IOException {
        int port = server.getPort();
        server.close();
        meanwhile.run();
        server = start(port);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
