package org.lazaret.it.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real clamd of this machine, with a small database of signatures made here; it can be stopped and started again on the same port. */
public final class ClamDaemon implements AutoCloseable {
    private static final byte[] PING = "zPING\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "PONG\0".getBytes(StandardCharsets.US_ASCII);

    private final Path program;
    private final Path folder;
    private final int port;
    private Process process;

    private ClamDaemon(Path program, Path folder, int port) {
        this.program = program;
        this.folder = folder;
        this.port = port;
    }

    /** Where Debian's package clamav-daemon puts it, or a build of one's own. */
    public static Optional<Path> program() {
        return Stream.of("/usr/sbin/clamd", "/usr/local/sbin/clamd").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /**
     * Starts it on a free port of 127.0.0.1.
     *
     * @param signatures bytes to find in any file, by the name of the signature
     */
    public static ClamDaemon start(Path program, Path folder, Map<String, byte[]> signatures) throws IOException {
        Path database = Files.createDirectories(folder.resolve("database"));
        Files.write(database.resolve("test.ndb"), signatures.entrySet().stream()
            .map(signature -> signature.getKey() + ":0:*:" + HexFormat.of().formatHex(signature.getValue()))
            .toList());
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(folder.resolve("clamd.conf"), Map.of(
                "Foreground", "yes",
                "TCPSocket", String.valueOf(port),
                "TCPAddr", "127.0.0.1",
                "DatabaseDirectory", database.toString(),
                "TemporaryDirectory", Files.createDirectories(folder.resolve("tmp")).toString())
            .entrySet().stream().map(line -> line.getKey() + " " + line.getValue() + "\n").collect(Collectors.joining()));
        ClamDaemon daemon = new ClamDaemon(program, folder, port);
        daemon.start();
        return daemon;
    }

    /** {@code HOST:PORT}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /** Returns once it answers. */
    public void start() throws IOException {
        process = new ProcessBuilder(program.toString(), "--config-file=" + folder.resolve("clamd.conf"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("clamd.log").toFile()))
            .start();
        Await.until("clamd to answer on " + address(), () -> {
            if (!process.isAlive()) {
                throw new IOException("clamd ended: " + Files.readString(folder.resolve("clamd.log")));
            }
            return answers("127.0.0.1", port);
        });
    }

    /** Whether a clamd answers there. */
    public static boolean answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 2_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(PING);
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readNBytes(PONG.length), StandardCharsets.US_ASCII).equals(new String(PONG, StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it at once, in the middle of what it does. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
