package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScannerTest {
    private static final String TEST_STRING = String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    @Test
    void scanMessageShouldSayNoAttachmentWhenThereIsOnlyText() {
        Verdict verdict = scanner.scanMessage(message("Subject: hello\r\n\r\nGood news\r\n"));

        assertThat(verdict).isSameAs(Verdict.Scanned.NO_ATTACHMENT);
    }

    @Test
    void scanMessageShouldFindTheTestStringInABase64Attachment() {
        Verdict verdict = scanner.scanMessage(message(mixed("a.bin", TEST_STRING.getBytes(StandardCharsets.US_ASCII))));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.score()).isEqualTo(Score.WORST);
        assertThat(verdict.findings()).extracting(Finding::rule).contains("engine.eicar");
        assertThat(verdict.attachments()).extracting(Attachment::name).containsExactly("a.bin");
    }

    @Test
    void scanMessageShouldFindTheTestStringInANestedMessage() {
        String nested = "Subject: outer\r\nContent-Type: message/rfc822\r\n\r\n"
                + mixed("b.bin", TEST_STRING.getBytes(StandardCharsets.US_ASCII));

        Verdict verdict = scanner.scanMessage(message(nested));

        assertThat(verdict.findings()).filteredOn(f -> f.rule().equals("engine.eicar")).first()
                .extracting(Finding::path).isEqualTo(List.of("", "b.bin"));
    }

    @Test
    void scanMessageShouldHandOnExactlyTheBytesThatWereAttached() {
        byte[] bytes = new byte[3_000_001];
        new Random(7).nextBytes(bytes);
        String sha256 = org.lazaret.scan.examine.Spool.of(bytes).sha256();

        Verdict verdict = scanner.scanMessage(message(mixed("data.bin", bytes)));

        assertThat(verdict.attachments()).singleElement().satisfies(a -> {
            assertThat(a.size()).isEqualTo(bytes.length);
            assertThat(a.sha256()).isEqualTo(sha256);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"attachment filename=invoice.exe", "attachment: filename=\"invoice.exe\"", "attachment, name = invoice.exe"})
    void scanMessageShouldJudgeANameThatNoSemicolonSeparates(String disposition) {
        Verdict verdict = scanner.scanMessage(message("MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Disposition: " + disposition + "\r\n\r\nsome text\r\n"));

        assertThat(verdict.score().atLeast(Score.of(7))).as(verdict.toString()).isTrue();
    }

    @Test
    void scanMessageShouldFailWhenTheSourceBreaks() {
        Verdict verdict = scanner.scanMessage(out -> {
            throw new IOException("disk");
        });

        assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    }

    @Test
    void scanFileShouldFindTheTestString() {
        Verdict verdict = scanner.scanFile("x", "text/plain", new ByteArrayInputStream(TEST_STRING.getBytes(StandardCharsets.US_ASCII)));

        assertThat(verdict.score()).isEqualTo(Score.WORST);
    }

    private static MessageSource message(String text) {
        return MessageSource.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String mixed(String name, byte[] attachment) {
        return "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n"
                + "--=_b\r\nContent-Type: text/plain\r\n\r\nSee attachment.\r\n--=_b\r\n"
                + "Content-Type: application/octet-stream; name=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(attachment) + "\r\n--=_b--\r\n";
    }
}
