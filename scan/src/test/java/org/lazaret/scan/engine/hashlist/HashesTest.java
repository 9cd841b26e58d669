package org.lazaret.scan.engine.hashlist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashesTest {
    @TempDir
    Path folder;

    private static byte[] hash(Random random) {
        byte[] hash = new byte[Hashes.LENGTH];
        random.nextBytes(hash);
        return hash;
    }

    private Hashes build(Random random, int count) throws IOException {
        try (Hashes.Builder builder = new Hashes.Builder(folder)) {
            for (int i = 0; i < count; i++) {
                builder.add(hash(random), i);
            }
            return builder.build();
        }
    }

    @Test
    void findShouldKnowEveryHashAndNoOther() throws Exception {
        for (int count : new int[] {0, 1, 2, 33, 1000, 700_001}) {
            Hashes hashes = build(new Random(count), count);

            assertThat(hashes.size()).isEqualTo(count);
            Random again = new Random(count);
            for (int i = 0; i < count; i++) {
                byte[] listed = hash(again);
                assertThat(hashes.find(listed)).isEqualTo(i);
                listed[31] ^= 1;
                assertThat(hashes.find(listed)).isEqualTo(-1);
            }
        }
    }

    @Test
    void findShouldCompareAllBytesAsUnsigned() throws Exception {
        try (Hashes.Builder builder = new Hashes.Builder(folder)) {
            for (int i = 0; i < 4; i++) {
                for (long value : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
                    byte[] hash = new byte[Hashes.LENGTH];
                    ByteBuffer.wrap(hash).putLong(8 * i, value);
                    builder.add(hash, (int) value);
                }
            }
            Hashes hashes = builder.build();

            assertThat(hashes.size()).as("the one of zeros only once").isEqualTo(17);
            for (int i = 0; i < 4; i++) {
                for (long value : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
                    byte[] hash = new byte[Hashes.LENGTH];
                    ByteBuffer.wrap(hash).putLong(8 * i, value);
                    assertThat(hashes.find(hash)).isEqualTo((int) value);
                }
            }
            byte[] other = new byte[Hashes.LENGTH];
            other[0] = 5;
            assertThat(hashes.find(other)).isEqualTo(-1);
        }
    }
}
