package org.lazaret.scan.engine.icap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Peer;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.ScriptedServer;
import org.lazaret.scan.examine.Spool;

class IcapTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    /** Keys for a name, and trust in them. */
    private SSLContext context(String alternativeName) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        Files.deleteIfExists(file);
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "icap",
            "-keyalg", "EC", "-dname", "CN=icap", "-ext", "san=" + alternativeName, "-storetype", "PKCS12", "-storepass", PASSWORD,
            "-keystore", file.toString()).inheritIO().start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    /** Serves until it is closed. */
    private static ServerSocket serve(SSLContext context) throws IOException {
        ServerSocket listener = context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        IcapPeer peer = IcapPeer.of("Preview: 4\r\nAllow: 204\r\n", (request, opinion) -> request.body().length % 2 == 0 ? IcapPeer.unchanged()
            : IcapPeer.infected());
        Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    peer.serve(socket.getInputStream(), socket.getOutputStream(), new Peer.Reply() {
                        @Override
                        public Peer.Opinion opinion() {
                            return Peer.Opinion.CLEAN;
                        }

                        @Override
                        public void send(byte[] answer) throws IOException {
                            socket.getOutputStream().write(answer);
                        }
                    });
                } catch (IOException e) {
                    // the client has ended it
                }
            }
        });
        return listener;
    }

    private static Answer ask(int port, SSLSocketFactory trust, int size, Duration time) throws IOException, InterruptedException {
        IcapOptions options = new IcapOptions(IcapOptions.Method.RESPMOD, true, Score.WORST, 10 << 20, PATIENCE, PATIENCE, 2);
        try (IcapEngine engine = new IcapEngine("icap", URI.create("icaps://127.0.0.1:" + port + "/x"), options, () -> trust)) {
            return engine.ask(new Sample("a", "text/plain", Spool.of(new byte[size])), Deadline.in(time));
        }
    }

    @Test
    void askShouldTalkOverTlsWhenTheServiceIsSecure() throws Exception {
        SSLContext context = context("ip:127.0.0.1");
        try (ServerSocket server = serve(context)) {
            assertThat(ask(server.getLocalPort(), context.getSocketFactory(), 2_000_000, PATIENCE)).isEqualTo(new Answer.Clean());
            assertThat(ask(server.getLocalPort(), context.getSocketFactory(), 2_000_001, PATIENCE)).isEqualTo(
                new Answer.Harmful(List.of(new Answer.Hit("Test-Signature", Score.WORST, ""))));
        }
    }

    @Test
    void askShouldThrowWhenTheCertificateIsNotTrustedOrOfAnotherHost() throws Exception {
        SSLContext context = context("dns:elsewhere.example");
        try (ServerSocket server = serve(context)) {
            assertThatThrownBy(() -> ask(server.getLocalPort(), context.getSocketFactory(), 2, PATIENCE)).isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> ask(server.getLocalPort(), (SSLSocketFactory) SSLSocketFactory.getDefault(), 2, PATIENCE))
                .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void askShouldThrowWhenTheServerDoesNotShakeHandsInTime() throws Exception {
        SSLContext context = context("ip:127.0.0.1");
        try (ScriptedServer silent = new ScriptedServer((in, out, reply) -> in.readAllBytes())) {
            assertThatThrownBy(() -> ask(silent.address().getPort(), context.getSocketFactory(), 2, Duration.ofMillis(500)))
                .isInstanceOf(SocketTimeoutException.class);
        }
    }
}
