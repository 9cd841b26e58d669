package org.lazaret.quarantine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    @TempDir
    Path folder;

    private Path certificate;
    private Path key;

    @BeforeEach
    void generate() throws Exception {
        certificate = folder.resolve("quarantine.crt");
        key = folder.resolve("quarantine.key");
        KeyRing.generateIfMissing(certificate, key);
    }

    @Test
    void generateShouldMakeAPrivateKeyThatOnlyItsOwnerReads() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");
        assertThat(KeyRing.load(List.of(certificate), Optional.of(key)).canOpen()).isTrue();
    }

    @Test
    void generateShouldNeverReplaceAKey() throws Exception {
        byte[] before = Files.readAllBytes(key);
        Files.delete(certificate);

        KeyRing.generateIfMissing(certificate, key);

        assertThat(Files.readAllBytes(key)).isEqualTo(before);
        assertThat(certificate).doesNotExist();
    }

    @Test
    void loadShouldSealOnlyWhenThereIsNoPrivateKey() throws Exception {
        Envelopes envelopes = new Envelopes(KeyRing.load(List.of(certificate), Optional.empty()), folder);
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = envelopes.seal(sealed)) {
            out.write(1);
        }

        assertThat(envelopes.canOpen()).isFalse();
        assertThatThrownBy(() -> envelopes.open(new ByteArrayInputStream(sealed.toByteArray()))).isInstanceOf(IOException.class)
            .hasMessageContaining("No private key");
    }

    @Test
    void loadShouldRefuseAMissingFile() {
        refused(folder.resolve("none.crt"), key, "none.crt", "does not exist");
        refused(certificate, folder.resolve("none.key"), "none.key", "does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void loadShouldRefuseAKeyThatIsOpenToOthers(String mode) throws Exception {
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        refused(certificate, key, "quarantine.key", "open to others", "0600");
    }

    @Test
    void loadShouldRefuseAKeyThatBelongsToNoCertificate() throws Exception {
        Path other = folder.resolve("other.key");
        KeyRing.generateIfMissing(folder.resolve("other.crt"), other);

        refused(certificate, other, "other.key", "does not belong to any");
    }

    @Test
    void loadShouldRefuseAnOldKeyThatIsMissingWrongOrOpenToOthers() throws Exception {
        KeyFiles old = KeyFiles.curve(folder, "old");
        Path garbled = write("garbled.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertThat(KeyRing.load(List.of(certificate), Optional.of(key), List.of(old.key())).canOpen()).isTrue();
        refusedOld(folder.resolve("none.key"), "none.key", "does not exist");
        refusedOld(garbled, "garbled.key", "cannot be read");
        refusedOld(old.certificate(), "old.crt", "not a private key");

        Files.setPosixFilePermissions(old.key(), PosixFilePermissions.fromString("rw-r--r--"));

        refusedOld(old.key(), "old.key", "open to others", "0600");
    }

    @Test
    void loadShouldRefuseAShortKey() throws Exception {
        KeyFiles weak = KeyFiles.rsa(folder, "weak", 2048);

        refused(weak.certificate(), weak.key(), "weak.crt", "3072");
    }

    @Test
    void loadShouldTakeTheKeyOfAnyOfTheCertificates() throws Exception {
        KeyFiles escrow = KeyFiles.rsa(folder, "escrow", 3072);

        assertThat(KeyRing.load(List.of(certificate, escrow.certificate()), Optional.of(key)).canOpen()).isTrue();
        assertThat(KeyRing.load(List.of(certificate, escrow.certificate()), Optional.of(escrow.key())).canOpen()).isTrue();
    }

    @Test
    void openShouldRefuseContentForAnotherKey() throws Exception {
        KeyRing.generateIfMissing(folder.resolve("other.crt"), folder.resolve("other.key"));
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = new Envelopes(KeyRing.load(List.of(folder.resolve("other.crt")), Optional.empty()), folder).seal(sealed)) {
            out.write(1);
        }
        Envelopes envelopes = new Envelopes(KeyRing.load(List.of(certificate), Optional.of(key)), folder);

        assertThatThrownBy(() -> envelopes.open(new ByteArrayInputStream(sealed.toByteArray()))).isInstanceOf(ContentTamperedException.class)
            .hasMessageContaining("other certificates");
    }

    @Test
    void loadShouldRefuseWhatCannotBeRead() throws Exception {
        Path empty = write("empty.pem", "");
        Path garbled = write("garbled.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Path garbledCertificate = write("garbled.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path passphrase = write("passphrase.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Path old = write("old.pem", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");

        refused(certificate, empty, "empty.pem", "no PEM block");
        refused(certificate, garbled, "garbled.pem", "cannot be read");
        refused(garbledCertificate, key, "garbled.crt", "cannot be read");
        refused(certificate, passphrase, "passphrase.pem", "passphrase", "openssl pkcs8");
        refused(certificate, old, "old.pem", "convert it", "openssl pkcs8");
        refused(certificate, certificate, "quarantine.crt", "holds [CERTIFICATE], not a private key");
        refused(key, key, "quarantine.key", "not an X.509 certificate");
    }

    @Test
    void loadShouldRefuseAnotherAlgorithm() throws Exception {
        byte[] der = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
        Path other = write("ed.pem", "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END PRIVATE KEY-----\n");

        refused(certificate, other, "ed.pem", "cannot be read as an EC or RSA");
    }

    @Test
    void secretShouldBeMadeOnceAndRefusedWhenOpenToOthers() throws Exception {
        Path file = folder.resolve("secrets").resolve("links.key");
        byte[] secret = PrivateFiles.secret(file, 32);

        assertThat(PrivateFiles.secret(file, 32)).isEqualTo(secret);
        assertThatThrownBy(() -> PrivateFiles.secret(file, 16)).isInstanceOf(UnusableKeyException.class).hasMessageContaining("links.key");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> PrivateFiles.secret(file, 32)).isInstanceOf(UnusableKeyException.class).hasMessageContaining("0600");
    }

    private Path write(String name, String content) throws IOException {
        PrivateFiles.create(folder.resolve(name), content.getBytes(StandardCharsets.US_ASCII));
        return folder.resolve(name);
    }

    private static void refused(Path certificate, Path key, String... words) {
        assertThatThrownBy(() -> KeyRing.load(List.of(certificate), Optional.of(key))).isInstanceOf(UnusableKeyException.class)
            .hasMessageContainingAll(words);
    }

    private void refusedOld(Path old, String... words) {
        assertThatThrownBy(() -> KeyRing.load(List.of(certificate), Optional.of(key), List.of(old))).isInstanceOf(UnusableKeyException.class)
            .hasMessageContainingAll(words);
    }
}
