package org.lazaret.quarantine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several certificates, and the way from old ones to new ones. */
class RewrapTest {
    private static final int SIZE = 300_000;

    @TempDir
    static Path folder;

    private static KeyFiles old;
    private static KeyFiles fresh;
    private static KeyFiles escrow;

    @BeforeAll
    static void generate() throws Exception {
        old = KeyFiles.curve(folder, "old");
        fresh = KeyFiles.curve(folder, "fresh");
        escrow = KeyFiles.rsa(folder, "escrow", 3072);
    }

    @Test
    void openShouldWorkWithEachKeyAloneWhenThereAreSeveralCertificates() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old, fresh, escrow), Optional.empty()), plain());

        for (KeyFiles one : List.of(old, fresh, escrow)) {
            assertThat(open(envelopes(List.of(one), Optional.of(one)), sealed)).isEqualTo(plain());
        }
    }

    @Test
    void openShouldWorkWithAnOldKey() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), plain());

        assertThat(open(envelopes(List.of(fresh), Optional.of(fresh), escrow, old), sealed)).isEqualTo(plain());
        assertThatThrownBy(() -> open(envelopes(List.of(fresh), Optional.of(fresh), escrow), sealed))
            .isInstanceOf(ContentTamperedException.class)
            .hasMessageContaining("other certificates");
    }

    @Test
    void rewrapShouldMakeItOpenToTheNewCertificatesAlone() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), plain());

        byte[] rewrapped = rewrap(envelopes(List.of(fresh, escrow), Optional.of(fresh), old), sealed);

        assertThat(open(envelopes(List.of(fresh), Optional.of(fresh)), rewrapped)).isEqualTo(plain());
        assertThat(open(envelopes(List.of(escrow), Optional.of(escrow)), rewrapped)).isEqualTo(plain());
        assertThatThrownBy(() -> open(envelopes(List.of(old), Optional.of(old)), rewrapped)).isInstanceOf(ContentTamperedException.class);
    }

    @Test
    void rewrapShouldLeaveTheEncryptedContentAndItsTagAsTheyAre() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), plain());

        byte[] rewrapped = rewrap(envelopes(List.of(fresh, escrow), Optional.of(fresh), old), sealed);

        assertThat(rewrapped.length).isGreaterThan(sealed.length);
        assertThat(tail(rewrapped)).isEqualTo(tail(sealed));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 130_000, 131_072, 140_000, 3_000_000})
    void rewrapShouldWorkForEverySize(int size) throws Exception {
        byte[] plain = Arrays.copyOf(plain(), size);
        byte[] sealed = seal(envelopes(List.of(old, escrow), Optional.empty()), plain);

        byte[] rewrapped = rewrap(envelopes(List.of(fresh), Optional.of(fresh), escrow), sealed);

        assertThat(open(envelopes(List.of(fresh), Optional.of(fresh)), rewrapped)).isEqualTo(plain);
    }

    @Test
    void isCurrentShouldTellWhatNeedsToBeRewrapped() throws Exception {
        Envelopes current = envelopes(List.of(fresh, escrow), Optional.of(fresh), old);
        byte[] before = seal(envelopes(List.of(old), Optional.empty()), plain());
        byte[] one = seal(envelopes(List.of(fresh), Optional.empty()), plain());
        byte[] more = seal(envelopes(List.of(fresh, escrow, old), Optional.empty()), plain());
        byte[] same = seal(envelopes(List.of(escrow, fresh), Optional.empty()), plain());

        assertThat(isCurrent(current, before)).isFalse();
        assertThat(isCurrent(current, one)).isFalse();
        assertThat(isCurrent(current, more)).isFalse();
        assertThat(isCurrent(current, same)).isTrue();
        assertThat(isCurrent(current, rewrap(current, before))).isTrue();
    }

    @Test
    void rewrapShouldRefuseWhatNoKeyHereOpens() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), plain());
        ByteArrayOutputStream written = new ByteArrayOutputStream();

        assertThatThrownBy(() -> envelopes(List.of(fresh), Optional.of(fresh)).rewrap(new ByteArrayInputStream(sealed), written))
            .isInstanceOf(ContentTamperedException.class)
            .hasMessageContaining("other certificates");
        assertThat(written.size()).isZero();
    }

    @Test
    void rewrapShouldRefuseWithoutAPrivateKey() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), plain());

        assertThatThrownBy(() -> rewrap(envelopes(List.of(old), Optional.empty()), sealed)).isInstanceOf(IOException.class)
            .hasMessageContaining("No private key");
    }

    @Test
    void rewrapShouldNotHideThatTheContentWasChanged() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), plain());
        Envelopes current = envelopes(List.of(fresh), Optional.of(fresh), old);
        byte[] flipped = sealed.clone();
        flipped[sealed.length / 2] ^= 1;
        byte[] cut = Arrays.copyOf(sealed, sealed.length - 30);

        for (byte[] changed : List.of(flipped, cut)) {
            byte[] rewrapped = rewrap(current, changed);
            assertThatThrownBy(() -> open(current, rewrapped)).isInstanceOf(ContentTamperedException.class);
        }
    }

    @Test
    void rewrapShouldRefuseEveryHeadThatIsCut() throws Exception {
        byte[] sealed = seal(envelopes(List.of(old), Optional.empty()), new byte[0]);
        Envelopes current = envelopes(List.of(fresh), Optional.of(fresh), old);
        int contentStart = 300;

        for (int length = 0; length < contentStart; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> rewrap(current, cut)).as("cut to %d", length).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> isCurrent(current, cut)).as("cut to %d", length).isInstanceOf(IOException.class);
        }
    }

    private static Envelopes envelopes(List<KeyFiles> certificates, Optional<KeyFiles> key, KeyFiles... oldKeys) throws IOException {
        return new Envelopes(KeyRing.load(certificates.stream().map(KeyFiles::certificate).toList(), key.map(KeyFiles::key),
            Stream.of(oldKeys).map(KeyFiles::key).toList()), folder.resolve("tmp"));
    }

    private static byte[] plain() {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** The encrypted content, the tag, and the end of all structures. */
    private static byte[] tail(byte[] sealed) {
        return Arrays.copyOfRange(sealed, sealed.length - SIZE - 60, sealed.length);
    }

    private static byte[] seal(Envelopes envelopes, byte[] plain) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = envelopes.seal(sealed)) {
            out.write(plain);
        }
        return sealed.toByteArray();
    }

    private static byte[] rewrap(Envelopes envelopes, byte[] sealed) throws IOException {
        ByteArrayOutputStream rewrapped = new ByteArrayOutputStream();
        envelopes.rewrap(new ByteArrayInputStream(sealed), rewrapped);
        return rewrapped.toByteArray();
    }

    private static boolean isCurrent(Envelopes envelopes, byte[] sealed) throws IOException {
        return envelopes.isCurrent(new ByteArrayInputStream(sealed));
    }

    private static byte[] open(Envelopes envelopes, byte[] sealed) throws IOException {
        try (Spool spool = envelopes.open(new ByteArrayInputStream(sealed))) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            spool.writeTo(plain);
            return plain.toByteArray();
        }
    }
}
