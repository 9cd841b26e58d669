package org.lazaret.scan.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.type.Samples;

/** Against the reference library, which packs and never unpacks here. */
class ZstdInputStreamTest {
    private static byte[] sample(Random random) {
        byte[] bytes = new byte[random.nextInt(300_000)];
        int period = 1 + random.nextInt(5000);
        int letters = 1 + random.nextInt(256);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i >= period && random.nextInt(50) != 0 ? bytes[i - period] : random.nextInt(letters));
        }
        return bytes;
    }

    @Property(tries = 60, seed = "1")
    void readShouldUnpackWhatTheReferenceLibraryPacks(@ForAll long seed, @ForAll @IntRange(min = -5, max = 19) int level) throws IOException {
        byte[] bytes = sample(new Random(seed));

        assertThat(new ZstdInputStream(new ByteArrayInputStream(Zstd.compress(bytes, level))).readAllBytes()).isEqualTo(bytes);
    }

    @Property(tries = 200, seed = "1")
    void readShouldEndOrThrowWhenItIsDamaged(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int changes) {
        Random random = new Random(seed);
        byte[] packed = Zstd.compress(sample(random), 3);
        for (int i = 0; i < changes; i++) {
            packed[random.nextInt(Math.min(packed.length, 4000))] = (byte) random.nextInt(256);
        }
        Guarded guarded = new Guarded(new ZstdInputStream(new ByteArrayInputStream(packed)));
        byte[] block = new byte[8192];
        long total = 0;
        for (int read = guarded.read(block, 0, block.length); read >= 0 && total < 100 << 20; read = guarded.read(block, 0, block.length)) {
            total += read;
        }

        assertThat(total).isGreaterThanOrEqualTo(0);
    }

    @Test
    void readShouldTakeSeveralFramesAndSkipOthers() throws IOException {
        byte[] frames = Samples.concat(Zstd.compress(Samples.latin1("a")), Samples.latin1("\120\52\115\30\3\0\0\0xyz"),
            Zstd.compress(Samples.latin1("b")));

        assertThat(new ZstdInputStream(new ByteArrayInputStream(frames)).readAllBytes()).isEqualTo(Samples.latin1("ab"));
    }

    @Test
    void readShouldRefuseLargeWindows() {
        byte[] frame = Samples.latin1("\50\265\57\375\0\377\0\0\0");

        assertThatThrownBy(() -> new ZstdInputStream(new ByteArrayInputStream(frame)).readAllBytes()).isInstanceOf(UnsupportedCompression.class);
    }
}
