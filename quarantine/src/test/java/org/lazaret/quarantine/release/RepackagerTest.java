package org.lazaret.quarantine.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.model.FileHeader;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

class RepackagerTest {
    private static final String PASSWORD = "secret-password";
    private static final String PNG = Base64.getEncoder()
        .encodeToString("\u0089PNG\r\n\u001a\nrest of the picture".getBytes(StandardCharsets.ISO_8859_1));
    private static final String EXE = Base64.getEncoder().encodeToString("MZ is no picture".getBytes(StandardCharsets.US_ASCII));
    private static final String HEADER = "Received: from a\r\n by b\r\nFrom: Mallory <m@evil.example>\r\nTo: alice@example.org\r\n"
        + "Subject: =?UTF-8?Q?=C3=BC?=\r\n"
        + "Message-ID: <1@evil.example>\r\nDKIM-Signature: v=1;\r\n\tb=abc\r\nMIME-Version: 1.0\r\n";
    private static final String TEXT = "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Gr\u00fc\u00dfe  \r\n\r\n";
    private static final String PDF = "--b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n"
        + "Content-Disposition: attachment; filename=\"a.pdf\"\r\n\r\nJVBERi0xLjcK\r\n";

    @TempDir
    Path folder;

    private record Packed(String text, Map<String, String> zip) {
    }

    @Test
    void packShouldReplaceAttachmentsAndKeepAllElseByteForByte() throws Exception {
        String start = HEADER + "Content-Type: multipart/mixed;\r\n boundary=b\r\n\r\npreamble\r\n" + TEXT;
        String between = "--b\r\nContent-Type: text/html\r\n\r\n<b>second text</b>\r\n";
        String end = "--b--\r\nepilogue";

        Packed packed = pack(start + PDF + between + PDF + end, clean());

        assertThat(packed.text).startsWith(start + between + "--b\r\nContent-Type: application/zip").endsWith("\r\n" + end)
            .contains("Password for attachments.zip:\r\n" + PASSWORD + "\r\n");
        assertThat(packed.zip).containsExactly(Map.entry("a.pdf", "%PDF-1.7\n"), Map.entry("a (2).pdf", "%PDF-1.7\n"));
    }

    @Test
    void packShouldKeepTheMailAsItIsWhenThereIsNoAttachment() throws Exception {
        for (String message : List.of(HEADER + "\r\ntext\r\n", HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + TEXT + "--b--",
            "Subject: LF only\n\ntext\n", HEADER + "\r\n")) {
            assertThat(pack(message, clean()).text).isEqualTo(message);
        }
    }

    @Test
    void packShouldKeepPicturesThatTheTextShows() throws Exception {
        String related = "--b\r\nContent-Type: multipart/related; boundary=r\r\n\r\n"
            + "--r\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + "<img src=3D\"cid:logo%40x\"><img src=3D'cid:fake@=\r\nx'>\r\n"
            + "--r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + PNG + "\r\n";
        String fake = "--r\r\nContent-Type: image/png; name=fake.png\r\nContent-ID: <fake@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + EXE
            + "\r\n";
        String unseen = "--r\r\nContent-Type: image/png; name=unseen.png\r\nContent-ID: <unseen@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + PNG + "\r\n";
        String start = HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

        Packed packed = pack(start + related + fake + unseen + "--r--\r\n\r\n" + PDF + "--b--\r\n", clean());

        assertThat(packed.text).startsWith(start + related + "--r--\r\n\r\n--b\r\nContent-Type: application/zip");
        assertThat(packed.zip).containsOnlyKeys("fake.png", "unseen.png", "a.pdf");
    }

    @Test
    void packShouldPutAnotherMultipartIntoOneOfItsOwn() throws Exception {
        String body = "\r\n" + TEXT + "--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n";

        Packed packed = pack(HEADER + "Content-Type: multipart/alternative; boundary=b\r\nX-Last: 1\r\n" + body + PDF + "--b--\r\n", clean());

        assertThat(packed.text).startsWith(HEADER + "X-Last: 1\r\nContent-Type: multipart/mixed; boundary=\"lazaret-")
            .contains("\r\nContent-Type: multipart/alternative; boundary=b\r\n" + body + "--b--\r\n\r\n--lazaret-");
        assertThat(packed.zip).containsOnlyKeys("a.pdf");
    }

    @Test
    void packShouldLeaveATextWhereAMultipartWouldBeEmpty() throws Exception {
        String inner = "--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n" + PDF.replace("--b", "--i") + "--i--\r\n";

        Packed packed = pack(HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + TEXT + inner + "--b--\r\n", clean());

        assertThat(packed.text).contains("--i\r\nContent-Type: text/plain; charset=utf-8").contains("The attachment is in attachments.zip.\r\n"
            + "--i--\r\n");
        assertThat(packed.zip).containsOnlyKeys("a.pdf");
    }

    @Test
    void packShouldTakeAMailThatIsOneAttachment() throws Exception {
        Packed packed = pack(HEADER + "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n",
            clean());

        assertThat(packed.text).startsWith(HEADER + "Content-Type: multipart/mixed").doesNotContain("JVBERi").doesNotContain("application/pdf");
        assertThat(packed.zip).containsExactly(Map.entry("a.pdf", "%PDF-1.7\n"));
    }

    @Test
    void packShouldTakeNestedMailAndNamelessPartsIntoTheZip() throws Exception {
        String nested = "Subject: inner\r\nContent-Type: multipart/mixed; boundary=n\r\n\r\n--n\r\n\r\nx\r\n--n--";

        Packed packed = pack(HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + nested
            + "\r\n--b\r\nContent-Type: audio/midi\r\n\r\nla\r\n--b--\r\n", clean());

        assertThat(packed.zip).containsExactly(Map.entry("attachment.eml", nested), Map.entry("attachment", "la"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\r\n",
        "Content-Type: multipart/encrypted; boundary=b\r\n",
        "Content-Type: application/pkcs7-mime\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nContent-Type: text/plain\r\n",
        "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n",
        "Content-Type: multipart/mixed; boundary=b (comment)\r\n",
        "Content-Type: multipart/mixed; boundary*0=b\r\n",
        "Content-Type: multipart/mixed; boundary=other\r\n",
        "Content-Type: multipart/mixed\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nno field at all\r\n",
        "Content-Type : multipart/mixed; boundary=b\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nX: \u0000\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nX: a\rb\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nX: mixed line ends\n"})
    void packShouldPutTheWholeMailIntoTheZipWhenItCannotBeCut(String fields) throws Exception {
        whole(HEADER + fields + "\r\n" + TEXT + PDF + "--b--\r\n", clean());
    }

    @Test
    void packShouldPutTheWholeMailIntoTheZipWhenItsBodyCannotBeCut() throws Exception {
        String start = HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
        for (String body : List.of(
            TEXT + PDF,
            TEXT + PDF + "--b-\r\n--b--\r\n",
            TEXT + "--b\r\nContent-Type: text/plain\r\n--b--\r\n",
            TEXT + "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + PDF + "--b--\r\n--b--\r\n",
            TEXT + "--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--b--\r\n",
            TEXT + PDF.replace("JVBERi0xLjcK", "JVBERi0x$%&/Ljc") + "--b--\r\n",
            TEXT + PDF.replace("JVBERi0xLjcK", "JVBE\rRi0xLjcK") + "--b--\r\n",
            TEXT + PDF.replace("Content-Disposition:", "Content-Disposition: inline\r\nContent-Disposition:") + "--b--\r\n",
            TEXT + PDF.replace("attachment; filename=\"a.pdf\"", "attachment; filename=a b.pdf") + "--b--\r\n",
            "--b--\r\n",
            "--b" + " ".repeat(400) + "x\r\n\r\n" + TEXT + "--b--\r\n",
            "--b\r\n\r\nx\r\n".repeat(1_001) + "--b--\r\n")) {
            whole(start + body, clean());
        }
    }

    @Test
    void packShouldPutTheWholeMailIntoTheZipWhenTheVerdictNamesWhatCuttingWouldLeave() throws Exception {
        String message = HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + TEXT + PDF + "--b--\r\n";
        String pdf = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest("%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII)));

        assertThat(pack(message, scanned(pdf, 9)).zip).containsOnlyKeys("a.pdf");
        assertThat(pack(message, scanned("00", 0)).zip).containsOnlyKeys("a.pdf");
        whole(message, scanned("00", 1));
        whole(message, new Verdict.NotScannable(Score.NONE, List.of(), List.of(), List.of(new Unscannable(Unscannable.Reason.AMBIGUOUS, "",
            List.of()))));
        whole("", scanned("00", 1));
        whole("\r\n\r\n", scanned("00", 1));
    }

    @Test
    void packShouldLeaveOutMarkersOfTheOriginal() throws Exception {
        Packed packed = pack("x-lazaret-RELEASE: v=1; forged\r\n folded\r\n" + HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + TEXT
            + PDF
            + "--b--\r\n", clean());

        assertThat(packed.text).startsWith(HEADER).doesNotContain("forged");
    }

    @Test
    void namesShouldBeSafeAndUnique() throws Exception {
        StringBuilder message = new StringBuilder(HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        for (String name : List.of("filename=\"../../etc/passwd\"", "filename=\"C:\\\\windows\\\\a.exe\"", "filename*=UTF-8''%E2%80%AEcod.exe",
            "filename=\"A.TXT\"",
            "filename=\"a.txt\"", "filename=\"a.txt. .\"", "filename*0*=UTF-8''%C3%BC; filename*1=b.doc", "filename=\"=?UTF-8?Q?=C3=A9.zip?=\"",
            "filename=\"" + "x".repeat(10_000) + ".pdf\"", "filename=\"..\"", "filename*=UTF-8''a%0D%0Ab")) {
            message.append("--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; ").append(name).append("\r\n\r\nx\r\n");
        }

        Packed packed = pack(message + "--b--\r\n", clean());

        assertThat(packed.zip.keySet()).containsExactly("_.._etc_passwd", "C__windows_a.exe", "_cod.exe", "A.TXT", "a (2).txt", "a (3).txt",
            "\u00fcb.doc",
            "\u00e9.zip", "x".repeat(100) + ".pdf", "attachment", "a__b");
    }

    @Test
    void packShouldStayInOneMegabyteOrSoForALargeAttachment() throws Exception {
        String line = "A".repeat(76) + "\r\n";
        String message = HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + TEXT
            + "--b\r\nContent-Type: application/octet-stream; name=big\r\nContent-Transfer-Encoding: base64\r\n\r\n" + line.repeat(400_000)
            + "--b--\r\n";

        Packed packed = pack(message, clean());

        assertThat(packed.zip.get("big")).hasSize(400_000 * 57);
    }

    private void whole(String message, Verdict verdict) throws Exception {
        Packed packed = pack(message, verdict);

        assertThat(packed.zip).as(message).containsExactly(Map.entry("original.eml", message));
        assertThat(packed.text).doesNotContain("DKIM").contains("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"lazaret-");
        if (message.startsWith(HEADER)) {
            assertThat(packed.text).startsWith("From: Mallory <m@evil.example>\r\nTo: alice@example.org\r\nSubject: =?UTF-8?Q?=C3=BC?=\r\n")
                .contains("\r\nMessage-ID: <1@evil.example>\r\n");
        }
    }

    private Packed pack(String message, Verdict verdict) throws Exception {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        HeldMail mail = new HeldMail(new RecordId("0".repeat(32)), new Envelope("", List.of("alice@example.org")), Instant.EPOCH, "", "", "",
            bytes.length, "",
            verdict, Map.of("alice@example.org", State.RELEASING));
        try (Spool original = new Spool(folder)) {
            original.write(bytes);
            original.complete();
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            try (Repackager.Package ready = new Repackager(folder).pack(mail, original, new Repackager.Lock(PASSWORD, ""))) {
                ready.writeTo(first);
                ByteArrayOutputStream second = new ByteArrayOutputStream();
                ready.writeTo(second);
                assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
            }
            String text = first.toString(StandardCharsets.ISO_8859_1);
            return new Packed(text, unzip(text));
        }
    }

    private Map<String, String> unzip(String mail) throws Exception {
        Matcher part = Pattern.compile("Content-Type: application/zip; name=\"attachments.zip\"\r?\n"
            + "Content-Disposition: attachment; filename=\"attachments.zip\"\r?\n"
            + "Content-Transfer-Encoding: base64\r?\n\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n--").matcher(mail);
        Map<String, String> entries = new LinkedHashMap<>();
        if (part.find()) {
            Path zip = Files.createTempFile(folder, "released", ".zip");
            Files.write(zip, Base64.getMimeDecoder().decode(part.group(1)));
            try (ZipFile file = new ZipFile(zip.toFile(), PASSWORD.toCharArray())) {
                for (FileHeader header : new ArrayList<>(file.getFileHeaders())) {
                    assertThat(header.getEncryptionMethod()).isEqualTo(EncryptionMethod.AES);
                    assertThat(header.getAesExtraDataRecord().getAesKeyStrength()).isEqualTo(AesKeyStrength.KEY_STRENGTH_256);
                    try (InputStream in = file.getInputStream(header)) {
                        entries.put(header.getFileName(), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
                    }
                }
            }
            Files.delete(zip);
            assertThat(part.find()).as("a second zip").isFalse();
        }
        return entries;
    }

    private static Verdict clean() {
        return Verdict.Scanned.NO_ATTACHMENT;
    }

    private static Verdict scanned(String sha256, int score) {
        return new Verdict.Scanned(Score.of(score), List.of(), List.of(new Attachment("x", "a/b", "a/b", 1, sha256, Score.of(score))));
    }
}
