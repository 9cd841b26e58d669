package org.lazaret.scan.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.Finding;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

class SecureMessageAnalyserTest {
    private static final String TEST_STRING = String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    private static final byte[] INNER = ("Content-Type: application/octet-stream; name=x.dat\r\n\r\n" + TEST_STRING)
            .getBytes(StandardCharsets.US_ASCII);
    private static final String SIGNED = "06092A864886F70D010702";
    private static final String ENVELOPED = "06092A864886F70D010703";
    private static final String AUTH_ENVELOPED = "060B2A864886F70D0109100117";
    private static final String DATA = "06092A864886F70D010701";

    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    @Test
    void scanShouldOpenSignedContentOfDefiniteLength() {
        byte[] octets = element(0x04, INNER);
        byte[] signed = element(0x30, bytes("020101"), bytes("3100"), element(0x30, bytes(DATA), element(0xA0, octets)), bytes("3100"));

        Verdict verdict = scan(element(0x30, bytes(SIGNED), element(0xA0, signed)));

        assertThat(verdict.score()).isEqualTo(Score.WORST);
        assertThat(verdict.findings()).extracting(Finding::where).contains("smime.p7m › smime.eml › x.dat");
    }

    @Test
    void scanShouldOpenSignedContentInPiecesOfIndefiniteLength() {
        ByteArrayOutputStream cms = new ByteArrayOutputStream();
        cms.writeBytes(bytes("3080" + SIGNED + "A0803080020101318000003080" + DATA + "A0802480"));
        for (int i = 0; i < INNER.length; i += 50) {
            cms.writeBytes(element(0x04, Arrays.copyOfRange(INNER, i, Math.min(INNER.length, i + 50))));
        }
        cms.writeBytes(new byte[14]);

        assertThat(scan(cms.toByteArray()).score()).isEqualTo(Score.WORST);
    }

    @Test
    void scanShouldSayEndToEndWhenTheContentIsEnveloped() {
        assertEndToEnd(scan(element(0x30, bytes(ENVELOPED), element(0xA0, element(0x30, bytes("020100"))))));
    }

    @Test
    void scanShouldSayEndToEndWhenTheContentIsAuthEnveloped() {
        assertEndToEnd(scan(element(0x30, bytes(AUTH_ENVELOPED), element(0xA0, element(0x30, bytes("020100"))))));
    }

    @Test
    void scanShouldSayMalformedWhenCmsIsCutShort() {
        Verdict verdict = scan(bytes("3080" + SIGNED + "A0803080"));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class,
                v -> assertThat(v.obstacles()).extracting(Unscannable::reason).contains(Reason.MALFORMED));
    }

    @Test
    void scanShouldPassADetachedSignature() {
        byte[] certificates = element(0xA0, element(0x30, bytes("020100")));
        byte[] signed = element(0x30, bytes("020101"), bytes("3100"), element(0x30, bytes(DATA)), certificates, bytes("3100"));

        Verdict verdict = scanner.scanFile("smime.p7s", "application/pkcs7-signature",
                new ByteArrayInputStream(element(0x30, bytes(SIGNED), element(0xA0, signed))));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void scanMessageShouldSayEndToEndWhenItIsPgpMime() {
        String mail = "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\n"
                + "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
                + "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n"
                + "-----END PGP MESSAGE-----\r\n--b--\r\n";

        assertEndToEnd(scanner.scanMessage(MessageSource.of(mail.getBytes(StandardCharsets.US_ASCII))));
    }

    private Verdict scan(byte[] cms) {
        return scanner.scanFile("smime.p7m", "application/pkcs7-mime", new ByteArrayInputStream(cms));
    }

    private static void assertEndToEnd(Verdict verdict) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class,
                v -> assertThat(v.obstacles()).extracting(Unscannable::reason).containsOnly(Reason.END_TO_END_ENCRYPTED));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.size() < 128) {
            element.write(content.size());
        } else {
            element.write(0x82);
            element.write(content.size() >> 8);
            element.write(content.size());
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
