package org.lazaret.scan.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** The real clamd (Debian: clamav-daemon), with a database of the test's own signatures, in a folder of the test. */
public final class ClamdDaemon implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/clamd");

    private final Path folder;
    private final int port;
    private final Path configuration;
    private Process process;

    private ClamdDaemon(Path folder, Map<String, String> options) throws IOException {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.configuration = folder.resolve("clamd.conf");
        Files.createDirectories(folder.resolve("database"));
        String more = options.entrySet().stream().map(o -> o.getKey() + " " + o.getValue() + "\n").collect(Collectors.joining());
        Files.writeString(configuration, """
            Foreground yes
            TCPSocket %d
            TCPAddr 127.0.0.1
            LocalSocket %s
            DatabaseDirectory %s
            TemporaryDirectory %s
            AlertEncryptedArchive yes
            AlertExceedsMax yes
            %s""".formatted(port, socket(), folder.resolve("database"), folder, more));
    }

    /** Skips the test, saying so, where clamd is not installed. */
    public static ClamdDaemon start(Path folder, Map<String, String> options, String signature, String text) throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            String reason = "Skipped: " + PROGRAM + " is not installed (Debian: clamav-daemon)";
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        ClamdDaemon daemon = new ClamdDaemon(folder, options);
        daemon.addSignature(signature, text);
        daemon.start();
        return daemon;
    }

    /** Takes effect with the next start or reload. The daemon adds {@code .UNOFFICIAL} to the name. */
    public void addSignature(String name, String text) throws IOException {
        Path file = folder.resolve("database").resolve(name + ".ndb");
        Files.writeString(file, name + ":0:*:" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII)) + "\n");
    }

    public void start() throws IOException {
        process = new ProcessBuilder(PROGRAM.toString(), "--config-file=" + configuration)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("clamd.log").toFile()))
            .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreException(SocketException.class).until(() -> "PONG".equals(command("zPING\0")));
    }

    /** As a crash would. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("clamd does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void reload() throws IOException {
        command("zRELOAD\0");
    }

    private String command(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port); InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replace("\0", "");
        }
    }

    public Address tcp() {
        return new Address.Tcp("127.0.0.1", port);
    }

    public Address unix() {
        return new Address.Unix(socket());
    }

    private Path socket() {
        return folder.resolve("s");
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(socket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
