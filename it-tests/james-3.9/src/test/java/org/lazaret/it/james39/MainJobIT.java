package org.lazaret.it.james39;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.multibindings.Multibinder;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.james.GuiceJamesServer;
import org.apache.james.core.MailAddress;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.transport.mailets.LocalDelivery;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.DataProbeImpl;
import org.apache.james.utils.GuiceLoader;
import org.apache.james.utils.GuiceProbe;
import org.apache.james.utils.NamingScheme;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;
import reactor.core.publisher.Mono;

/** The main job in James 3.9, with the jar that is handed out for it and the {@code mailetcontainer.xml} of {@code conf}. */
class MainJobIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));
    private static final String PASSWORD = "secret";

    @TempDir
    static Path folder;
    static GuiceJamesServer server;
    static Probe probe;

    /** What the tests need of the inside of the server. */
    static final class Probe implements GuiceProbe {
        private final MailQueueFactory<?> queues;
        private final MailRepositoryStore repositories;
        private final GuiceLoader loader;

        @Inject
        Probe(MailQueueFactory<?> queues, MailRepositoryStore repositories, GuiceLoader loader) {
            this.queues = queues;
            this.repositories = repositories;
            this.loader = loader;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
            for (Path file : files.toList()) {
                Files.copy(file, conf.resolve(file.getFileName()));
            }
        }
        Path settings = conf.resolve("lazaret.properties");
        Files.writeString(settings, Files.readString(settings).replaceFirst("portal.bind=.*", "portal.bind=127.0.0.1:" + freePort()));
        Path jar = ROOT.resolve("extension/target/lazaret-james-3.9.jar");
        Files.copy(jar, Files.createDirectories(folder.resolve("extensions-jars")).resolve(jar.getFileName()));

        server = GuiceJamesServer.forConfiguration(Configuration.builder().workingDirectory(folder.toFile()).build())
            .combineWith(new ServerModule(), binder -> Multibinder.newSetBinder(binder, GuiceProbe.class).addBinding().to(Probe.class));
        server.start();
        probe = server.getProbe(Probe.class);
        for (String user : List.of("alice", "bob", "carol", "admin")) {
            server.getProbe(DataProbeImpl.class).addUser(user + "@example.org", PASSWORD);
        }
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Test
    void cleanMailShouldBeDeliveredAsItIs() throws Exception {
        Samples.Sample sample = Samples.all().get(1);

        spool(sample, "alice@example.org");

        MimeMessage delivered = await("alice@example.org", sample.title());
        assertThat(delivered.getHeader("X-Lazaret-Verdict")).isNull();
        assertThat(file(delivered, sample.fileName())).hasValue(sample.content());
    }

    @Test
    void suspiciousMailShouldBeDeliveredWithAWarning() throws Exception {
        Samples.Sample sample = Samples.encryptedZip();

        spool(sample, "alice@example.org");

        MimeMessage delivered = await("alice@example.org", "[SUSPICIOUS] " + sample.title());
        assertThat(delivered.getHeader("X-Lazaret-Verdict", null)).startsWith("unscannable");
        assertThat(file(delivered, sample.fileName())).hasValue(sample.content());
    }

    @Test
    void heldMailShouldBeReplacedByANoticeAndBeDeliveredProtectedWhenReleased() throws Exception {
        Samples.Sample sample = Samples.eicarInZip();

        spool(sample, "bob@example.org", "carol@example.org");

        URI bobs = link(await("bob@example.org", "Malware Detected"));
        URI carols = link(await("carol@example.org", "Malware Detected"));
        assertThat(bobs).isNotEqualTo(carols);
        Browser browser = new Browser();
        Browser.Page page = browser.open(bobs);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains(sample.fileName());

        Browser.Page after = browser.submit(page, "/release", Map.of());
        assertThat(after.status()).isEqualTo(200);
        MimeMessage released = await("bob@example.org", sample.title());
        String note = new String(file(released, Protected.NOTE).orElseThrow(), StandardCharsets.UTF_8);
        Map<String, byte[]> files = Protected.open(file(released, Protected.ZIP).orElseThrow(), Protected.password(note));
        assertThat(files).containsOnlyKeys(sample.fileName());
        assertThat(files.get(sample.fileName())).isEqualTo(sample.content());
        assertThat(LocalDelivery.delivered("carol@example.org")).hasSize(1);
    }

    @Test
    void everyDangerousSampleShouldBeHeld() throws Exception {
        for (Samples.Sample sample : Samples.all()) {
            if (sample.fate() == Samples.Fate.HELD) {
                int before = LocalDelivery.delivered("admin@example.org").size();

                spool(sample, "alice@example.org");

                Await.until("the administrators' notice of " + sample.title(), () -> LocalDelivery.delivered("admin@example.org").size() > before);
                assertThat(LocalDelivery.delivered("alice@example.org")).noneMatch(message -> subject(message).equals(sample.title()));
            }
        }
    }

    @Test
    void healthCheckShouldBeHealthy() throws Exception {
        HealthCheck check = probe.loader.<HealthCheck>withNamingSheme(NamingScheme.IDENTITY)
            .instantiate(new ClassName("org.lazaret.mailets.james.LazaretHealthCheck"));

        Result result = Mono.from(check.check()).block();

        assertThat(result).isNotNull();
        assertThat(result.isHealthy()).as(result.toString()).isTrue();
    }

    @Test
    void nothingShouldEndUpWhereFailuresGo() throws Exception {
        spool(Samples.all().get(0), "alice@example.org");
        await("alice@example.org", Samples.all().get(0).title());

        assertThat(probe.repositories.select(MailRepositoryUrl.from("memory://var/mail/lazaret-failed/")).size()).isZero();
        assertThat(probe.repositories.select(MailRepositoryUrl.from("memory://var/mail/error/")).size()).isZero();
    }

    private static void spool(Samples.Sample sample, String... recipients) throws Exception {
        spool(probe, sample, recipients);
    }

    static void spool(Probe probe, Samples.Sample sample, String... recipients) throws Exception {
        MimeMessage message = new MimeMessage(Session.getInstance(new Properties()),
            new ByteArrayInputStream(sample.message(List.of(recipients))));
        MailImpl.Builder mail = MailImpl.builder().name(MailImpl.getId()).sender("sender@example.com").mimeMessage(message);
        for (String recipient : recipients) {
            mail.addRecipient(new MailAddress(recipient));
        }
        MailImpl built = mail.build();
        probe.queues.createQueue(MailQueueFactory.SPOOL).enQueue(built);
        LifecycleUtil.dispose(built);
    }

    static MimeMessage await(String recipient, String subject) throws IOException {
        Await.until("'" + subject + "' for " + recipient,
            () -> LocalDelivery.delivered(recipient).stream().anyMatch(mail -> subject(mail).equals(subject)));
        return LocalDelivery.delivered(recipient).stream().filter(mail -> subject(mail).equals(subject)).findFirst().orElseThrow();
    }

    private static String subject(MimeMessage message) {
        try {
            return Optional.ofNullable(message.getSubject()).orElse("");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI link(MimeMessage notice) throws Exception {
        for (Part leaf : leaves(notice)) {
            Matcher matcher = Pattern.compile("http://127\\.0\\.0\\.1:\\S+").matcher(leaf.isMimeType("text/plain") ? (String) leaf.getContent() : "");
            if (matcher.find()) {
                return URI.create(matcher.group());
            }
        }
        throw new AssertionError("The notice has no link");
    }

    private static Optional<byte[]> file(MimeMessage message, String name) throws Exception {
        for (Part leaf : leaves(message)) {
            if (name.equals(leaf.getFileName())) {
                return Optional.of(leaf.getInputStream().readAllBytes());
            }
        }
        return Optional.empty();
    }

    private static List<Part> leaves(Part part) throws Exception {
        List<Part> leaves = new ArrayList<>();
        if (part.getContent() instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                leaves.addAll(leaves(multipart.getBodyPart(i)));
            }
        } else {
            leaves.add(part);
        }
        return leaves;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
