package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lazaret.portal.Samples.ALICE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.portal.web.Certificates;
import org.lazaret.quarantine.HeldMail;

/** The portal with a certificate of its own, over real connections. */
class TlsTest {
    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static PortalFixture portal;

    @BeforeAll
    static void start() throws IOException {
        certificates = new Certificates(folder.resolve("portal"), "RSA");
        portal = new PortalFixture("portal.tls.certificate = " + certificates.chain(), "portal.tls.private-key = " + certificates.privateKey());
    }

    @AfterAll
    static void stop() {
        portal.close();
    }

    private static Browser browser() {
        return new Browser(portal.portal().url(), client -> client.sslContext(certificates.trusting()));
    }

    private static byte[] answered(byte[] sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), portal.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(sent);
            out.flush();
            try (InputStream in = socket.getInputStream()) {
                return in.readAllBytes();
            }
        }
    }

    @Test
    void signingInAndReleasingShouldWorkOverTls() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        Browser browser = browser();

        HttpResponse<String> signedIn = browser.signIn(ALICE, "alice-secret");
        HttpResponse<String> released = browser.press("/mails/" + mail.id(), "release");

        assertThat(portal.portal().url().toString()).isEqualTo("https://127.0.0.1:" + portal.port());
        assertThat(signedIn.statusCode()).isEqualTo(303);
        assertThat(signedIn.headers().allValues("Set-Cookie")).isNotEmpty().anySatisfy(cookie -> assertThat(cookie)
            .startsWith("__Host-lazaret-session=").contains("Secure", "HttpOnly"));
        assertThat(released.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).anySatisfy(call -> assertThat(call).startsWith("release"));
    }

    @Test
    void everyAnswerShouldTellBrowsersToComeByHttpsAlone() {
        Browser browser = browser();

        for (String path : List.of("/sign-in", "/nothing", "/m/x", "/")) {
            assertThat(browser.get(path).headers().allValues("Strict-Transport-Security")).as(path).containsExactly("max-age=15552000");
        }
        try (PortalFixture plain = new PortalFixture()) {
            assertThat(plain.browser().get("/sign-in").headers().firstValue("Strict-Transport-Security")).isEmpty();
        }
    }

    @Test
    void plainHttpShouldNotBeAnswered() throws Exception {
        byte[] answer = answered("GET /sign-in HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/", "html");
    }

    @Test
    void versionsBeforeTls12ShouldBeRefused() throws Exception {
        for (int minor = 0; minor <= 2; minor++) {
            assertThat(answered(clientHello(minor))).as("3." + minor).startsWith(0x15, 0x03).endsWith(0x02, 70);
        }
    }

    /** A greeting that offers SSL 3.0 (0), TLS 1.0 (1) or TLS 1.1 (2) at most; RFC 4346, 7.4.1.2. */
    private static byte[] clientHello(int minor) {
        byte[] hello = new byte[50];
        byte[] head = {0x16, 3, (byte) minor, 0, 45, 1, 0, 0, 41, 3, (byte) minor};
        System.arraycopy(head, 0, hello, 0, head.length);
        // Behind 32 bytes of randomness: no session, one cipher suite (ECDHE_RSA_WITH_AES_128_CBC_SHA), no compression.
        byte[] tail = {0, 0, 2, (byte) 0xc0, 0x13, 1, 0};
        System.arraycopy(tail, 0, hello, head.length + 32, tail.length);
        return hello;
    }

    @Test
    void unusableCertificateShouldStopTheStartAndFreeThePort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Path missing = folder.resolve("none.pem");

        try (Portal broken = new Portal(LiveSettings.of(PortalFixture.settings("portal.bind = 127.0.0.1:" + port,
            "portal.tls.certificate = " + missing, "portal.tls.private-key = " + certificates.privateKey())), portal.quarantine,
            (address, password) -> false, id -> id, List::of, portal.clock)) {
            assertThatThrownBy(broken::start).isInstanceOf(IOException.class)
                .hasMessageContainingAll(missing.toString(), "does not exist", "portal.tls.certificate");
        }
        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(again.isBound()).isTrue();
        }
    }
}
