package org.lazaret.portal.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An authority of its own, and a server's certificate signed by it, for 127.0.0.1: made by the JDK's keytool, in the forms that operators have. */
public final class Certificates {
    public static final String PASSWORD = "store-secret";

    private final Path folder;
    private final Path both;

    public Certificates(Path folder, String keyAlgorithm) {
        this.folder = folder;
        this.both = folder.resolve("both.p12");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keytool(both, "-genkeypair", "-alias", "authority", "-keyalg", "EC", "-dname", "CN=Authority of " + folder.getFileName(),
            "-ext", "bc=ca:true");
        keytool(both, "-genkeypair", "-alias", "portal", "-signer", "authority", "-keyalg", keyAlgorithm, "-dname", "CN=" + folder.getFileName(),
            "-ext", "san=ip:127.0.0.1");
    }

    /** A key store with the server's key alone. */
    public Path keystore() throws IOException {
        Path one = folder.resolve("one.p12");
        if (!Files.exists(one)) {
            Files.copy(both, one);
            keytool(one, "-delete", "-alias", "authority");
        }
        return one;
    }

    /** A key store with two keys. */
    public Path twoKeys() {
        return both;
    }

    public Path passwordFile(String password) throws IOException {
        Path file = folder.resolve(password + ".password");
        Files.writeString(file, password + "\n");
        return ownersOnly(file);
    }

    /** The server's certificate and the authority's. */
    public Path chain() throws IOException {
        return write("chain.pem", "CERTIFICATE", chainFromServer());
    }

    /** The same the other way round. */
    public Path turnedChain() throws IOException {
        return write("turned.pem", "CERTIFICATE", chainFromServer().reversed());
    }

    public Path privateKey() throws IOException {
        try {
            return ownersOnly(write("key.pem", "PRIVATE KEY", List.of(store().getKey("portal", PASSWORD.toCharArray()).getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Trusts this authority alone. */
    public SSLContext trusting() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", store().getCertificate("authority"));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whom a client that trusts this authority meets on a port, by that version of TLS. */
    public String shownOn(int port, String protocol) throws IOException {
        try (Socket socket = trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
            SSLSocket tls = (SSLSocket) socket;
            tls.setSoTimeout(20_000);
            tls.setEnabledProtocols(new String[] {protocol});
            tls.startHandshake();
            return ((X509Certificate) tls.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    private List<byte[]> chainFromServer() throws IOException {
        try {
            List<byte[]> chain = new ArrayList<>();
            for (Certificate certificate : store().getCertificateChain("portal")) {
                chain.add(certificate.getEncoded());
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(both)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        }
    }

    private Path write(String name, String label, List<byte[]> ders) throws IOException {
        StringBuilder text = new StringBuilder();
        for (byte[] der : ders) {
            text.append("-----BEGIN ").append(label).append("-----\n").append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der))
                .append("\n-----END ").append(label).append("-----\n");
        }
        return Files.writeString(folder.resolve(name), text.toString());
    }

    private static Path ownersOnly(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void keytool(Path store, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
