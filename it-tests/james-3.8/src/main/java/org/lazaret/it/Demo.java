package org.lazaret.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.lazaret.it.client.ClamDaemon;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/** {@code bin/demo}: a James 3.8 with Lazaret, sample mails, and a table of what became of each. */
public final class Demo {
    private static final String USAGE = """
        Usage: bin/demo [--once | --no-samples] [--smtp-port N] [--imap-port N] [--webadmin-port N] [--portal-port N] [--data DIR] [--conf DIR]
                        [--clamd HOST:PORT]

        Starts James 3.8 with Lazaret on this machine, sends it sample mails and shows what becomes of each. Ctrl-C stops it.

          --once              check every outcome over SMTP, IMAP and HTTP, print PASS or FAIL for each, and exit with 0 or 1
          --no-samples        only the server
          --smtp-port N       2525; 0 for any free port, here and below
          --imap-port N       2143
          --webadmin-port N   8100
          --portal-port N     8180
          --data DIR          var/demo: working directory of James; what is held there is found again at the next start
          --clamd HOST:PORT   let that clamd look at the attachments too, and show the signatures it found
          --conf DIR          conf: configuration of James and Lazaret; the ports in it are replaced by the above
        """;

    private enum Mode { STAY, ONCE, NO_SAMPLES }

    /** Something the person at the terminal can mend. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Path root;
    private Mode mode = Mode.STAY;
    private String clamd = "";
    private Path data;
    private Path conf;

    private Demo(Path root) {
        this.root = root;
        this.data = root.resolve("var/demo");
        this.conf = root.resolve("conf");
        ports.put("smtp", 2525);
        ports.put("imap", 2143);
        ports.put("webadmin", 8100);
        ports.put("portal", 8180);
    }

    public static void main(String[] arguments) {
        System.setProperty("james.exit.on.startup.error", "false");
        int status;
        try {
            Demo demo = new Demo(Path.of(System.getProperty("lazaret.root")).toAbsolutePath());
            if (List.of(arguments).contains("--help")) {
                System.out.print(USAGE);
                status = 0;
            } else {
                demo.read(arguments);
                demo.check();
                status = demo.run();
            }
        } catch (Refused e) {
            System.err.println("bin/demo: " + e.getMessage());
            status = e.status;
        } catch (Exception e) {
            System.err.println("bin/demo: " + reason(e));
            System.err.println("The log is in " + System.getProperty("lazaret.log.directory", "log") + "/james.log");
            status = 1;
        }
        // James leaves threads behind.
        System.exit(status);
    }

    private void read(String[] arguments) throws Refused {
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--once" -> choose(Mode.ONCE);
                case "--no-samples" -> choose(Mode.NO_SAMPLES);
                case "--smtp-port", "--imap-port", "--webadmin-port", "--portal-port" ->
                    ports.put(option.substring(2, option.length() - "-port".length()), port(option, value(arguments, ++i, option)));
                case "--clamd" -> clamd = value(arguments, ++i, option);
                case "--data" -> data = Path.of(value(arguments, ++i, option)).toAbsolutePath();
                case "--conf" -> conf = Path.of(value(arguments, ++i, option)).toAbsolutePath();
                default -> throw new Refused(64, "unknown option " + option + "\n\n" + USAGE);
            }
        }
    }

    private void choose(Mode chosen) throws Refused {
        if (mode != Mode.STAY && mode != chosen) {
            throw new Refused(64, "--once and --no-samples exclude each other");
        }
        mode = chosen;
    }

    private static String value(String[] arguments, int at, String option) throws Refused {
        if (at >= arguments.length) {
            throw new Refused(64, option + " needs a value");
        }
        return arguments[at];
    }

    private static int port(String option, String value) throws Refused {
        if (value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535) {
            return Integer.parseInt(value);
        }
        throw new Refused(64, option + " is a number from 0 to 65535, not " + value);
    }

    private void check() throws Refused {
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getValue()));
            } catch (IOException e) {
                throw new Refused(1, "port " + port.getValue() + " is in use; stop what uses it or choose another with --" + port.getKey() + "-port");
            }
        }
        if (!clamd.isEmpty()) {
            checkClamd();
        }
        try {
            Files.createDirectories(data);
            Files.delete(Files.createTempFile(data, "demo", ".tmp"));
        } catch (IOException e) {
            throw new Refused(1, "the data folder " + data + " is not writable; choose another with --data");
        }
        if (!Files.isRegularFile(conf.resolve("mailetcontainer.xml"))) {
            throw new Refused(1, conf + " is no configuration of James: it has no mailetcontainer.xml");
        }
    }

    private void checkClamd() throws Refused {
        int colon = clamd.lastIndexOf(':');
        if (colon < 1) {
            throw new Refused(64, "--clamd is HOST:PORT, not " + clamd);
        }
        String host = clamd.substring(0, colon).replaceAll("^\\[|]$", "");
        if (!ClamDaemon.answers(host, port("--clamd", clamd.substring(colon + 1)))) {
            throw new Refused(1, "no clamd answers at " + clamd);
        }
    }

    private JamesServer start() throws Exception {
        return JamesServer.start(data, conf, root.resolve("extension/target/lazaret-james-3.8.jar"),
            new JamesServer.Ports(ports.get("smtp"), ports.get("imap"), ports.get("webadmin"), ports.get("portal")),
            clamd.isEmpty() ? Map.of() : Map.of("engines", "clamav", "engine.clamav.kind", "clamd", "engine.clamav.address", clamd));
    }

    private int run() throws Exception {
        System.out.println("Starting James 3.8 with Lazaret in " + data);
        JamesServer server = start();
        if (mode == Mode.ONCE) {
            return new Verification(server, this::start, !clamd.isEmpty()).run() ? 0 : 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            System.out.println("Stopped. What is held stays in " + data);
        }));
        JamesServer.Ports chosen = server.ports();
        System.out.printf("READY smtp=%d imap=%d webadmin=%d portal=%d%n", chosen.smtp(), chosen.imap(), chosen.webadmin(), chosen.portal());
        System.out.println();
        System.out.println("Accounts, for IMAP and for the portal:");
        JamesServer.ACCOUNTS.forEach(account -> System.out.printf("  %-20s %s%n", account.address(), account.password()));
        System.out.println("Portal: " + server.portal("/") + " (admin@example.org decides about everybody's mail)");
        System.out.println();
        if (mode == Mode.STAY) {
            samples(server, !clamd.isEmpty());
        }
        System.out.println("Ctrl-C stops the server.");
        // Until a signal: the hook above then stops the server.
        new CountDownLatch(1).await();
        return 0;
    }

    private static void samples(JamesServer server, boolean signatures) throws IOException {
        Recipient alice = new Recipient(server, JamesServer.ALICE);
        String row = signatures ? "%-20s  %-26s  %4$-36s  %3$s%n" : "%-20s  %-26s  %s%n";
        System.out.printf(row, "Sample to alice", "What became of it", "Where", "Signature");
        for (Sample sample : Samples.all()) {
            Fate fate = Fate.of(server, alice, sample);
            System.out.printf(row, sample.title(), fate.fate().words(), fate.where(), signatures ? Signature.in(alice, fate).orElse("") : "");
        }
        System.out.println();
    }

    /** The innermost thing that says why. */
    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        // What Guice of James 3.8 says in place of the cause, which is then on the terminal already.
        return message.startsWith("Unsupported class file") ? "James did not start; the reason stands above" : message;
    }
}
