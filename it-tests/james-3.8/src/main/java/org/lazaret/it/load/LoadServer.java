package org.lazaret.it.load;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.james.GuiceJamesServer;
import org.apache.james.MemoryJamesConfiguration;
import org.apache.james.MemoryJamesServerMain;
import org.apache.james.modules.protocols.SmtpGuiceProbe;
import org.apache.james.utils.WebAdminGuiceProbe;

/**
 * {@code LoadServer DIR}: the memory server of James in a process of its own, so that its figures are its alone. Its ports are in {@code DIR/ports}
 * once it takes mail. A line {@code figures} or {@code collect} on its input is answered by {@link Figures} in a line; it ends with its input.
 */
final class LoadServer {
    static final String PORTS = "ports";
    /** Before the line of figures, to tell it from what else may be printed. */
    static final String FIGURES = "figures: ";

    private LoadServer() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        GuiceJamesServer server = MemoryJamesServerMain.createServer(MemoryJamesConfiguration.builder().workingDirectory(folder.toFile()).build());
        server.start();
        Path fresh = folder.resolve(PORTS + ".new");
        Files.writeString(fresh, server.getProbe(SmtpGuiceProbe.class).getSmtpPort().getValue() + " "
            + server.getProbe(WebAdminGuiceProbe.class).getWebAdminPort().getValue());
        Files.move(fresh, folder.resolve(PORTS), StandardCopyOption.ATOMIC_MOVE);
        answer();
        System.exit(0);
    }

    private static void answer() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("collect")) {
                // Twice: what a finaliser or a cleaner holds goes with the second.
                System.gc();
                System.gc();
            }
            System.out.println(FIGURES + figures().line());
        }
    }

    private static Figures figures() {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long collections = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += collector.getCollectionCount();
            millis += collector.getCollectionTime();
        }
        return new Figures(system.getProcessCpuTime(), collections, millis, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
            ManagementFactory.getThreadMXBean().getThreadCount(), system.getOpenFileDescriptorCount());
    }
}
