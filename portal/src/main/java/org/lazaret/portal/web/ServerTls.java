package org.lazaret.portal.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.crypto.PemFile;
import org.lazaret.quarantine.crypto.PrivateFiles;
import org.lazaret.quarantine.crypto.UnusableKeyException;
import org.lazaret.scan.engine.Secret;
import org.lazaret.scan.log.Log;

/**
 * The server's side of TLS 1.2 and 1.3: its certificate and key, read from the files that the settings name, and read anew within
 * {@value #INTERVAL_SECONDS} seconds of a change. When the changed files cannot be used, the log says why and the certificate before stays.
 *
 * <p>A certificate that has run out is shown all the same, with a warning in the log: browsers say so, and mail goes on.
 */
public final class ServerTls implements AutoCloseable {
    private static final int INTERVAL_SECONDS = 60;

    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    /** Of the key store in memory, which nobody else sees. */
    private static final char[] IN_MEMORY = "in-memory".toCharArray();
    private static final Log LOGGER = Log.of(ServerTls.class);

    private final Settings.Tls settings;
    private final Duration interval;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name("lazaret-portal-certificate").factory());
    private List<Object> seen = List.of();
    private String lastProblem = "";

    ServerTls(Settings.Tls settings) {
        this(settings, Duration.ofSeconds(INTERVAL_SECONDS));
    }

    ServerTls(Settings.Tls settings, Duration interval) {
        this.settings = settings;
        this.interval = interval;
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setRenegotiationAllowed(false);
        factory.setKeyStorePassword(new String(IN_MEMORY));
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /**
     * Reads the files, before the server starts.
     *
     * @throws IOException when they cannot be used, naming file and key
     */
    synchronized void load() throws IOException {
        List<Object> stamps = stamps();
        factory.setKeyStore(read(settings));
        seen = stamps;
        watch.scheduleWithFixedDelay(this::refresh, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes up what changed; an exception would end the watch. */
    private synchronized void refresh() {
        try {
            List<Object> stamps = stamps();
            if (stamps.equals(seen)) {
                return;
            }
            KeyStore renewed = read(settings);
            factory.reload(same -> same.setKeyStore(renewed));
            seen = stamps;
            lastProblem = "";
        } catch (Exception e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(lastProblem)) {
                LOGGER.warn("The portal goes on with the certificate it has: {}", problem);
                lastProblem = problem;
            }
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /**
     * Whether a portal can start with this.
     *
     * @throws IOException when it cannot, naming file and key
     */
    public static void check(Settings.Tls settings) throws IOException {
        read(settings);
    }

    /** What changes when a file is written or a link leads elsewhere. */
    private List<Object> stamps() throws IOException {
        List<Object> stamps = new ArrayList<>();
        for (Path file : switch (settings) {
            case Settings.Tls.Pem pem -> List.of(pem.certificates(), pem.privateKey());
            case Settings.Tls.Keystore keystore -> Stream.concat(Stream.of(keystore.file()), keystore.password().stream()
                .filter(Secret.InFile.class::isInstance).map(Secret.InFile.class::cast).map(Secret.InFile::file)).toList();
        }) {
            if (Files.exists(file)) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.add(List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey())));
            } else {
                stamps.add(file);
            }
        }
        return stamps;
    }

    private static KeyStore read(Settings.Tls settings) throws IOException {
        return switch (settings) {
            case Settings.Tls.Pem pem -> {
                X509Certificate[] chain = named("portal.tls.certificate", () -> chain(pem.certificates()));
                PrivateKey key = named("portal.tls.private-key", () -> privateKey(pem.privateKey(), chain[0]));
                yield named("portal.tls.certificate", () -> inMemory(pem.certificates(), key, chain));
            }
            case Settings.Tls.Keystore keystore -> {
                char[] password = keystore.password().isEmpty() ? new char[0]
                    : named("portal.tls.keystore-password", () -> keystore.password().get().read()).toCharArray();
                yield named("portal.tls.keystore", () -> keystore(keystore.file(), password));
            }
        };
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T named(String key, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new IOException(e.getMessage() + " (" + key + ")", e);
        }
    }

    private static X509Certificate[] chain(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : PemFile.all(file, "CERTIFICATE", "the server's certificate")) {
            try {
                chain.add((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new UnusableKeyException(file, "cannot be read as X.509 certificates: " + e.getMessage(), e);
            }
        }
        return chain.toArray(X509Certificate[]::new);
    }

    private static PrivateKey privateKey(Path file, X509Certificate certificate) throws IOException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(PemFile.first(file, "PRIVATE KEY", "a private key (PKCS #8)"));
        PrivateFiles.checkPrivate(file);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(spec);
                if (!belongTogether(certificate.getPublicKey(), key)) {
                    throw new UnusableKeyException(file, "does not belong to the first certificate of portal.tls.certificate ("
                        + certificate.getSubjectX500Principal() + ")", null);
                }
                return key;
            } catch (InvalidKeySpecException e) {
                LOGGER.debug("{} holds no {} key", file, algorithm, e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Java knows " + algorithm, e);
            }
        }
        throw new UnusableKeyException(file, "cannot be read as a private key (PKCS #8) of " + String.join(", ", KEY_ALGORITHMS), null);
    }

    private static KeyStore keystore(Path file, char[] password) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new UnusableKeyException(file, "does not exist or cannot be read by this user; it should be a PKCS #12 key store", null);
        }
        if (password.length == 0) {
            PrivateFiles.checkPrivate(file);
        }
        try {
            KeyStore store = KeyStore.getInstance(file.toFile(), password);
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new UnusableKeyException(file, "holds " + (keys.isEmpty() ? "no key" : "several keys, " + keys)
                    + "; it should hold one, with its certificate", null);
            }
            Key key = store.getKey(keys.get(0), password);
            Certificate[] chain = store.getCertificateChain(keys.get(0));
            if (!(key instanceof PrivateKey privateKey) || chain == null || !(chain[0] instanceof X509Certificate)) {
                throw new UnusableKeyException(file, "holds no private key with an X.509 certificate", null);
            }
            return inMemory(file, privateKey, chain);
        } catch (UnusableKeyException e) {
            throw e;
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableKeyException(file, "cannot be opened as a key store with this password: " + e.getMessage(), e);
        }
    }

    private static KeyStore inMemory(Path file, PrivateKey key, Certificate[] chain) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            // Refuses certificates that do not sign each other in this order.
            store.setKeyEntry("portal", key, IN_MEMORY, chain);
            X509Certificate own = (X509Certificate) chain[0];
            try {
                own.checkValidity();
                LOGGER.info("The portal's certificate is that of {}, until {}", own.getSubjectX500Principal(), own.getNotAfter().toInstant());
            } catch (CertificateException e) {
                LOGGER.warn("{}: the portal's certificate is out of date ({} to {}); browsers will refuse it", file, own.getNotBefore().toInstant(),
                    own.getNotAfter().toInstant());
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw new UnusableKeyException(file, "cannot be used as a chain, the server's certificate first: " + e.getMessage(), e);
        }
    }

    /** Tried rather than compared: works for each algorithm. */
    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] probe = new byte[32];
        new SecureRandom().nextBytes(probe);
        Signature signature = Signature.getInstance(algorithm);
        try {
            signature.initSign(privateKey);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
