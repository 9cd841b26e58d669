package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an operator can get wrong: the server does not start, and says what to mend. */
class StartIT {
    private static final Logger LAZARET = (Logger) LoggerFactory.getLogger("org.lazaret");
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    @BeforeEach
    void listen() {
        LOG.list.clear();
        LOG.start();
        LAZARET.addAppender(LOG);
    }

    @AfterEach
    void stopListening() {
        LAZARET.detachAppender(LOG);
    }

    @Test
    void unknownSettingShouldBeNamedWithItsFile(@TempDir Path folder) {
        assertThat(reason(folder, Map.of("action.malicous", "warn"))).contains("lazaret.properties", "action.malicous", "action.malicious");
    }

    @Test
    void valueThatIsNotAllowedShouldBeNamedWithWhatIs(@TempDir Path folder) {
        assertThat(reason(folder, Map.of("action.malicious", "destroy")))
            .contains("lazaret.properties", "action.malicious", "destroy", "quarantine", "warn", "permit");
    }

    @Test
    void portInUseShouldBeNamed(@TempDir Path folder) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertThat(reason(folder, Map.of("portal.bind", address))).contains("portal.bind", address);
        }
    }

    @Test
    void folderThatCannotBeWrittenShouldBeNamed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "a file in place of the folder");

        assertThat(reason(folder.resolve("james"), Map.of("quarantine.directory", file.toString()))).contains(file.toString());
    }

    @Test
    void missingKeyShouldBeNamed(@TempDir Path folder) {
        assertThat(reason(folder, Map.of("quarantine.generate-keys", "false"))).contains("quarantine.crt");
    }

    @Test
    void unknownParameterOfAMailetShouldBeNamed(@TempDir Path folder) throws Exception {
        Path conf = TestServer.changedConf(folder.resolve("own-conf"), "mailetcontainer.xml", text -> text.replace(
            "class=\"org.lazaret.mailets.ScanAttachments\">", "class=\"org.lazaret.mailets.ScanAttachments\"><treshold>3</treshold>"));

        assertThat(everything(catchThrowable(() -> TestServer.start(folder.resolve("james"), conf, Map.of()).close())))
            .contains("ScanAttachments", "treshold");
    }

    @Test
    void certificateThatDoesNotExistShouldBeNamed(@TempDir Path folder) {
        assertThat(reason(folder, Map.of("portal.tls.certificate", "conf/none.pem", "portal.tls.private-key", "conf/key.pem")))
            .contains("none.pem", "does not exist", "portal.tls.certificate");
    }

    @Test
    void portalShouldSpeakTlsWithAKeystoreOfItsOwn(@TempDir Path folder) throws Exception {
        Path keystore = folder.resolve("portal.p12");
        Path password = Files.writeString(folder.resolve("portal.password"), "store-secret");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
            "-dname", "CN=portal", "-ext", "san=ip:127.0.0.1", "-keystore", keystore.toString(), "-storetype", "PKCS12", "-storepass", "store-secret")
            .inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore trusted = KeyStore.getInstance(keystore.toFile(), "store-secret".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);

        try (JamesServer server = TestServer.start(folder.resolve("james"), Map.of("portal.url", "", "portal.tls.keystore", keystore.toString(),
                "portal.tls.keystore-password", "file:" + password));
             HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            HttpResponse<String> page = client.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.ports().portal() + "/sign-in"))
                .build(), HttpResponse.BodyHandlers.ofString());

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("name=\"password\"");
            assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
        }
    }

    @Test
    void queueInMemoryShouldBeWarnedAbout(@TempDir Path folder) throws Exception {
        TestServer.start(folder).close();

        assertThat(LOG.list).anySatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("mail queue", "in memory only");
        });
    }

    private static String reason(Path folder, Map<String, String> settings) {
        return everything(catchThrowable(() -> TestServer.start(folder, settings).close()));
    }

    private static String everything(Throwable thrown) {
        assertThat(thrown).as("the server starts").isNotNull();
        // James 3.8 hides the cause of what fails in an extension's module, so Lazaret logs it too.
        StringBuilder text = new StringBuilder();
        List.copyOf(LOG.list).forEach(event -> text.append(event.getFormattedMessage()).append('\n'));
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }
}
