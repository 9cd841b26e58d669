package org.lazaret.it;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
        return start(workingDirectory, conf, extension, ports, settings, ACCOUNTS);
    }

    /** The same, with these accounts, whose domains have to be there. */
    public static JamesServer start(Path workingDirectory, Path conf, Path extension, Ports ports, Map<String, String> settings,
                                    List<Account> accounts) throws Exception {
        Ports chosen = WorkingDirectory.prepare(workingDirectory, conf, extension, ports, settings);

        GuiceJamesServer server = MemoryJamesServerMain.createServer(
            MemoryJamesConfiguration.builder().workingDirectory(workingDirectory.toFile()).build());
        try {
            server.start();
            DataProbeImpl data = server.getProbe(DataProbeImpl.class);
            for (Account account : accounts) {
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
}
