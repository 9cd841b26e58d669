package org.lazaret.portal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.scan.engine.Secret;
import org.slf4j.LoggerFactory;

class ServerTlsTest {
    @TempDir
    static Path shared;

    private static Certificates first;
    private static Certificates second;

    @TempDir
    private Path folder;

    @BeforeAll
    static void make() {
        first = new Certificates(shared.resolve("first"), "EC");
        second = new Certificates(shared.resolve("second"), "RSA");
    }

    private static WebServer server(Settings.Tls tls) {
        return new WebServer(Optional.of(new ServerTls(tls, Duration.ofMillis(50))), InetSocketAddress.createUnresolved("127.0.0.1", 0), "",
            new Routes(), call -> Optional.empty(), call -> Optional.empty(), (status, call) -> Answer.html(status, "" + status));
    }

    private static void check(Settings.Tls tls, String... expected) {
        assertThatThrownBy(() -> ServerTls.check(tls)).isInstanceOf(IOException.class).hasMessageContainingAll(expected);
    }

    private Settings.Tls keystore(Path file, String password) throws IOException {
        return new Settings.Tls.Keystore(file, Optional.of(new Secret.InFile(first.passwordFile(password))));
    }

    @Test
    void startShouldShowTheCertificateOfEitherForm() throws Exception {
        for (Settings.Tls tls : List.of(new Settings.Tls.Pem(first.chain(), first.privateKey()), keystore(first.keystore(), Certificates.PASSWORD))) {
            try (WebServer server = server(tls)) {
                server.start();

                assertThat(first.shownOn(server.port(), "TLSv1.3")).isEqualTo("CN=first");
                assertThat(first.shownOn(server.port(), "TLSv1.2")).isEqualTo("CN=first");
            }
        }
    }

    @Test
    void runningServerShouldTakeUpARenewedCertificateAndKeepItWhenTheNextIsBroken() throws Exception {
        Path chain = Files.copy(first.chain(), folder.resolve("chain.pem"));
        Path key = Files.copy(first.privateKey(), folder.resolve("key.pem"), StandardCopyOption.COPY_ATTRIBUTES);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ServerTls.class);
        log.start();
        logger.addAppender(log);
        try (WebServer server = server(new Settings.Tls.Pem(chain, key))) {
            server.start();
            assertThat(first.shownOn(server.port(), "TLSv1.3")).isEqualTo("CN=first");

            // One after the other, as a renewal does: in between they do not belong together.
            Files.copy(second.chain(), chain, StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> log.list.stream().anyMatch(event -> event.getFormattedMessage().contains("does not belong")));
            assertThat(first.shownOn(server.port(), "TLSv1.3")).isEqualTo("CN=first");
            Files.copy(second.privateKey(), key, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);

            await().ignoreExceptions().untilAsserted(() -> assertThat(second.shownOn(server.port(), "TLSv1.3")).isEqualTo("CN=second"));
            Files.writeString(chain, "broken");
            await().until(() -> log.list.stream().anyMatch(event -> event.getFormattedMessage().contains("no PEM block")));
            assertThat(second.shownOn(server.port(), "TLSv1.3")).isEqualTo("CN=second");
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void checkShouldNameFileAndKeyOfWhatCannotBeUsed() throws Exception {
        Path open = Files.copy(first.privateKey(), folder.resolve("open.pem"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));

        check(new Settings.Tls.Pem(folder.resolve("none.pem"), first.privateKey()), "none.pem", "does not exist", "(portal.tls.certificate)");
        check(new Settings.Tls.Pem(first.privateKey(), first.privateKey()), "key.pem", "[PRIVATE KEY], not the server's certificate");
        check(new Settings.Tls.Pem(first.turnedChain(), first.privateKey()), "key.pem", "does not belong to the first certificate");
        check(new Settings.Tls.Pem(first.chain(), second.privateKey()), "key.pem", "does not belong", "(portal.tls.private-key)");
        check(new Settings.Tls.Pem(first.chain(), first.chain()), "chain.pem", "not a private key", "(portal.tls.private-key)");
        check(new Settings.Tls.Pem(first.chain(), open), "open.pem", "0600", "(portal.tls.private-key)");
        check(keystore(folder.resolve("none.p12"), "x"), "none.p12", "does not exist", "(portal.tls.keystore)");
        check(keystore(first.keystore(), "wrong"), "one.p12", "password", "(portal.tls.keystore)");
        check(keystore(first.twoKeys(), Certificates.PASSWORD), "both.p12", "several keys", "(portal.tls.keystore)");
        check(new Settings.Tls.Keystore(first.keystore(), Optional.of(new Secret.InFile(folder.resolve("none")))), "none",
            "(portal.tls.keystore-password)");
    }

    @Test
    void checkShouldRefuseAChainThatIsNone() throws Exception {
        Path both = Files.writeString(folder.resolve("both.pem"), Files.readString(first.chain()) + Files.readString(second.chain()));

        check(new Settings.Tls.Pem(both, first.privateKey()), "both.pem", "chain", "(portal.tls.certificate)");
    }
}
