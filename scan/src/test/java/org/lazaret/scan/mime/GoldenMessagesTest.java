package org.lazaret.scan.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

/**
 * A growing folder of messages, one for each bug that was found. The first field of each tells what to expect: {@code scanned} and the
 * names of the attachments, or {@code ambiguous}.
 */
class GoldenMessagesTest {
    private static final Path MESSAGES = Path.of("src/test/resources/messages");
    private static final String EXPECTED = "X-Expected: ";

    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    static Stream<Path> messages() throws IOException {
        return Files.list(MESSAGES).sorted();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void scanMessageShouldGiveWhatTheMessageExpects(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> expected = Arrays.asList(text.substring(EXPECTED.length(), text.indexOf('\n')).split(" "));

        for (String ends : new String[] {text, text.replace("\n", "\r\n")}) {
            Verdict verdict = scanner.scanMessage(MessageSource.of(ends.getBytes(StandardCharsets.UTF_8)));

            if (expected.getFirst().equals("ambiguous")) {
                assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class,
                        v -> assertThat(v.obstacles()).extracting(Unscannable::reason).contains(Reason.AMBIGUOUS));
            } else {
                assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
                assertThat(verdict.score()).isLessThan(Score.of(4));
                assertThat(verdict.attachments()).extracting(Attachment::name).containsExactlyElementsOf(expected.subList(1, expected.size()));
            }
        }
    }
}
