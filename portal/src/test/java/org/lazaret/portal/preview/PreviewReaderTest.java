package org.lazaret.portal.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.MessageSource;

class PreviewReaderTest {

    private static Preview read(String message) throws IOException {
        return PreviewReader.read(MessageSource.of(message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldReadBothAlternatives() throws Exception {
        Preview preview = read("""
            To: =?utf-8?B?w4RybmU=?= <a@example.org>,
             b@example.org
            Date: Mon, 23 Nov 2026 12:58:00 +0000
            Content-Type: multipart/alternative; boundary=b

            --b
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=DFe
            --b
            Content-Type: text/html; charset=utf-8

            <p>Grüße</p>
            --b--
            """);

        assertThat(preview.to()).isEqualTo("Ärne <a@example.org>, b@example.org");
        assertThat(preview.date()).isEqualTo("Mon, 23 Nov 2026 12:58:00 +0000");
        assertThat(preview.text().strip()).isEqualTo("Grüße");
        assertThat(preview.html().strip()).isEqualTo("<p>Grüße</p>");
        assertThat(preview.complete()).isTrue();
    }

    @Test
    void shouldNotShowAttachmentsNorNestedMail() throws Exception {
        Preview preview = read("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html
            Content-Disposition: ATTACHMENT; filename=a.html

            <p>attached</p>
            --b
            Content-Type: message/rfc822

            To: inner@example.org
            Content-Type: text/plain

            inner
            --b--
            """);

        assertThat(preview).isEqualTo(new Preview("Content-Type: multipart/mixed; boundary=b", "", "", "", "", true));
    }

    @Test
    void textShouldBeCutAtItsLimit() throws Exception {
        Preview preview = read("Content-Type: text/plain\n\n" + "a".repeat(PreviewReader.MAX_TEXT + 1));

        assertThat(preview.text()).hasSize(PreviewReader.MAX_TEXT);
        assertThat(preview.complete()).isFalse();
    }

    @Test
    void largeMessageShouldBeReadAtItsBeginningOnly() throws Exception {
        String part = "--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + "AAAA".repeat(400_000) + "\n";
        String text = "--b\nContent-Type: text/plain\n\nhello\n";

        Preview first = read("Content-Type: multipart/mixed; boundary=b\n\n" + text + part + "--b--\n");
        Preview last = read("Content-Type: multipart/mixed; boundary=b\n\n" + part + text + "--b--\n");

        assertThat(first.text().strip()).isEqualTo("hello");
        assertThat(first.complete()).isFalse();
        assertThat(last.text()).isEmpty();
        assertThat(last.complete()).isFalse();
    }

    @Test
    void brokenMailShouldShowWhatCanBeRead() throws Exception {
        assertThat(read("").text()).isEmpty();
        assertThat(read("no header at all").complete()).isTrue();
        assertThat(read("Content-Type: text/plain; charset=x-nonsense\n\nGrüße").text()).isEqualTo("Grüße");
        assertThat(read("Content-Type: text/plain; charset=../..\n\nhello").text()).isEqualTo("hello");
        assertThat(read("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64("hello") + "!!!!").text()).startsWith("hello");
        assertThat(read("Content-Type: multipart/mixed\n\nno boundary").text()).isNotNull();
        assertThat(read("To: =?utf-8?B?////?= =?x?Q?y?=\n\nhello").text()).isEqualTo("hello");
        byte[] latin1 = "Content-Type: text/plain\r\n\r\nGr\u00fc\u00dfe".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(PreviewReader.read(MessageSource.of(latin1)).text()).isEqualTo("Grüße");
    }

    @Test
    void deeplyNestedOrCrowdedMailShouldBeGivenUp() throws Exception {
        StringBuilder nested = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\n\n--b").append(i).append('\n');
        }
        String crowded = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\nContent-Type: image/png\n\nx\n".repeat(10_000);

        assertThat(read(nested + "Content-Type: text/plain\n\ndeep").complete()).isFalse();
        assertThat(read(crowded + "--b\nContent-Type: text/plain\n\nlast\n--b--").complete()).isFalse();
    }

    @Test
    void longHeadersShouldBeCut() throws Exception {
        Preview preview = read("To: " + "a@example.org, ".repeat(1_000) + "\nContent-Type: text/plain\n\nhello");

        assertThat(preview.to()).hasSize(PreviewReader.MAX_HEADER + 1).endsWith("…");
        assertThat(preview.text()).isEqualTo("hello");
    }

    @Test
    void unreadableContentShouldBeAnError() {
        assertThatThrownBy(() -> PreviewReader.read(out -> {
            throw new IOException("gone");
        })).isInstanceOf(IOException.class).hasMessage("gone");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
