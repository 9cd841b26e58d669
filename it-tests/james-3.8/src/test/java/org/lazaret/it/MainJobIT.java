package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.it.TestServer.titled;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Browser.Page;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples.Sample;
import org.lazaret.it.client.Samples;

/** The main job over SMTP, IMAP and HTTP, as {@code conf} is handed out. */
class MainJobIT {
    private static final String SENDER = "sender@example.com";

    @TempDir
    static Path folder;
    static JamesServer server;

    private Recipient alice;
    private Recipient bob;
    private Recipient admin;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void meet() {
        alice = new Recipient(server, JamesServer.ALICE);
        bob = new Recipient(server, JamesServer.BOB);
        admin = new Recipient(server, JamesServer.ADMIN);
    }

    static List<Sample> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void sampleShouldMeetItsFate(Sample sample) throws Exception {
        Fate fate = Fate.of(server, alice, titled("Fate of: " + sample.title(), sample));

        assertThat(fate.fate()).isEqualTo(sample.fate());
    }

    @Test
    void cleanMailShouldBeDeliveredByteForByte() throws Exception {
        Sample sample = titled("Clean one", Samples.all().get(1));
        byte[] message = sample.message(List.of(JamesServer.ALICE.address()));

        server.smtp().send(SENDER, List.of(JamesServer.ALICE.address()), message);

        String delivered = new String(alice.await("Clean one").bytes(), StandardCharsets.ISO_8859_1);
        String sent = new String(message, StandardCharsets.ISO_8859_1);
        assertThat(delivered).endsWith(sent.substring(sent.indexOf("Content-Type:"))).doesNotContain("X-Lazaret");
    }

    @Test
    void suspiciousMailShouldBeDeliveredWithWarningHeaders() throws Exception {
        Sample sample = titled("Locked", Samples.encryptedZip());

        server.smtp().send(SENDER, List.of(JamesServer.ALICE.address()), sample.message(List.of(JamesServer.ALICE.address())));

        Received delivered = alice.await("[SUSPICIOUS] Locked");
        assertThat(delivered.header("X-Lazaret-Verdict").orElseThrow()).startsWith("unscannable").contains("encrypted");
        assertThat(delivered.file(sample.fileName())).hasValue(sample.content());
    }

    @Test
    void noticeShouldBeQuietAndLoopProof() throws Exception {
        hold("A quiet notice", JamesServer.ALICE);
        URI link = alice.notice("A quiet notice");

        Received notice = alice.mailbox().await("the notice", mail -> contains(mail, link));

        assertThat(notice.subject()).isEqualTo("Malware Detected");
        assertThat(notice.header("Auto-Submitted")).hasValue("auto-generated");
        assertThat(notice.header("Return-Path")).hasValue("<>");
        assertThat(notice.header("From").orElseThrow()).contains("quarantine@example.org");
        assertThat(notice.file("archive.zip")).isEmpty();
    }

    @Test
    void eachRecipientShouldHaveALinkOfTheirOwn() throws Exception {
        hold("For both", JamesServer.ALICE, JamesServer.BOB);

        assertThat(alice.notice("For both")).isNotEqualTo(bob.notice("For both"));
    }

    @Test
    void lookingShouldChangeNothing() throws Exception {
        hold("Only looked at", JamesServer.ALICE);
        URI link = alice.notice("Only looked at");

        alice.browser().send("HEAD", link);
        alice.browser().open(link);
        Page page = alice.browser().open(link);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Only looked at", "archive.zip", "Please see the attachment.");
        assertThat(page.form("/release")).isPresent();
        assertThat(page.header("Content-Security-Policy").orElseThrow()).contains("default-src 'none'").doesNotContain("unsafe");
    }

    @Test
    void decisionShouldBeRefusedWithoutTheTokenOfThePage() throws Exception {
        hold("Without token", JamesServer.ALICE);
        URI link = alice.notice("Without token");

        Page answer = alice.browser().post(URI.create(link + "/release"), "form=0123456789");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(alice.browser().open(link).form("/release")).isPresent();
        assertThat(alice.subjects()).doesNotContain("Without token");
    }

    @Test
    void changedLinkShouldLeadNowhere() throws Exception {
        hold("Changed link", JamesServer.ALICE);
        String link = alice.notice("Changed link").toString();
        char other = link.charAt(link.length() - 3) == 'A' ? 'B' : 'A';

        Page answer = alice.browser().open(URI.create(link.substring(0, link.length() - 3) + other + link.substring(link.length() - 2)));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).doesNotContain("archive.zip");
    }

    @Test
    void releaseShouldDeliverTheAttachmentsInAProtectedZipOnce() throws Exception {
        hold("Released once", JamesServer.ALICE, JamesServer.BOB);
        Page page = alice.openNotice("Released once");

        alice.browser().submit(page, "/release", Map.of());
        alice.browser().submit(page, "/release", Map.of());

        Received released = alice.await("Released once");
        assertThat(released.header("X-Lazaret-Release")).isPresent();
        assertThat(released.text()).contains("Please see the attachment.");
        String note = new String(released.file(Protected.NOTE).orElseThrow(), StandardCharsets.UTF_8);
        Map<String, byte[]> files = Protected.open(released.file(Protected.ZIP).orElseThrow(), Protected.password(note));
        assertThat(files).containsOnlyKeys("archive.zip");
        assertThat(files.get("archive.zip")).isEqualTo(Samples.eicarInZip().content());
        // What is sent behind it arrives behind it, so a second copy would be here by then.
        server.smtp().send(SENDER, List.of(JamesServer.ALICE.address()), text("Behind the release"));
        alice.await("Behind the release");
        assertThat(alice.subjects()).containsOnlyOnce("Released once");
        assertThat(bob.openNotice("Released once").form("/release")).isPresent();
    }

    @Test
    void releasedMailShouldBeScannedWhenItIsSentAgain() throws Exception {
        hold("Replay", JamesServer.ALICE);
        alice.browser().submit(alice.openNotice("Replay"), "/release", Map.of());
        Received released = alice.await("Replay");
        byte[] again = inner(released.bytes());

        server.smtp().send(SENDER, List.of(JamesServer.BOB.address()), again);

        Received delivered = bob.await("[SUSPICIOUS] Replay");
        assertThat(delivered.header("X-Lazaret-Release")).isEmpty();
        assertThat(delivered.header("X-Lazaret-Verdict").orElseThrow()).contains("header.release.forged", "archive.encrypted");
    }

    @Test
    void deletedMailShouldBeGoneForThatRecipientAlone() throws Exception {
        hold("Gone for one", JamesServer.ALICE, JamesServer.BOB);
        URI link = alice.notice("Gone for one");

        Page decided = alice.browser().submit(alice.browser().open(link), "/delete", Map.of());

        assertThat(decided.status()).isEqualTo(200);
        assertThat(alice.browser().open(link).form("/release")).isEmpty();
        assertThat(bob.openNotice("Gone for one").form("/release")).isPresent();
    }

    @Test
    void administratorsShouldBeToldOfMailHeldReleasedAndDeleted() throws Exception {
        hold("Told", JamesServer.ALICE, JamesServer.BOB);

        alice.browser().submit(alice.openNotice("Told"), "/release", Map.of());
        bob.browser().submit(bob.openNotice("Told"), "/delete", Map.of());

        for (String event : List.of("Mail held: Told", "Mail released: Told", "Held mail deleted: Told")) {
            assertThat(admin.await(event).header("Auto-Submitted")).hasValue("auto-generated");
        }
    }

    @Test
    void administratorShouldReleaseForOthers() throws Exception {
        hold("Decided above", JamesServer.ALICE, JamesServer.BOB);
        admin.signIn();
        Page list = admin.browser().open(server.portal("/admin/quarantine"));
        Page mail = admin.browser().open(list.link("Decided above").orElseThrow());

        admin.browser().submit(mail, "/release", Map.of("recipient", JamesServer.BOB.address()));

        assertThat(bob.await("Decided above").file(Protected.ZIP)).isPresent();
        assertThat(alice.openNotice("Decided above").form("/release")).isPresent();
    }

    @Test
    void recipientShouldSeeOnlyTheirOwnMailWhenSignedIn() throws Exception {
        hold("For alice alone", JamesServer.ALICE);
        hold("For bob alone", JamesServer.BOB);

        bob.signIn();

        assertThat(bob.browser().open(server.portal("/mails")).text()).contains("For bob alone").doesNotContain("For alice alone");
        assertThat(bob.browser().open(server.portal("/admin")).status()).isEqualTo(404);
    }

    @Test
    void wrongPasswordShouldBeRefused() throws Exception {
        Recipient stranger = new Recipient(server, new JamesServer.Account(JamesServer.ADMIN.address(), "wrong"));

        stranger.signIn();

        assertThat(stranger.browser().open(server.portal("/admin/quarantine")).text()).doesNotContain("archive.zip");
        assertThat(stranger.browser().open(server.portal("/admin/quarantine")).form("/sign-in")).isPresent();
    }

    @Test
    void forgedReleaseMarkerShouldNotLetMailPass() throws Exception {
        Sample sample = Samples.eicarInZip();
        byte[] mail = Samples.mail("Forged marker", List.of(JamesServer.BOB.address()), sample.fileName(), sample.mediaType(), sample.content());
        String marker = "X-Lazaret-Release: v=1; r=" + "0".repeat(32) + "; m=" + "0".repeat(32) + "; t=1790000000;\r\n s=" + "A".repeat(43) + "\r\n";

        server.smtp().send(SENDER, List.of(JamesServer.BOB.address()), out -> {
            out.write(marker.getBytes(StandardCharsets.US_ASCII));
            out.write(mail);
        });

        assertThat(bob.openNotice("Forged marker").form("/release")).isPresent();
        assertThat(bob.subjects()).doesNotContain("Forged marker");
    }

    @Test
    void forgedVerdictShouldBeRemoved() throws Exception {
        byte[] mail = text("Forged verdict");

        server.smtp().send(SENDER, List.of(JamesServer.BOB.address()), out -> {
            out.write("X-Lazaret-Verdict: scanned; score=0.0\r\nX-Quarantine-ID: 1\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(mail);
        });

        Received delivered = bob.await("Forged verdict");
        assertThat(delivered.header("X-Lazaret-Verdict")).isEmpty();
        assertThat(delivered.header("X-Quarantine-ID")).isEmpty();
    }

    @Test
    void healthCheckShouldNameLazaret() throws Exception {
        Page page = new Browser().open(server.webadmin("/healthcheck"));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).containsPattern("\"componentName\":\"Lazaret[^}]*\"status\":\"healthy\"");
    }

    /**
     * James has older versions of what Lazaret brings. Behind a mail that went all the way, the running server has loaded both, and each is of its
     * own jar.
     */
    @Test
    void librariesOfJamesShouldStayBesideOursWhileTheMainJobIsDone() throws Exception {
        hold("Side by side", JamesServer.ALICE);
        alice.browser().submit(alice.openNotice("Side by side"), "/release", Map.of());
        assertThat(alice.await("Side by side").file(Protected.ZIP)).isPresent();
        Path jar = server.workingDirectory().resolve("extensions-jars/lazaret-james-3.8.jar");
        Map<String, String> ours = Sbom.of(jar).stream().collect(Collectors.toMap(Sbom.Component::name, Sbom.Component::version));

        String loaded = loadedClasses();

        try (URLClassLoader extension = new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            for (Bundled library : List.of(
                    new Bundled("bcprov-jdk18on", "org.bouncycastle.", "bouncycastle.", "asn1.ASN1ObjectIdentifier"),
                    new Bundled("apache-mime4j-core", "org.apache.james.mime4j.", "mime4j.", "stream.MimeConfig"),
                    new Bundled("jetty-server", "org.eclipse.jetty.", "jetty.", "server.Server"),
                    new Bundled("commons-compress", "org.apache.commons.compress.", "commons.compress.", "archivers.zip.ZipArchiveEntry"),
                    new Bundled("commons-io", "org.apache.commons.io.", "commons.io.", "IOUtils"))) {
                Class<?> theirs = Class.forName(library.original() + library.type());
                Class<?> relocated = extension.loadClass("org.lazaret.shaded." + library.relocated() + library.type());

                assertThat(origin(theirs)).startsWith(library.artifact().replaceFirst("-jdk.*", "")).endsWith(".jar")
                    .isNotEqualTo(library.artifact() + "-" + ours.get(library.artifact()) + ".jar");
                assertThat(origin(relocated)).isEqualTo("lazaret-james-3.8.jar");
                assertThat(loaded).as("in the running server").contains(relocated.getName());
            }
        }
        assertThat(loaded).contains("org.eclipse.jetty.server.Server", "com.google.common.collect.ImmutableList")
            .doesNotContain("org.lazaret.shaded.guava");
        assertThat(ours).doesNotContainKey("guava");
    }

    /**
     * A library that both have.
     *
     * @param type a class of it that our main job needs, without the beginning of its package
     */
    private record Bundled(String artifact, String original, String relocated, String type) {
    }

    private static String origin(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).getFileName().toString();
    }

    /** Every class of this Java, which is also the server's, with its loader. */
    private static String loadedClasses() throws Exception {
        return (String) ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "vmClassloaders", new Object[] {new String[] {"show-classes"}}, new String[] {String[].class.getName()});
    }

    private static void hold(String title, JamesServer.Account... accounts) throws Exception {
        List<String> recipients = Arrays.stream(accounts).map(JamesServer.Account::address).toList();
        server.smtp().send(SENDER, recipients, titled(title, Samples.eicarInZip()).message(recipients));
        Recipient admin = new Recipient(server, JamesServer.ADMIN);
        Await.until("'" + title + "' is held", () -> admin.subjects().contains("Mail held: " + title));
    }

    private static boolean contains(Received mail, URI link) {
        try {
            return mail.text().contains(link.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] text(String subject) {
        return ("From: <" + SENDER + ">\r\nSubject: " + subject + "\r\n\r\nWords.\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Without what the server put in front when it delivered. */
    private static byte[] inner(byte[] delivered) {
        String text = new String(delivered, StandardCharsets.ISO_8859_1);
        return text.substring(text.indexOf("X-Lazaret-Release")).getBytes(StandardCharsets.ISO_8859_1);
    }
}
