package org.lazaret.scan.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.archive.Scans.places;
import static org.lazaret.scan.archive.Scans.reasons;
import static org.lazaret.scan.archive.Scans.rules;
import static org.lazaret.scan.archive.Scans.scan;
import static org.lazaret.scan.type.Samples.concat;
import static org.lazaret.scan.type.Samples.jpeg;
import static org.lazaret.scan.type.Samples.latin1;
import static org.lazaret.scan.type.Samples.pe;
import static org.lazaret.scan.type.Samples.zip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

class ArchivesTest {
    private static final List<Arguments> SAMPLES = samples();

    private static List<Arguments> samples() {
        try {
            return containers().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] tar(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(content.length);
            put(out, entry, content);
        }
        return bytes.toByteArray();
    }

    private static <E extends ArchiveEntry> void put(ArchiveOutputStream<E> out, E entry, byte[] content) throws IOException {
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private static byte[] cpio(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioArchiveOutputStream out = new CpioArchiveOutputStream(bytes)) {
            put(out, new CpioArchiveEntry("a.txt", content.length), content);
        }
        return bytes.toByteArray();
    }

    private static byte[] ar(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArArchiveOutputStream out = new ArArchiveOutputStream(bytes)) {
            put(out, new ArArchiveEntry("a.txt", content.length), content);
        }
        return bytes.toByteArray();
    }

    private static byte[] sevenZip(String name, byte[] content, char... password) throws IOException {
        SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel();
        try (SevenZOutputFile out = password.length == 0 ? new SevenZOutputFile(channel) : new SevenZOutputFile(channel, password)) {
            SevenZArchiveEntry entry = new SevenZArchiveEntry();
            entry.setName(name);
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
        }
        return Arrays.copyOf(channel.array(), (int) channel.size());
    }

    private static byte[] compressed(String method, byte[] content) throws IOException, CompressorException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(method, bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    /** [MS-CAB] 3: one folder, one file, one block. */
    private static byte[] cabinet(String name, int compression, byte[] packed, byte[] content) {
        ByteBuffer cab = ByteBuffer.allocate(36 + 8 + 16 + name.length() + 1 + 8 + packed.length).order(ByteOrder.LITTLE_ENDIAN);
        int data = 36 + 8 + 16 + name.length() + 1;
        cab.put(latin1("MSCF")).putInt(0).putInt(cab.capacity()).putInt(0).putInt(44).putInt(0).put((byte) 3).put((byte) 1).putShort((short) 1);
        cab.putShort((short) 1).putShort((short) 0).putInt(0);
        cab.putInt(data).putShort((short) 1).putShort((short) compression);
        cab.putInt(content.length).putInt(0).putShort((short) 0).putInt(0).putShort((short) 0).put(latin1(name)).put((byte) 0);
        cab.putInt(0).putShort((short) packed.length).putShort((short) content.length).put(packed);
        return cab.array();
    }

    private static byte[] msZip(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] out = new byte[content.length + 100];
        int length = deflater.deflate(out);
        deflater.end();
        return concat(latin1("CK"), Arrays.copyOf(out, length));
    }

    /** LZX with one uncompressed block: no translation, type 3, length, three offsets, bytes. */
    private static byte[] lzx(byte[] content) {
        int header = 3 << 28 | content.length << 4;
        ByteBuffer out = ByteBuffer.allocate(4 + 12 + content.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) (header >>> 16)).putShort((short) header).putInt(1).putInt(1).putInt(1).put(content);
        return out.array();
    }

    /** ECMA-119: a primary descriptor, a root folder and one file. */
    private static byte[] iso(String name, byte[] content) {
        ByteBuffer iso = ByteBuffer.allocate(20 * 2048 + Math.max(2048, content.length)).order(ByteOrder.LITTLE_ENDIAN);
        iso.put(16 * 2048, latin1("\1CD001\1")).putInt(16 * 2048 + 156 + 2, 19).putInt(16 * 2048 + 156 + 10, 2048);
        iso.put(17 * 2048, latin1("\377CD001\1"));
        int at = 19 * 2048;
        for (int i = 0; i < 2; i++) {
            iso.put(at, (byte) 34).putInt(at + 2, 19).putInt(at + 10, 2048).put(at + 25, (byte) 2).put(at + 32, (byte) 1).put(at + 33, (byte) i);
            at += 34;
        }
        iso.put(at, (byte) (34 + name.length())).putInt(at + 2, 20).putInt(at + 10, content.length).put(at + 32, (byte) name.length())
            .put(at + 33, latin1(name));
        iso.put(20 * 2048, content);
        return iso.array();
    }

    /** FAT12: one sector a cluster, one FAT, sixteen entries in the root. */
    private static byte[] fat(byte[] content) {
        ByteBuffer fat = ByteBuffer.allocate(64 * 512).order(ByteOrder.LITTLE_ENDIAN);
        fat.put(0, new byte[] {(byte) 0xeb, 0x3c, (byte) 0x90}).putShort(11, (short) 512).put(13, (byte) 1).putShort(14, (short) 1).put(16, (byte) 1)
            .putShort(17, (short) 16).putShort(19, (short) 64).putShort(22, (short) 1).putShort(510, (short) 0xaa55);
        fat.put(1024, latin1("SETUP   TXT\40")).putShort(1024 + 26, (short) 2).putInt(1024 + 28, content.length);
        int clusters = (content.length + 511) / 512;
        for (int i = 0; i < clusters; i++) {
            int next = i == clusters - 1 ? 0xfff : i + 3;
            int place = 512 + (i + 2) * 3 / 2;
            int old = fat.getShort(place) & 0xffff;
            fat.putShort(place, (short) ((i & 1) == 0 ? old & 0xf000 | next : old & 0xf | next << 4));
        }
        fat.put(1536, content);
        return fat.array();
    }

    /** Two sectors of a program, so that FAT has a chain. */
    private static byte[] program() {
        return Arrays.copyOf(pe(), 1000);
    }

    static Stream<Arguments> containers() throws IOException, CompressorException {
        byte[] program = program();
        return Stream.of(
            Arguments.of("a.tar", tar("a.txt", program)), Arguments.of("a.cpio", cpio(program)), Arguments.of("a.deb", ar(program)),
                Arguments.of("a.7z", sevenZip("a.txt", program)),
            Arguments.of("a.gz", compressed("gz", program)), Arguments.of("a.bz2", compressed("bzip2", program)), Arguments.of("a.xz",
                compressed("xz", program)),
            Arguments.of("a.lzma", compressed("lzma", program)), Arguments.of("a.lz4", compressed("lz4-framed", program)), Arguments.of("a.tgz",
                compressed("gz", tar("a.txt", program))),
            Arguments.of("stored.cab", cabinet("a.txt", 0, program, program)), Arguments.of("mszip.cab", cabinet("a.txt", 1, msZip(program),
                program)),
            Arguments.of("lzx.cab", cabinet("a.txt", 3 | 15 << 8, lzx(program), program)), Arguments.of("a.iso", iso("A.TXT;1", program)),
                Arguments.of("a.img", fat(program)),
            Arguments.of("a.jpg", concat(jpeg(), sevenZip("a.txt", program))), Arguments.of("a.zip", zip("a.txt", program)), Arguments.of("a.bin",
                zip("b.tar", tar("c.txt", program))));
    }

    @ParameterizedTest
    @MethodSource("containers")
    void analysersShouldTakeAProgramOutOfEveryContainer(String name, byte[] container) {
        Verdict verdict = scan(name, container);

        assertThat(rules(verdict)).contains("type.program.windows");
        assertThat(reasons(verdict)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void analysersShouldNotCallAContainerCleanWhenItEndsEarly(String name, byte[] container) {
        byte[] cut = Arrays.copyOf(container, container.length - Math.min(700, container.length / 2));

        Verdict verdict = scan("a.dat", cut);

        assertThat(!reasons(verdict).isEmpty() || !verdict.findings().isEmpty()).as(name).isTrue();
    }

    @Test
    void analysersShouldFindNothingInHonestArchives() throws IOException, CompressorException {
        byte[] text = latin1("hello world\n".repeat(100));

        assertThat(scan("a.tar", tar("a.txt", text)).findings()).isEmpty();
        assertThat(scan("a.7z", sevenZip("a.txt", text)).findings()).isEmpty();
        assertThat(scan("a.tar.gz", compressed("gz", tar("a.txt", text))).findings()).isEmpty();
        assertThat(scan("a.txt.bz2", compressed("bzip2", text)).findings()).isEmpty();
    }

    @Test
    void gzipShouldJudgeTheNameInside() throws IOException {
        byte[] gzip = latin1("\37\213\10\10\0\0\0\0\0\0invoice.exe\0");

        assertThat(places(scan("a.gz", concat(gzip, new byte[] {3, 0, 0, 0, 0, 0, 0, 0, 0, 0})), "name.blocked.9")).containsExactly("invoice.exe");
    }

    @Test
    void gzipShouldReadEveryMember() throws IOException, CompressorException {
        byte[] two = concat(compressed("gz", latin1("first\n")), compressed("gz", latin1("hello")));

        assertThat(reasons(scan("a.gz", two))).isEmpty();
    }

    @Test
    void repackedArchivesShouldBeFound() throws IOException, CompressorException {
        assertThat(rules(scan("a.zip.gz", compressed("gz", zip("a.txt", "x"))))).contains("archive.repacked");
    }

    @Test
    void tarShouldFindLinksThatLeadOut() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry link = new TarArchiveEntry("a/b", TarConstants.LF_SYMLINK);
            link.setLinkName("../../etc");
            put(out, link, new byte[0]);
        }

        assertThat(rules(scan("a.tar", bytes.toByteArray()))).contains("archive.link");
    }

    @Test
    void leadsOutShouldFollowTheLinkFromItsPlace() {
        assertThat(Entries.leadsOut("a/b", "../c")).isFalse();
        assertThat(Entries.leadsOut("a/b", "../../c")).isTrue();
        assertThat(Entries.leadsOut("a", "/etc")).isTrue();
        assertThat(Entries.leadsOut("a/b", "c/../../d")).isFalse();
    }

    @Test
    void sevenZipShouldSayThatItIsEncrypted() throws IOException {
        Verdict verdict = scan("a.7z", sevenZip("a.exe", program(), "xyzzy-7431".toCharArray()));

        assertThat(reasons(verdict)).containsExactly(Reason.ENCRYPTED);
        assertThat(rules(verdict)).contains("name.blocked.9", "archive.encrypted");
    }

    @Test
    void sevenZipShouldOpenWithThePasswordInTheMail() throws IOException {
        Verdict verdict = Scans.mail("Password: xyzzy-7431", "a.7z", sevenZip("a.txt", program(), "xyzzy-7431".toCharArray()));

        assertThat(rules(verdict)).contains("archive.encrypted.password-in-mail", "type.program.windows");
        assertThat(reasons(verdict)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xar!\0\34\0\1", "ALZ\1\n\0\0\0", "EGGA\0\1\0\0", "0000000**ACE**0"})
    void recognisedArchivesShouldBeUnsupported(String magic) {
        Verdict verdict = scan("a.dat", concat(latin1(magic), new byte[64]));

        assertThat(reasons(verdict)).containsExactly(Reason.UNSUPPORTED);
        assertThat(rules(verdict)).contains("archive.odd-format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhdxfile", "MSWIM\0\0\0", "KDMV\0\0\0\0"})
    void imagesThatCannotBeReadShouldBeUnsupported(String magic) {
        Verdict verdict = scan("a.dat", concat(latin1(magic), new byte[1024]));

        assertThat(reasons(verdict)).containsExactly(Reason.UNSUPPORTED);
        assertThat(rules(verdict)).contains("archive.disk-image");
    }

    @Test
    void bombsShouldBeFoundInPackedFiles() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(new byte[30 << 20]);
        }

        assertThat(rules(scan("a.gz", bytes.toByteArray()))).contains("archive.bomb");
    }

    @Test
    void szddShouldBeUnpacked() {
        byte[] literal = latin1("SZDD\210\360\47\63A\0\5\0\0\0\37hello");

        assertThat(places(scan("a.ex_", literal), "type.script.named")).isEmpty();
        assertThat(reasons(scan("a.tx_", literal))).isEmpty();
        assertThat(rules(scan("a.dat", concat(latin1("SZDD\210\360\47\63A\0\2\0\0\0\3MZ"), new byte[0])))).contains("type.program.dos");
    }

    @Property(tries = 600, seed = "1")
    void analysersShouldTakeAnyDamage(@ForAll @IntRange(max = 17) int which, @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int changes) {
        Arguments sample = SAMPLES.get(which);
        byte[] damaged = ((byte[]) sample.get()[1]).clone();
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            // Headers stand at both ends.
            int reach = Math.min(damaged.length, 200);
            int place = random.nextInt(3) == 0 ? random.nextInt(damaged.length) : random.nextBoolean() ? random.nextInt(reach)
                : damaged.length - 1 - random.nextInt(reach);
            damaged[place] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(4) - 2);
        }

        long start = System.nanoTime();
        Verdict verdict = scan((String) sample.get()[0], random.nextInt(5) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged);

        assertThat(verdict).isNotInstanceOf(Verdict.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(35));
    }

    @Property(tries = 300, seed = "1")
    void analysersShouldTakeAnyBytesBehindAMagic(@ForAll @IntRange(max = 11) int which, @ForAll byte[] bytes) {
        String[] magics = {"PK\3\4", "7z\274\257\47\34\0\4", "Rar!\32\7\0", "Rar!\32\7\1\0", "MSCF\0\0\0\0", "\50\265\57\375", "\3757zXZ\0",
            "BZh91AY&SY", "\37\213\10\0", "xx-lh5-",
            "070701", "!<arch>\n"};

        assertThat(scan("a", concat(latin1(magics[which]), bytes))).isNotInstanceOf(Verdict.Failed.class);
    }
}
