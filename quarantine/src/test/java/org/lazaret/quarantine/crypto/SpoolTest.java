package org.lazaret.quarantine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir
    Path folder;

    @Test
    void inputShouldGiveAnyRangeWhenItIsPartlyInTheFile() throws Exception {
        byte[] bytes = new byte[Spool.MEMORY + 300_000];
        new Random(1).nextBytes(bytes);
        Random positions = new Random(2);

        try (Spool spool = new Spool(folder)) {
            for (int at = 0; at < bytes.length; at += 70_001) {
                spool.write(bytes, at, Math.min(70_001, bytes.length - at));
            }
            spool.complete();

            for (int round = 0; round < 200; round++) {
                int from = round % 2 == 0 ? positions.nextInt(bytes.length) : Spool.MEMORY - 20 + positions.nextInt(40);
                int to = from + positions.nextInt(bytes.length - from + 1);
                ByteArrayOutputStream range = new ByteArrayOutputStream();
                spool.writeTo(range, from, to);
                assertThat(range.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
            }
            assertThat(spool.from(Spool.MEMORY - 1).input(0, 5).readAllBytes())
                .isEqualTo(Arrays.copyOfRange(bytes, Spool.MEMORY - 1, Spool.MEMORY + 4));
        }
    }

    @Test
    void spoolShouldLeaveNoFileWithAName() throws Exception {
        try (Spool spool = new Spool(folder)) {
            spool.write(new byte[Spool.MEMORY * 2]);

            try (Stream<Path> names = Files.list(folder)) {
                assertThat(names).isEmpty();
            }
        }
    }

    @Test
    void writeShouldSayThatTheSpoolFailedWhenItsFolderIsUnusable() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        try (Spool spool = new Spool(file.resolve("below"))) {
            assertThatThrownBy(() -> spool.write(new byte[Spool.MEMORY + 1])).isInstanceOf(SpoolException.class).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closedSpoolShouldFailToReadRatherThanGiveNothings() throws Exception {
        Spool spool = new Spool(folder);
        spool.write("held".getBytes(StandardCharsets.US_ASCII));
        spool.complete();
        spool.close();

        assertThatThrownBy(() -> spool.writeTo(new ByteArrayOutputStream(), 0, 4)).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }
}
