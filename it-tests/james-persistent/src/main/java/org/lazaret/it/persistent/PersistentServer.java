package org.lazaret.it.persistent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import org.apache.james.FakeSearchMailboxModule;
import org.apache.james.GuiceJamesServer;
import org.apache.james.MemoryJamesConfiguration;
import org.apache.james.NaiveDelegationStoreModule;
import org.apache.james.modules.MailboxModule;
import org.apache.james.modules.MailetProcessingModule;
import org.apache.james.modules.mailbox.DefaultEventModule;
import org.apache.james.modules.mailbox.MemoryDeadLetterModule;
import org.apache.james.modules.protocols.IMAPServerModule;
import org.apache.james.modules.protocols.ImapGuiceProbe;
import org.apache.james.modules.protocols.ProtocolHandlerModule;
import org.apache.james.modules.protocols.SMTPServerModule;
import org.apache.james.modules.protocols.SmtpGuiceProbe;
import org.apache.james.modules.server.DataRoutesModules;
import org.apache.james.modules.server.DefaultProcessorsConfigurationProviderModule;
import org.apache.james.modules.server.MailQueueRoutesModule;
import org.apache.james.modules.server.MailRepositoriesRoutesModule;
import org.apache.james.modules.server.NoJwtModule;
import org.apache.james.modules.server.RawPostDequeueDecoratorModule;
import org.apache.james.modules.server.TaskManagerModule;
import org.apache.james.modules.server.WebAdminServerModule;
import org.apache.james.utils.WebAdminGuiceProbe;

/**
 * {@code PersistentServer DIR}: serves from {@code DIR/conf} and {@code DIR/extensions-jars} until it is killed. Once it takes mail it writes
 * its ports to {@code DIR/ports}. {@code -Dlazaret.clock.ahead=PT10M} sets its clock forward: leases of a process that was killed have then
 * run out.
 */
public final class PersistentServer {
    public static final String PORTS = "ports";
    public static final String AHEAD = "lazaret.clock.ahead";

    private PersistentServer() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.parse(System.getProperty(AHEAD, "PT0S")));
        GuiceJamesServer server = GuiceJamesServer.forConfiguration(MemoryJamesConfiguration.builder().workingDirectory(folder.toFile()).build())
            .combineWith(new MailetProcessingModule(), new DefaultProcessorsConfigurationProviderModule(), new RawPostDequeueDecoratorModule(),
                new MailboxModule(), new DefaultEventModule(), new MemoryDeadLetterModule(), new FakeSearchMailboxModule(), new TaskManagerModule(),
                new NaiveDelegationStoreModule(), new ProtocolHandlerModule(), new SMTPServerModule(), new IMAPServerModule(),
                new WebAdminServerModule(), new NoJwtModule(), new DataRoutesModules(), new MailQueueRoutesModule(),
                new MailRepositoriesRoutesModule(), new DiskQueueModule(), new DiskDataModule(), new DiskMailboxModule())
            .overrideWith(binder -> binder.bind(Clock.class).toInstance(clock));
        server.start();

        Properties ports = new Properties();
        ports.setProperty("smtp", String.valueOf(server.getProbe(SmtpGuiceProbe.class).getSmtpPort().getValue()));
        ports.setProperty("imap", String.valueOf(server.getProbe(ImapGuiceProbe.class).getImapPort()));
        ports.setProperty("webadmin", String.valueOf(server.getProbe(WebAdminGuiceProbe.class).getWebAdminPort().getValue()));
        Path fresh = folder.resolve(PORTS + ".new");
        try (var out = Files.newOutputStream(fresh)) {
            ports.store(out, null);
        }
        Files.move(fresh, folder.resolve(PORTS), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
