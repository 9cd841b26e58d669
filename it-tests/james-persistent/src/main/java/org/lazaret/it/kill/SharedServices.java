package org.lazaret.it.kill;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.lazaret.it.client.Await;

/** PostgreSQL and S3 in a process of their own, for several nodes; ends with this process. */
public final class SharedServices implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(300);
    private static final String USER = "postgres";

    private final Process process;
    private final Path credentials;
    private final Properties places = new Properties();

    private SharedServices(Process process, Path credentials) {
        this.process = process;
        this.credentials = credentials;
    }

    public static SharedServices start(Path root, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path places = folder.resolve("services.properties");
        Path credentials = Files.createFile(folder.resolve("s3.credentials"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(credentials, "aws_access_key_id = lazaret\naws_secret_access_key = secret\n");
        Path built = root.resolve("it-tests/services/target");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
            "-cp", built.resolve("it-tests-services-0.1.0.jar") + File.pathSeparator + built.resolve("lib") + "/*",
            "org.lazaret.it.services.Services", places.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("services.log").toFile())
            .start();
        SharedServices services = new SharedServices(process, credentials);
        try {
            services.awaitReady(places, folder);
        } catch (IOException e) {
            services.close();
            throw e;
        }
        return services;
    }

    private void awaitReady(Path file, Path folder) throws IOException {
        Instant end = Instant.now().plus(START);
        while (!Files.exists(file)) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("PostgreSQL and S3 did not start; see " + folder.resolve("services.log"));
            }
            Await.pause();
        }
        try (InputStream in = Files.newInputStream(file)) {
            places.load(in);
        }
    }

    /** Lines of {@code lazaret.properties} for each node. */
    public Map<String, String> settings() {
        return Map.of("index.url", places.getProperty("postgresql"), "index.user", USER, "content.url", "s3://quarantine",
            "content.endpoint", places.getProperty("s3"), "content.credentials", "file:" + credentials);
    }

    /** The number that a query gives. */
    public long count(String sql) throws IOException {
        try (Connection connection = connect(); Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    public void execute(String sql) throws IOException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Stops PostgreSQL; what is connected is cut off. */
    public void stopDatabase() throws IOException {
        say("stop");
        Await.until("PostgreSQL to be away", () -> !databaseAnswers());
    }

    /** Starts it again, on the same port and data. */
    public void startDatabase() throws IOException {
        say("start");
        Await.until("PostgreSQL to answer", this::databaseAnswers);
    }

    private void say(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    private boolean databaseAnswers() {
        try (Connection connection = connect()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(places.getProperty("postgresql"), USER, "");
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
