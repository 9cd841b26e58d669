package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate and its private key in files. */
public record KeyFiles(Path certificate, Path key) {

    /** EC P-384, as made at a first start. */
    public static KeyFiles curve(Path folder, String name) throws IOException {
        KeyFiles files = new KeyFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        KeyRing.generateIfMissing(files.certificate, files.key);
        return files;
    }

    public static KeyFiles rsa(Path folder, String name, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        Instant now = Instant.now();
        byte[] certificate = new JcaX509v3CertificateBuilder(subject, BigInteger.valueOf(now.toEpochMilli()), Date.from(now),
            Date.from(now.plus(1, ChronoUnit.DAYS)), subject, pair.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
            .getEncoded();
        KeyFiles files = new KeyFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        Files.writeString(files.certificate, pem("CERTIFICATE", certificate));
        PrivateFiles.create(files.key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()).getBytes(StandardCharsets.US_ASCII));
        return files;
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
