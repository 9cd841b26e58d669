package org.lazaret.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.james.GuiceJamesServer;
import org.apache.james.MemoryJamesConfiguration;
import org.apache.james.MemoryJamesServerMain;
import org.apache.james.modules.protocols.ImapGuiceProbe;
import org.apache.james.modules.protocols.SmtpGuiceProbe;
import org.apache.james.utils.DataProbeImpl;
import org.apache.james.utils.WebAdminGuiceProbe;
import org.lazaret.it.client.SmtpClient;

/**
 * The James 3.8 memory server in a working directory of its own: {@code conf} is a copy of the configuration with the ports filled in,
 * {@code extensions-jars} holds the packed jar and nothing else. Its mailboxes, queues and users live in memory; what Lazaret holds stays in the
 * working directory.
 */
public final class JamesServer implements AutoCloseable {

    /** A person with a mailbox. */
    public record Account(String address, String password) {
    }

    /** Ports on 127.0.0.1; 0 for any free one. */
    public record Ports(int smtp, int imap, int webadmin, int portal) {
        public static final Ports ANY = new Ports(0, 0, 0, 0);
    }

    public static final Account ALICE = new Account("alice@example.org", "alice-secret");
    public static final Account BOB = new Account("bob@example.org", "bob-secret");
    public static final Account ADMIN = new Account("admin@example.org", "admin-secret");
    public static final List<Account> ACCOUNTS = List.of(ALICE, BOB, ADMIN);

    private final GuiceJamesServer server;
    private final Path workingDirectory;
    private final Ports ports;
    private final Map<Account, Mailbox> mailboxes = new ConcurrentHashMap<>();

    private JamesServer(GuiceJamesServer server, Path workingDirectory, Ports ports) {
        this.server = server;
        this.workingDirectory = workingDirectory;
        this.ports = ports;
    }

    /**
     * Starts and returns once mail is accepted.
     *
     * @param settings lines of {@code lazaret.properties} to set in the copy
     * @throws Exception whatever the server says why it does not start
     */
    public static JamesServer start(Path workingDirectory, Path conf, Path extension, Ports ports, Map<String, String> settings) throws Exception {
        Files.createDirectories(workingDirectory);
        Path ownConf = copyConfiguration(conf, workingDirectory.resolve("conf"));
        Ports chosen = new Ports(ports.smtp(), ports.imap(), ports.webadmin(), ports.portal() == 0 ? freePort() : ports.portal());
        replace(ownConf.resolve("smtpserver.xml"), "<bind>[^<]*</bind>", "<bind>127.0.0.1:" + chosen.smtp() + "</bind>");
        replace(ownConf.resolve("imapserver.xml"), "<bind>[^<]*</bind>", "<bind>127.0.0.1:" + chosen.imap() + "</bind>");
        set(ownConf.resolve("webadmin.properties"), "port", String.valueOf(chosen.webadmin()));
        set(ownConf.resolve("lazaret.properties"), "portal.bind", "127.0.0.1:" + chosen.portal());
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            set(ownConf.resolve("lazaret.properties"), setting.getKey(), setting.getValue());
        }
        Path jars = Files.createDirectories(workingDirectory.resolve("extensions-jars"));
        Files.copy(extension, jars.resolve(extension.getFileName()), StandardCopyOption.REPLACE_EXISTING);

        GuiceJamesServer server = MemoryJamesServerMain.createServer(
            MemoryJamesConfiguration.builder().workingDirectory(workingDirectory.toFile()).build());
        try {
            server.start();
            DataProbeImpl data = server.getProbe(DataProbeImpl.class);
            for (Account account : ACCOUNTS) {
                data.addUser(account.address(), account.password());
            }
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new JamesServer(server, workingDirectory, new Ports(server.getProbe(SmtpGuiceProbe.class).getSmtpPort().getValue(),
            server.getProbe(ImapGuiceProbe.class).getImapPort(),
            server.getProbe(WebAdminGuiceProbe.class).getWebAdminPort().getValue(),
            chosen.portal()));
    }

    public Ports ports() {
        return ports;
    }

    public Path workingDirectory() {
        return workingDirectory;
    }

    public SmtpClient smtp() {
        return new SmtpClient(ports.smtp());
    }

    public Mailbox mailbox(Account account) {
        return mailboxes.computeIfAbsent(account, any -> new Mailbox(ports.imap(), account));
    }

    /** An address of the portal; the path starts with a slash. */
    public URI portal(String path) {
        return URI.create("http://127.0.0.1:" + ports.portal() + path);
    }

    /** An address of James' admin interface; the path starts with a slash. */
    public URI webadmin(String path) {
        return URI.create("http://127.0.0.1:" + ports.webadmin() + path);
    }

    public void addUser(String address, String password) throws Exception {
        server.getProbe(DataProbeImpl.class).addUser(address, password);
    }

    @Override
    public void close() {
        server.stop();
    }

    private static Path copyConfiguration(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return to;
    }

    private static void replace(Path file, String pattern, String replacement) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        if (!matcher.find()) {
            throw new IOException(file + " has no " + pattern);
        }
        Files.writeString(file, matcher.replaceFirst(Matcher.quoteReplacement(replacement)));
    }

    private static void set(Path file, String key, String value) throws IOException {
        String line = key + "=" + value;
        Matcher matcher = Pattern.compile("(?m)^" + Pattern.quote(key) + "\\s*=.*$").matcher(Files.readString(file));
        Files.writeString(file, matcher.find() ? matcher.replaceFirst(Matcher.quoteReplacement(line)) : Files.readString(file) + line + "\n");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        }
    }
}
