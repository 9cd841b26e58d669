package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.examine.Analysers;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

class LimitsTest {
    private static final Limits LIMITS = Limits.DEFAULT;

    @TempDir
    private Path temporary;

    @Test
    void scanMessageShouldPassWhenEntriesAreAtTheLimit() {
        Verdict verdict = scanner(new Limits(LIMITS.time(), LIMITS.decodedBytes(), 101, LIMITS.depth(), LIMITS.ratio(), LIMITS.memory()))
                .scanMessage(message(parts(100)));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void scanMessageShouldNameTheLimitWhenEntriesAreOverIt() {
        Verdict verdict = scanner(new Limits(LIMITS.time(), LIMITS.decodedBytes(), 100, LIMITS.depth(), LIMITS.ratio(), LIMITS.memory()))
                .scanMessage(message(parts(100)));

        assertOver(verdict, "entries");
    }

    @Test
    void scanFileShouldPassWhenBytesAreAtTheLimit() {
        Verdict verdict = scanner(new Limits(LIMITS.time(), 5_000, LIMITS.entries(), LIMITS.depth(), LIMITS.ratio(), LIMITS.memory()))
                .scanFile("a.txt", "text/plain", new ByteArrayInputStream("x".repeat(5_000).getBytes(StandardCharsets.US_ASCII)));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void scanFileShouldNameTheLimitWhenBytesAreOverIt() {
        Verdict verdict = scanner(new Limits(LIMITS.time(), 5_000, LIMITS.entries(), LIMITS.depth(), LIMITS.ratio(), LIMITS.memory()))
                .scanFile("a.txt", "text/plain", new ByteArrayInputStream("x".repeat(5_001).getBytes(StandardCharsets.US_ASCII)));

        assertOver(verdict, "decodedBytes");
    }

    @Test
    void scanMessageShouldPassWhenDepthIsAtTheLimit() {
        assertThat(scanner(LIMITS).scanMessage(message(nested(LIMITS.depth())))).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void scanMessageShouldNameTheLimitWhenDepthIsOverIt() {
        assertOver(scanner(LIMITS).scanMessage(message(nested(LIMITS.depth() + 1))), "depth");
    }

    @Test
    void scanMessageShouldNameTheLimitWhenAThousandMultipartsAreNested() {
        assertOver(scanner(LIMITS).scanMessage(message(nested(1_000))), "depth");
    }

    @Test
    void scanMessageShouldNameTheLimitWhenAThousandMessagesAreNested() {
        String text = "Subject: s\r\nContent-Type: message/rfc822\r\n\r\n".repeat(1_000) + "Subject: last\r\n\r\ntext\r\n";

        assertOver(scanner(LIMITS).scanMessage(message(text)), "depth");
    }

    @Test
    void scanMessageShouldJudgeTenThousandParts() {
        Verdict verdict = scanner(LIMITS).scanMessage(message(parts(10_000)));

        assertOver(verdict, "entries");
    }

    @Test
    void scanMessageShouldPassWhenTheHeaderIsOfMegabytes() {
        Verdict verdict = scanner(LIMITS).scanMessage(message("X-Long: " + "y".repeat(3 << 20) + "\r\n"
                + "X-Many: z\r\n".repeat(1 << 18) + "\r\ntext\r\n"));

        assertThat(verdict).isSameAs(Verdict.Scanned.NO_ATTACHMENT);
    }

    @Test
    void scanMessageShouldNameTheLimitWhenTimeIsUp() {
        Scanner slow = new Scanner(settings(new Limits(Duration.ofMillis(50), LIMITS.decodedBytes(), LIMITS.entries(), LIMITS.depth(), LIMITS.ratio(),
                LIMITS.memory())), analysers((item, examination) -> {
                    while (true) {
                        examination.checkTime();
                    }
                }));

        assertOver(slow.scanFile("a", "text/plain", new ByteArrayInputStream(new byte[] {1})), "time");
    }

    @Test
    void childShouldPassWhenTheRatioIsAtTheLimit() {
        assertThat(unpacking(16 << 20, 83_887).scanFile("a", "", new ByteArrayInputStream(new byte[83_887]))).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void childShouldNameTheLimitWhenTheRatioIsOverIt() {
        assertOver(unpacking(16 << 20, 83_886).scanFile("a", "", new ByteArrayInputStream(new byte[83_886])), "ratio");
    }

    @Test
    void scanShouldLeaveNoFileBehind() throws IOException {
        scanner(LIMITS).scanFile("a.bin", "", new ByteArrayInputStream(new byte[5 << 20]));

        try (Stream<Path> files = Files.list(temporary)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void scanShouldBeMalformedWhenAnAnalyserThrowsAnError() {
        for (Error error : List.of(new StackOverflowError(), new OutOfMemoryError("test"), new NoClassDefFoundError("X"))) {
            Scanner broken = new Scanner(settings(LIMITS), analysers((item, examination) -> {
                throw error;
            }));

            Verdict verdict = broken.scanFile("a", "", new ByteArrayInputStream(new byte[] {1}));

            assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class,
                    v -> assertThat(v.obstacles()).extracting(Unscannable::reason).containsExactly(Reason.MALFORMED));
        }
    }

    @Test
    void scanShouldFailWhenAnAnalyserNamesAnUnknownRule() {
        Scanner broken = new Scanner(settings(LIMITS), analysers((item, examination) -> examination.finding(item, "no.such", "")));

        assertThat(broken.scanFile("a", "", new ByteArrayInputStream(new byte[] {1}))).isInstanceOf(Verdict.Failed.class);
    }

    @Test
    void scanShouldFailWhenTheTemporaryFolderIsMissing() {
        Scanner broken = new Scanner(new ScanSettings(LIMITS, Optional.empty(), temporary.resolve("missing")));

        assertThat(broken.scanFile("a.bin", "", new ByteArrayInputStream(new byte[5 << 20]))).isInstanceOf(Verdict.Failed.class);
    }

    private interface Step {
        void run(Item item, Examination examination) throws IOException, LimitExceeded;
    }

    private static Analysers analysers(Step step) {
        return new Analysers(List.of(), List.of(new Analyser() {
            @Override
            public boolean handles(Item item) {
                return item.depth() == 0;
            }

            @Override
            public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
                step.run(item, examination);
            }
        }));
    }

    private Scanner unpacking(int unpacked, int packed) {
        return new Scanner(settings(LIMITS), analysers((item, examination) ->
                examination.child(item, "b", "", new ByteArrayInputStream(new byte[unpacked]), packed)));
    }

    private Scanner scanner(Limits limits) {
        return new Scanner(settings(limits));
    }

    private ScanSettings settings(Limits limits) {
        return new ScanSettings(limits, Optional.empty(), temporary);
    }

    private static void assertOver(Verdict verdict, String limit) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class, v -> assertThat(v.obstacles()).anySatisfy(o -> {
            assertThat(o.reason()).isEqualTo(Reason.OVER_LIMIT);
            assertThat(o.detail()).startsWith(limit);
        }));
    }

    private static String parts(int count) {
        return "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nx\r\n".repeat(count) + "--b--\r\n";
    }

    private static String nested(int depth) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            text.append("Content-Type: multipart/mixed; boundary=b").append(i).append("x\r\n\r\n--b").append(i).append("x\r\n");
        }
        text.append("Content-Type: text/plain; name=a.txt\r\n\r\nx\r\n");
        for (int i = depth - 1; i >= 0; i--) {
            text.append("--b").append(i).append("x--\r\n");
        }
        return text.toString();
    }

    private static MessageSource message(String text) {
        return MessageSource.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
