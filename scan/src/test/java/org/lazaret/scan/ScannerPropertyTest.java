package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ScannerPropertyTest {
    private static final String TEST_STRING = String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    private static final List<String> FRAGMENTS = List.of("Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: text/plain\r\n",
            "\r\n", "\n", "\r", "--b\r\n", "--b--\r\n", "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n", "Content-Disposition: attachment; filename*0*=utf-8''a%; filename=\"a\r\n",
            "UEsDBBQAAAA=\r\n", "=3D=\r\n", "begin 644 a\r\n", "#86)C\r\n", "=ybegin line=128 size=1 name=a\r\n",
            "(This file must be converted with BinHex 4.0)\r\n:", "Content-Type: message/rfc822\r\n\r\n", "boundary=\"=?utf-7?Q?+AGI-?=\";",
            "Content-Type: multipart/digest; boundary*0*=''%; boundary*1=b\r\n", "(((((", "\0", "\u00e9", " ", ":", ";", "--");

    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    @Property(tries = 100, seed = "1")
    void scanMessageShouldGiveTheSameVerdictWhereverTheBlocksAreCut(@ForAll @IntRange(min = 1, max = 70_000) int block,
            @ForAll("mails") byte[] mail) {
        Verdict whole = new Scanner(ScanSettings.defaults()).scanMessage(MessageSource.of(mail));

        Verdict cut = new Scanner(ScanSettings.defaults()).scanMessage(out -> {
            for (int i = 0; i < mail.length; i += block) {
                out.write(mail, i, Math.min(block, mail.length - i));
            }
        });

        assertThat(cut).isEqualTo(whole);
    }

    @Property(tries = 300, seed = "1")
    void scanMessageShouldNeverFailWhateverTheBytes(@ForAll byte[] bytes) {
        assertThat(scanner.scanMessage(MessageSource.of(bytes))).isNotInstanceOf(Verdict.Failed.class);
    }

    @Property(tries = 500, seed = "1")
    void scanMessageShouldNeverFailWhateverTheStructure(@ForAll("structures") String mail) {
        assertThat(scanner.scanMessage(MessageSource.of(mail.getBytes(StandardCharsets.ISO_8859_1)))).isNotInstanceOf(Verdict.Failed.class);
    }

    @Property(tries = 200, seed = "1")
    void scanMessageShouldFindTheTestStringWhereverItStands(@ForAll @IntRange(max = 100_000) int before, @ForAll @IntRange(max = 2_000) int after,
            @ForAll @IntRange(min = 1, max = 19) int quadsInLine) {
        byte[] attachment = new byte[before + TEST_STRING.length() + after];
        new Random(before).nextBytes(attachment);
        System.arraycopy(TEST_STRING.getBytes(StandardCharsets.US_ASCII), 0, attachment, before, TEST_STRING.length());

        Verdict verdict = scanner.scanMessage(MessageSource.of(mail(attachment, 4 * quadsInLine)));

        assertThat(verdict.score()).isEqualTo(Score.WORST);
        assertThat(verdict.attachments()).singleElement().extracting(Attachment::size).isEqualTo((long) attachment.length);
    }

    @Provide
    Arbitrary<String> structures() {
        return Arbitraries.of(FRAGMENTS).list().ofMaxSize(60).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<byte[]> mails() {
        Arbitrary<byte[]> attached = Arbitraries.integers().between(0, 200_000).map(size -> {
            byte[] attachment = new byte[size];
            new Random(size).nextBytes(attachment);
            return mail(attachment, 76);
        });
        Arbitrary<byte[]> odd = structures().map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
        return Arbitraries.oneOf(attached, odd);
    }

    private static byte[] mail(byte[] attachment, int lineLength) {
        return ("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n"
                + "--=_b\r\nContent-Type: text/plain\r\n\r\nSee attachment.\r\n--=_b\r\n"
                + "Content-Type: application/octet-stream; name=\"data.dat\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder(lineLength, new byte[] {'\r', '\n'}).encodeToString(attachment) + "\r\n--=_b--\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
