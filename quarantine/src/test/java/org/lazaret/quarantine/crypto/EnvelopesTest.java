package org.lazaret.quarantine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopesTest {
    @TempDir
    Path folder;

    private Envelopes envelopes;

    @BeforeEach
    void generateKeys() throws Exception {
        Path certificate = folder.resolve("c.pem");
        Path key = folder.resolve("k.pem");
        KeyRing.generateIfMissing(certificate, key);
        envelopes = new Envelopes(KeyRing.load(List.of(certificate), Optional.of(key)), folder.resolve("tmp"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 1000, 65_519, 65_520, 65_521, 65_535, 65_536, 65_537, 131_072, 1_048_575, 1_048_576, 1_048_577, 3_000_001})
    void openShouldGiveBackWhatWasSealed(int size) throws Exception {
        byte[] plain = random(size);

        byte[] sealed = seal(plain);

        assertThat(open(sealed)).isEqualTo(plain);
    }

    @Test
    void sealShouldNeverGiveTheSameBytesTwice() throws Exception {
        byte[] plain = random(100);

        assertThat(seal(plain)).isNotEqualTo(seal(plain));
    }

    @Test
    void openShouldNeverHandOutAnythingElseWhenABitIsFlipped() throws Exception {
        byte[] plain = random(200);
        byte[] sealed = seal(plain);
        int refused = 0;

        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                assertThat(open(flipped)).as("bit %d", bit).isEqualTo(plain);
            } catch (ContentTamperedException e) {
                refused++;
            }
        }

        // The rest are names and numbers in the frame that nothing depends on, such as the certificate's issuer.
        assertThat(refused).isGreaterThan(sealed.length * 8 * 8 / 10);
    }

    @Test
    void openShouldRefuseEveryCutAndEveryTail() throws Exception {
        byte[] sealed = seal(random(200));

        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> open(cut)).as("cut to %d of %d", length, sealed.length).isInstanceOf(ContentTamperedException.class);
        }
        assertThatThrownBy(() -> open(Arrays.copyOf(sealed, sealed.length + 1))).isInstanceOf(ContentTamperedException.class);
    }

    private byte[] seal(byte[] plain) throws Exception {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = envelopes.seal(sealed)) {
            out.write(plain);
        }
        return sealed.toByteArray();
    }

    private byte[] open(byte[] sealed) throws Exception {
        try (Spool spool = envelopes.open(new ByteArrayInputStream(sealed))) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            spool.writeTo(plain);
            return plain.toByteArray();
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
