package org.lazaret.quarantine.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificates that held mail is encrypted to, the private key that opens it, and the keys before it that still open older mail.
 *
 * <p>Certificates and keys are PEM files: X.509, and PKCS #8 without a passphrase. Elliptic curve keys on P-256, P-384 or P-521 and RSA keys
 * from {@value #MIN_RSA_BITS} bits are taken. A certificate is a carrier of a key here: who signed it and its dates do not matter, since mail
 * must be held also on the day after it runs out.
 *
 * <h2>Restrictions</h2>
 * Without a private key a ring can seal, not open. A private key that belongs to none of the certificates is refused: nothing sealed from
 * now on could be opened with it. Old keys need no certificate: which content they open is found by trying.
 */
public final class KeyRing {
    static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
    static final int MIN_RSA_BITS = 3072;

    private static final Set<Integer> CURVE_BITS = Set.of(256, 384, 521);
    private static final int GENERATED_YEARS = 30;

    private final List<X509Certificate> certificates;
    private final Optional<PrivateKey> privateKey;
    private final List<PrivateKey> oldKeys;

    private KeyRing(List<X509Certificate> certificates, Optional<PrivateKey> privateKey, List<PrivateKey> oldKeys) {
        this.certificates = List.copyOf(certificates);
        this.privateKey = privateKey;
        this.oldKeys = List.copyOf(oldKeys);
    }

    /** A ring without old keys. */
    public static KeyRing load(List<Path> certificateFiles, Optional<Path> privateKeyFile) throws IOException {
        return load(certificateFiles, privateKeyFile, List.of());
    }

    /**
     * @param oldKeyFiles keys that are no longer sealed to
     * @throws UnusableKeyException naming the file, when one is missing, cannot be read as what it should be, is of an algorithm or size that
     *                              is not taken, or when a private key is open to others or the current one belongs to none of the
     *                              certificates
     */
    public static KeyRing load(List<Path> certificateFiles, Optional<Path> privateKeyFile, List<Path> oldKeyFiles) throws IOException {
        if (certificateFiles.isEmpty()) {
            throw new IllegalArgumentException("At least one certificate is needed");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : certificateFiles) {
            certificates.add(certificate(file));
        }
        Optional<PrivateKey> current = Optional.empty();
        if (privateKeyFile.isPresent()) {
            Path file = privateKeyFile.get();
            PrivateKey key = privateKey(file);
            if (certificates.stream().noneMatch(certificate -> belongTogether(certificate.getPublicKey(), key))) {
                throw new UnusableKeyException(file, "does not belong to any of the certificates " + certificateFiles, null);
            }
            current = Optional.of(key);
        }
        List<PrivateKey> old = new ArrayList<>();
        for (Path file : oldKeyFiles) {
            old.add(privateKey(file));
        }
        return new KeyRing(certificates, current, old);
    }

    /**
     * Makes an EC P-384 key and a self-signed certificate for it, the key with mode 0600. Does nothing when both files exist; when only one
     * does, nothing is overwritten either, and {@link #load} will name the missing one.
     */
    public static void generateIfMissing(Path certificateFile, Path privateKeyFile) throws IOException {
        if (Files.exists(certificateFile) || Files.exists(privateKeyFile)) {
            return;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
            generator.initialize(new ECGenParameterSpec("P-384"), new SecureRandom());
            KeyPair pair = generator.generateKeyPair();
            Instant now = Instant.now();
            X500Name name = new X500Name("CN=Lazaret quarantine");
            X509Certificate certificate = new JcaX509CertificateConverter().setProvider(BOUNCY_CASTLE).getCertificate(
                new JcaX509v3CertificateBuilder(name, new BigInteger(127, new SecureRandom()).setBit(126),
                    Date.from(now.minus(1, ChronoUnit.DAYS)), Date.from(now.plus(365L * GENERATED_YEARS, ChronoUnit.DAYS)), name, pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyAgreement))
                    .build(new JcaContentSignerBuilder("SHA384withECDSA").setProvider(BOUNCY_CASTLE).build(pair.getPrivate())));
            PrivateFiles.create(privateKeyFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            PrivateFiles.create(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("Keys could not be generated", e);
        }
    }

    /** Whether there is a private key. */
    public boolean canOpen() {
        return privateKey.isPresent();
    }

    List<X509Certificate> certificates() {
        return certificates;
    }

    /** The private key that belongs to one of the certificates. */
    Optional<PrivateKey> privateKey() {
        return privateKey;
    }

    /** All private keys, the current one first. */
    List<PrivateKey> privateKeys() {
        return Stream.concat(privateKey.stream(), oldKeys.stream()).toList();
    }

    private static X509Certificate certificate(Path file) throws IOException {
        byte[] der = PemFile.first(file, "CERTIFICATE", "an X.509 certificate");
        X509Certificate certificate;
        try {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509", BOUNCY_CASTLE)
                .generateCertificate(new ByteArrayInputStream(der));
            if (certificate == null) {
                throw new UnusableKeyException(file, "holds no X.509 certificate", null);
            }
            checkAlgorithm(file, certificate.getPublicKey());
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new UnusableKeyException(file, "cannot be read as an X.509 certificate: " + e.getMessage(), e);
        }
        return certificate;
    }

    private static void checkAlgorithm(Path file, PublicKey key) throws UnusableKeyException {
        boolean taken = switch (key) {
            case ECPublicKey ec -> CURVE_BITS.contains(ec.getParams().getCurve().getField().getFieldSize());
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            default -> false;
        };
        if (!taken) {
            throw new UnusableKeyException(file, "has a key that is not taken (" + key.getAlgorithm() + "); use EC P-384, or RSA from "
                + MIN_RSA_BITS + " bits", null);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        byte[] der = PemFile.first(file, "PRIVATE KEY", "a private key (PKCS #8)");
        PrivateFiles.checkPrivate(file);
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        GeneralSecurityException last = new GeneralSecurityException("no algorithm");
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm, BOUNCY_CASTLE).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                last = e;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("BouncyCastle knows " + algorithm, e);
            }
        }
        throw new UnusableKeyException(file, "cannot be read as an EC or RSA private key (PKCS #8): " + last.getMessage(), last);
    }

    /** Tried rather than compared: works for each algorithm, and proves the key usable. */
    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        if (!publicKey.getAlgorithm().equals(privateKey.getAlgorithm())
            && !(publicKey instanceof ECPublicKey && privateKey.getAlgorithm().startsWith("EC"))) {
            return false;
        }
        try {
            byte[] probe = new byte[32];
            new SecureRandom().nextBytes(probe);
            Signature signature = Signature.getInstance(publicKey instanceof ECPublicKey ? "SHA256withECDSA" : "SHA256withRSA", BOUNCY_CASTLE);
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

    private static byte[] pem(String label, byte[] der) {
        String text = "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END " + label + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
