package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The tests run in a heap of 512 MiB: sixteen attachments of 50 MB would not fit in it. */
class MemoryTest {
    private static final int SCANS = 16;
    private static final int LINES = 1_000;
    private static final int BLOCKS = (50 << 20) / (57 * LINES) + 1;

    @Test
    void scanMessageShouldKeepLittleOnTheHeapWhenSixteenLargeAttachmentsComeAtOnce() throws Exception {
        Limits unhurried = new Limits(Duration.ofMinutes(10), Limits.DEFAULT.decodedBytes(), Limits.DEFAULT.entries(), Limits.DEFAULT.depth(),
                Limits.DEFAULT.ratio(), Limits.DEFAULT.memory());
        Scanner scanner = new Scanner(new ScanSettings(unhurried, Optional.empty(), ScanSettings.defaults().temporary()));
        byte[] content = new byte[57 * LINES];
        new Random(3).nextBytes(content);
        byte[] lines = (Base64.getMimeEncoder().encodeToString(content) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        MessageSource source = out -> {
            out.write(("Content-Type: application/octet-stream; name=\"data.dat\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < BLOCKS; i++) {
                out.write(lines);
            }
        };
        assertThat(Runtime.getRuntime().maxMemory()).as("heap of the tests").isLessThanOrEqualTo(512L << 20);

        List<Verdict> verdicts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(SCANS)) {
            List<Future<Verdict>> scans = new ArrayList<>();
            for (int i = 0; i < SCANS; i++) {
                scans.add(threads.submit(() -> scanner.scanMessage(source)));
            }
            for (Future<Verdict> scan : scans) {
                verdicts.add(scan.get());
            }
        }

        assertThat(verdicts).hasSize(SCANS).allSatisfy(verdict -> {
            assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
            assertThat(verdict.attachments()).singleElement().extracting(Attachment::size).isEqualTo((long) BLOCKS * 57 * LINES);
        });
    }
}
