package org.lazaret.scan.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.Finding;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Verdict;

class EncodedTextAnalyserTest {
    private static final String ALPHABET = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    private Verdict scan(String name, byte[] content) {
        return scanner.scanFile(name, "application/octet-stream", new ByteArrayInputStream(content));
    }

    private static byte[] program() {
        ByteBuffer program = ByteBuffer.allocate(512).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        program.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3c, 0x80).put(0x80, (byte) 'P').put(0x81, (byte) 'E');
        program.putShort(0x84, (short) 0x14c).putShort(0x86, (short) 1).putShort(0x94, (short) 0xe0).putShort(0x96, (short) 0x102);
        return program.putShort(0x98, (short) 0x10b).array();
    }

    private static byte[] binHex(String name, byte[] data) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        raw.write(name.length());
        raw.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        raw.writeBytes(ByteBuffer.allocate(21).put(0, (byte) 0).putInt(11, data.length).array());
        raw.writeBytes(data);
        raw.writeBytes(new byte[4]);
        StringBuilder text = new StringBuilder("(This file must be converted with BinHex 4.0)\n\n:");
        int bits = 0;
        int held = 0;
        for (byte b : raw.toByteArray()) {
            bits = bits << 8 | b & 0xff;
            held += 8;
            while (held >= 6) {
                held -= 6;
                text.append(ALPHABET.charAt(bits >> held & 63));
                if (text.length() % 65 == 0) {
                    text.append('\n');
                }
            }
            bits &= (1 << held) - 1;
        }
        return text.append(ALPHABET.charAt(bits << 6 - held & 63)).append(":\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] uuencode(String name, byte[] data) {
        StringBuilder text = new StringBuilder("begin 644 " + name + "\n");
        for (int at = 0; at < data.length; at += 45) {
            int length = Math.min(45, data.length - at);
            text.append((char) (' ' + length));
            for (int i = at; i < at + length; i += 3) {
                int bits = 0;
                for (int j = 0; j < 3; j++) {
                    bits = bits << 8 | (i + j < data.length ? data[i + j] & 0xff : 0);
                }
                for (int shift = 18; shift >= 0; shift -= 6) {
                    int six = bits >> shift & 63;
                    text.append(six == 0 ? '`' : (char) (' ' + six));
                }
            }
            text.append('\n');
        }
        return text.append("`\nend\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void analyseShouldFindAProgramWhenABinHexFileIsAttached() {
        Verdict verdict = scan("setup.hqx", binHex("setup.exe", program()));

        assertThat(verdict.findings()).extracting(Finding::rule).contains("mime.text.binhex", "type.program.windows", "name.blocked.9");
        assertThat(verdict.findings()).filteredOn(finding -> finding.rule().equals("type.program.windows"))
            .extracting(Finding::path).allSatisfy(path -> assertThat(path).containsExactly("setup.hqx", "setup.exe"));
    }

    @Test
    void analyseShouldFindAProgramWhenAUuencodedFileIsAttached() {
        Verdict verdict = scan("setup.txt", uuencode("setup.exe", program()));

        assertThat(verdict.findings()).extracting(Finding::rule).contains("mime.text.uuencode", "type.program.windows");
    }

    @Test
    void analyseShouldFindAProgramWhenItPosesAsACertificate() {
        String text = "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(program())
            + "\n-----END CERTIFICATE-----\n";

        Verdict verdict = scan("server.crt", text.getBytes(StandardCharsets.US_ASCII));

        assertThat(verdict.findings()).extracting(Finding::rule).contains("mime.text.base64", "type.program.windows");
    }

    @Test
    void analyseShouldFindNothingWhenATextOnlyTalksOfBeginnings() {
        String text = "begin 644 chars in\nthe text, and then\nend\n(This file must be converted by hand.)\n";

        Verdict verdict = scan("notes.txt", text.getBytes(StandardCharsets.US_ASCII));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).isEmpty();
    }
}
