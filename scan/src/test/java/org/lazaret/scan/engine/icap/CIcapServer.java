package org.lazaret.scan.engine.icap;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** The real c-icap (Debian: c-icap, libc-icap-mod-virus-scan) with its echo service, and virus_scan that asks a clamd, in a folder of the test. */
public final class CIcapServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/c-icap");
    private static final Path MODULES = Path.of("/usr/lib/x86_64-linux-gnu/c_icap");

    private final Path folder;
    private final int port;
    private Process process;

    private CIcapServer(Path folder, Path clamd, String more) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        Files.writeString(configuration(), """
            PidFile %1$s/pid
            CommandsSocket %1$s/ctl
            Port 127.0.0.1:%2$d
            StartServers 1
            MaxServers 2
            TmpDir %1$s
            ServerLog %1$s/server.log
            AccessLog %1$s/access.log
            ModulesDir %3$s
            ServicesDir %3$s
            TemplateDir /usr/share/c_icap/templates/
            LoadMagicFile /etc/c-icap/c-icap.magic
            Service echo srv_echo.so
            Service virus_scan virus_scan.so
            virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE
            virus_scan.MaxObjectSize 20M
            virus_scan.SendPercentData 5
            virus_scan.StartSendPercentDataAfter 20M
            Module common clamd_mod.so
            clamd_mod.ClamdSocket %4$s
            %5$s
            """.formatted(folder, port, MODULES, clamd, more));
    }

    /**
     * Skips the test, saying so, where c-icap is not installed.
     *
     * @param clamd socket of the daemon that virus_scan asks
     * @param more  lines of configuration
     */
    public static CIcapServer start(Path folder, Path clamd, String more) throws IOException {
        if (!Files.isExecutable(PROGRAM) || !Files.exists(MODULES.resolve("virus_scan.so"))) {
            String reason = "Skipped: " + PROGRAM + " or its virus_scan is not installed (Debian: c-icap, libc-icap-mod-virus-scan)";
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        CIcapServer server = new CIcapServer(folder, clamd, more);
        server.start();
        return server;
    }

    public void start() throws IOException {
        process = new ProcessBuilder(PROGRAM.toString(), "-N", "-f", configuration().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("c-icap.out").toFile()))
            .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreException(SocketException.class).until(this::answers);
    }

    private boolean answers() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port); InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(("OPTIONS icap://127.0.0.1/echo ICAP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + "Encapsulated: null-body=0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("ICAP/1.0 200");
        }
    }

    public URI service(String name) {
        return URI.create("icap://127.0.0.1:" + port + "/" + name);
    }

    /** As a crash would: the processes it has started too. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("c-icap does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path configuration() {
        return folder.resolve("c-icap.conf");
    }

    @Override
    public void close() {
        kill();
    }
}
