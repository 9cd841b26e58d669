package org.lazaret.scan.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.archive.Scans.places;
import static org.lazaret.scan.archive.Scans.reasons;
import static org.lazaret.scan.archive.Scans.rules;
import static org.lazaret.scan.archive.Scans.scan;
import static org.lazaret.scan.type.Samples.concat;
import static org.lazaret.scan.type.Samples.pe;
import static org.lazaret.scan.type.Samples.zip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

class ZipReaderTest {
    /** A zip of one stored entry: place of the local header 0, of the directory given by the end record. */
    private static byte[] stored(String name, byte[] content) {
        return raw(name, 0, content, content);
    }

    private static byte[] raw(String name, int method, byte[] packed, byte[] content) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer zip = ByteBuffer.allocate(30 + 46 + 22 + 2 * nameBytes.length + packed.length).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50).putShort((short) 20).putShort((short) 0x800).putShort((short) method).putInt(0).putInt((int) crc.getValue());
        zip.putInt(packed.length).putInt(content.length).putShort((short) nameBytes.length).putShort((short) 0).put(nameBytes).put(packed);
        int directory = zip.position();
        zip.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) 0x800).putShort((short) method).putInt(0);
        zip.putInt((int) crc.getValue()).putInt(packed.length).putInt(content.length).putShort((short) nameBytes.length).putShort((short) 0);
        zip.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0).putInt(0).put(nameBytes);
        int end = zip.position();
        zip.putInt(0x06054b50).putInt(0).putShort((short) 1).putShort((short) 1).putInt(end - directory).putInt(directory).putShort((short) 0);
        return zip.array();
    }

    private static int directory(byte[] zip) {
        return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 22 + 16);
    }

    private static byte[] changed(byte[] zip, int place, int... bytes) {
        byte[] changed = zip.clone();
        for (int i = 0; i < bytes.length; i++) {
            changed[place + i] = (byte) bytes[i];
        }
        return changed;
    }

    @Test
    void readShouldFindNothingInOrdinaryDocuments() {
        Verdict verdict = scan("documents.zip", zip("a.txt", "hello", "folder/b.txt", "world", "folder/", ""));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).isEmpty();
    }

    @Test
    void readShouldFindNothingInAnEmptyZip() {
        assertThat(scan("empty.zip", zip()).findings()).isEmpty();
    }

    @Test
    void readShouldJudgeEntriesLikeAttachments() {
        Verdict verdict = scan("a.zip", zip("invoice.pdf", pe()));

        assertThat(rules(verdict)).contains("type.program.windows", "type.mismatch.program");
        assertThat(places(verdict, "type.program.windows")).containsExactly("invoice.pdf");
    }

    @Test
    void readShouldJudgeEntriesOfEntries() {
        Verdict verdict = scan("a.zip", zip("b.zip", zip("c.zip", zip("d.txt", pe()))));

        assertThat(places(verdict, "type.program.windows")).containsExactly("b.zip > c.zip > d.txt");
    }

    @Test
    void readShouldFindNestingDeeperThanFour() {
        byte[] four = zip("e.zip", zip("d.zip", zip("c.zip", zip("b.zip", zip("a.txt", "x")))));

        assertThat(rules(scan("four.zip", four))).doesNotContain("archive.nested");
        assertThat(rules(scan("five.zip", zip("f.zip", four)))).contains("archive.nested");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a.txt", "a/../../b.txt", "..\\a.txt", "C:\\a.txt"})
    void readShouldFindNamesThatClimbOut(String name) {
        assertThat(rules(scan("a.zip", zip(name, "x")))).contains("name.traversal");
    }

    @Test
    void readShouldReadWhatStandsBehindOtherBytes() {
        Verdict verdict = scan("a.bin", concat(new byte[1000], zip("a.txt", pe())));

        assertThat(places(verdict, "type.program.windows")).containsExactly("a.txt");
    }

    @Test
    void readShouldFindAConcatenatedZip() {
        Verdict verdict = scan("a.zip", concat(zip("a.txt", pe()), zip("b.txt", "x")));

        assertThat(rules(verdict)).contains("archive.concatenated", "type.program.windows");
    }

    @Test
    void readShouldFindEntriesThatTheDirectoryLacks() {
        byte[] hidden = Arrays.copyOf(stored("a.txt", pe()), 30 + 5 + 512);

        Verdict verdict = scan("a.zip", concat(hidden, zip("b.txt", "x")));

        assertThat(rules(verdict)).contains("archive.hidden-entry", "type.program.windows");
    }

    @Test
    void readShouldReadLocalHeadersWhenThereIsNoDirectory() {
        byte[] zip = stored("a.txt", pe());

        Verdict verdict = scan("a.zip", Arrays.copyOf(zip, directory(zip)));

        assertThat(rules(verdict)).contains("type.program.windows");
        assertThat(reasons(verdict)).contains(Reason.MALFORMED);
    }

    @Test
    void readShouldJudgeBothNamesWhenTheyDiffer() {
        byte[] zip = stored("a.txt", "x".getBytes(StandardCharsets.US_ASCII));

        Verdict central = scan("a.zip", changed(zip, directory(zip) + 46 + 2, 'e', 'x', 'e'));
        Verdict local = scan("a.zip", changed(zip, 30 + 2, 'e', 'x', 'e'));

        assertThat(rules(central)).contains("archive.header-mismatch", "name.blocked.9");
        assertThat(rules(local)).contains("archive.header-mismatch", "name.blocked.9");
    }

    @ParameterizedTest
    @CsvSource({"8,1,encryption", "10,8,method", "16,7,checksum", "20,1,packed size", "24,1,size"})
    void readShouldFindHeadersThatContradictEachOther(int field, int value, String what) {
        byte[] zip = stored("a.txt", pe());

        Verdict verdict = scan("a.zip", changed(zip, directory(zip) + field, value));

        assertThat(rules(verdict)).as(what).contains("archive.header-mismatch", "type.program.windows");
    }

    @Test
    void readShouldFindAWrongChecksum() {
        byte[] zip = stored("a.txt", "hello".getBytes(StandardCharsets.US_ASCII));

        assertThat(rules(scan("a.zip", changed(zip, 30 + 5, 'j')))).contains("archive.checksum");
    }

    @Test
    void readShouldFindEntriesThatShareBytes() throws IOException {
        byte[] zip = zip("a.txt", "hello", "b.txt", "world");
        byte[] second = changed(zip, directory(zip) + 46 + 5 + 42, 0);

        assertThat(rules(scan("a.zip", second))).contains("archive.overlap");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 97, 98})
    void readShouldJudgeTheNameWhenTheCompressionIsUnknown(int method) {
        Verdict verdict = scan("a.zip", raw("a.exe", method, new byte[] {1, 2, 3}, pe()));

        assertThat(rules(verdict)).contains("name.blocked.9");
        assertThat(reasons(verdict)).containsExactly(Reason.UNSUPPORTED);
    }

    @Test
    void readShouldUnpackBzip2LzmaAndXz() throws IOException {
        ByteArrayOutputStream bzip2 = new ByteArrayOutputStream();
        try (BZip2CompressorOutputStream out = new BZip2CompressorOutputStream(bzip2)) {
            out.write(pe());
        }
        ByteArrayOutputStream xz = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(xz, new LZMA2Options())) {
            out.write(pe());
        }
        ByteArrayOutputStream lzma = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options(1);
        lzma.write(new byte[] {9, 20, 5, 0, 93});
        lzma.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(options.getDictSize()).array());
        try (LZMAOutputStream out = new LZMAOutputStream(lzma, options, false)) {
            out.write(pe());
        }

        assertThat(rules(scan("a.zip", raw("a.txt", 12, bzip2.toByteArray(),
            pe())))).contains("type.program.windows").doesNotContain("archive.checksum");
        assertThat(rules(scan("a.zip", raw("a.txt", 95, xz.toByteArray(),
            pe())))).contains("type.program.windows").doesNotContain("archive.checksum");
        assertThat(rules(scan("a.zip", raw("a.txt", 14, lzma.toByteArray(),
            pe())))).contains("type.program.windows").doesNotContain("archive.checksum");
    }

    @Test
    void readShouldFindLinks() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
            ZipArchiveEntry entry = new ZipArchiveEntry("a");
            entry.setUnixMode(0120777);
            out.putArchiveEntry(entry);
            out.write("../../etc/passwd".getBytes(StandardCharsets.US_ASCII));
            out.closeArchiveEntry();
        }

        assertThat(rules(scan("a.zip", bytes.toByteArray()))).contains("archive.link");
    }

    @Test
    void readShouldFindTwoEntriesOfOneName() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
            for (String content : new String[] {"one", "two"}) {
                out.putArchiveEntry(new ZipArchiveEntry("a.txt"));
                out.write(content.getBytes(StandardCharsets.US_ASCII));
                out.closeArchiveEntry();
            }
        }

        assertThat(rules(scan("a.zip", bytes.toByteArray()))).contains("archive.duplicate");
    }

    @Test
    void readShouldFindABomb() {
        Verdict verdict = scan("a.zip", zip("a.txt", new byte[20 << 20]));

        assertThat(rules(verdict)).contains("archive.bomb");
        assertThat(reasons(verdict)).contains(Reason.OVER_LIMIT);
    }

    @Test
    void readShouldLetLogsPackWell() {
        assertThat(scan("log.zip", zip("a.log", "2026-01-01 GET /index.html 200\n".repeat(60_000)))).isInstanceOf(Verdict.Scanned.class);
    }

    @ParameterizedTest
    @EnumSource(value = EncryptionMethod.class, names = {"AES", "ZIP_STANDARD"})
    void readShouldJudgeNamesWhenItIsEncrypted(EncryptionMethod method) throws IOException {
        Verdict verdict = scan("a.zip", encrypted(method, "a.js", "xyzzy-7431"));

        assertThat(rules(verdict)).contains("name.blocked.9", "archive.encrypted");
        assertThat(reasons(verdict)).containsExactly(Reason.ENCRYPTED);
    }

    @ParameterizedTest
    @EnumSource(value = EncryptionMethod.class, names = {"AES", "ZIP_STANDARD"})
    void readShouldOpenItWithThePasswordInTheMail(EncryptionMethod method) throws IOException {
        Verdict verdict = Scans.mail("See the file. The password is: xyzzy-7431 \r\nRegards", "a.zip", encrypted(method, "a.txt", "xyzzy-7431"));

        assertThat(rules(verdict)).contains("archive.encrypted.password-in-mail", "type.program.windows");
        assertThat(reasons(verdict)).isEmpty();
    }

    private static byte[] encrypted(EncryptionMethod method, String name, String password) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ZipParameters parameters = new ZipParameters();
        parameters.setEncryptFiles(true);
        parameters.setEncryptionMethod(method);
        parameters.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
        parameters.setFileNameInZip(name);
        try (ZipOutputStream out = new ZipOutputStream(bytes, password.toCharArray())) {
            out.putNextEntry(parameters);
            out.write(pe());
            out.closeEntry();
        }
        return bytes.toByteArray();
    }

    @Test
    void readShouldSayWhenAVolumeIsMissing() {
        byte[] zip = stored("a.txt", pe());

        assertThat(rules(scan("a.zip", changed(zip, zip.length - 22 + 4, 1)))).contains("archive.split");
    }

    @Test
    void readShouldReadStreamedEntries() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (java.util.zip.ZipOutputStream out = new java.util.zip.ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry("a.txt"));
            out.write(pe());
            out.closeEntry();
        }
        byte[] zip = bytes.toByteArray();

        assertThat(places(scan("a.zip", zip), "type.program.windows")).containsExactly("a.txt");
        assertThat(rules(scan("a.zip", Arrays.copyOf(zip, directory(zip))))).contains("type.program.windows");
    }
}
