package org.lazaret.scan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.scan.Verdict;

class FuzzTargetTest {
    private static final int MUTATIONS = 60;

    @ParameterizedTest
    @EnumSource
    void targetShouldHoldForSamples(FuzzTarget target) throws IOException {
        List<byte[]> seeds = FuzzSeeds.of(target);

        assertThat(seeds).isNotEmpty();
        for (byte[] seed : seeds) {
            assertThatCode(() -> target.check(seed)).doesNotThrowAnyException();
        }
    }

    /** What {@code bin/fuzz} once found stays in the resources, one folder for each target. */
    @ParameterizedTest
    @EnumSource
    void targetShouldHoldForWhatWasOnceFound(FuzzTarget target) throws Exception {
        for (Path kept : kept(target)) {
            assertThatCode(() -> target.check(Files.readAllBytes(kept))).as(kept.toString()).doesNotThrowAnyException();
        }
    }

    /** Cut, changed, repeated and spliced at random places, the same in every run. */
    @ParameterizedTest
    @EnumSource
    void targetShouldHoldForMutations(FuzzTarget target) throws IOException {
        Random random = new Random(target.ordinal());
        List<byte[]> seeds = FuzzSeeds.of(target);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutated(seeds.get(i % seeds.size()), random);

            assertThatCode(() -> target.check(mutated)).as("mutation %d of %s", i, target).doesNotThrowAnyException();
        }
    }

    @Test
    void keptFoldersShouldAllHaveATarget() throws Exception {
        URL folder = FuzzTargetTest.class.getResource("kept");
        if (folder != null) {
            try (Stream<Path> folders = Files.list(Path.of(folder.toURI()))) {
                assertThat(folders.map(path -> path.getFileName().toString()))
                    .isSubsetOf(Arrays.stream(FuzzTarget.values()).map(FuzzTarget::keyword).toList());
            }
        }
    }

    @Test
    void samplesShouldReachTheParsers() throws IOException {
        assertThat(FuzzTarget.MESSAGE.scan(FuzzSeeds.of(FuzzTarget.MESSAGE).getFirst()).attachments()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(FuzzTarget.PDF.scan(FuzzSeeds.of(FuzzTarget.PDF).getLast()).findings()).isNotEmpty();
        assertThat(FuzzTarget.DOCX.scan(FuzzSeeds.of(FuzzTarget.DOCX).getFirst()).findings()).isNotEmpty();
        assertThat(FuzzTarget.RELATIONSHIPS.scan(FuzzSeeds.of(FuzzTarget.RELATIONSHIPS).getFirst())).isNotInstanceOf(Verdict.Failed.class);
    }

    private static List<Path> kept(FuzzTarget target) throws IOException, URISyntaxException {
        URL folder = FuzzTargetTest.class.getResource("kept/" + target.keyword());
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList();
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] data = seed.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && data.length > 0; i++) {
            int at = random.nextInt(data.length);
            switch (random.nextInt(5)) {
                case 0 -> data[at] = (byte) random.nextInt(256);
                case 1 -> data[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> data = Arrays.copyOf(data, at);
                case 3 -> {
                    int length = Math.min(random.nextInt(64), data.length - at);
                    byte[] spliced = Arrays.copyOf(data, data.length + length);
                    System.arraycopy(data, at, spliced, at + length, data.length - at);
                    data = spliced;
                }
                default -> Arrays.fill(data, at, Math.min(data.length, at + 1 + random.nextInt(4)), (byte) (random.nextBoolean() ? 0xFF : 0x7F));
            }
        }
        return data;
    }
}
