package org.lazaret.scan.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.compound;
import static org.lazaret.scan.document.Samples.docx;
import static org.lazaret.scan.document.Samples.latin;
import static org.lazaret.scan.document.Samples.nativePackage;
import static org.lazaret.scan.document.Samples.ole1;
import static org.lazaret.scan.document.Samples.pdf;
import static org.lazaret.scan.document.Samples.scan;
import static org.lazaret.scan.document.Samples.vbaProject;
import static org.lazaret.scan.document.Samples.vbaStreams;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Whatever the bytes: a verdict, soon, and never by an exception that escapes an analyser. */
class HostileInputTest {
    private static final String MACRO = "Sub AutoOpen()\r\nShell \"x\"\r\nEnd Sub";
    private static final List<Seed> SEEDS = List.of(
        new Seed("a.doc", compound(vbaStreams("Macros/", MACRO))),
        new Seed("b.doc", compound(Map.of("WordDocument", latin("\u00ec\u00a5\u00c1\0" + "\0".repeat(600) + "\23 DDEAUTO cmd \25"),
            "ObjectPool/_1/\1Ole10Native", withSize(nativePackage("a.txt", latin("hello")))))),
        new Seed("c.xls", compound(Map.of("Workbook", HexFormat.of()
            .parseHex("0908100000060500bb0dcc0700000000060000008500080000000000000100610a000000")))),
        new Seed("d.docm", docx("<w:p><w:fldSimple w:instr=\"DDE a b\"/></w:p>", Samples.external("attachedTemplate", "http://example.invalid/"),
            Map.of("word/vbaProject.bin", vbaProject(MACRO)))),
        new Seed("e.pdf", latin(pdf("/OpenAction << /S /JavaScript /JS (a\\(1\\)) >> /Names << /EmbeddedFiles << /Names [(b) 4 0 R] >> >>",
            "<< /Type /Filespec /F (b) /EF << /F 5 0 R >> >>", "<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream",
            "<< /Type /ObjStm /N 1 /First 4 /Length 12 >>\nstream\n7 0 << /A 1 >>\nendstream"))),
        new Seed("f.rtf", latin("{\\rtf1{\\field{\\*\\fldinst DDE a b}}{\\object{\\*\\objclass Package}{\\*\\objdata "
            + HexFormat.of().formatHex(ole1("Package", nativePackage("a.txt", latin("hello")))) + "}}}")),
        new Seed("g.html", latin("<html><script>eval(unescape('%61%62%63%64%65%66%67%68'));var b=atob('aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=');</script>"
            + "<a href='data:text/html;base64,PHA+' download=x>x</a><iframe srcdoc='&lt;p&gt;'></iframe></html>")),
        new Seed("h.svg", latin("<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg"
            + " xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>")),
        new Seed("i.ics", latin("BEGIN:VCALENDAR\r\nATTACH;ENCODING=BASE64:aGVs\r\n bG8=\r\nEND:VCALENDAR\r\n")),
        new Seed("j.slk", latin("ID;PWXL;N;E\r\nC;X1;Y1;EEXEC(\"a\")\r\n")),
        new Seed("k.dat", HexFormat.of().parseHex("789f3e220100020290060004000000000000000000020f800600030000006162630000")),
        new Seed("l.one", HexFormat.of().parseHex("e4525c7b8cd8a74daeb15378d02996d3"
            + "e716e3bd65261145a4c48d4d0b7a9eac" + "05000000000000000000000000000000000000006162636465")),
        new Seed("m.xml", latin("<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument"
            + " xmlns:w=\"http://schemas.microsoft.com/office/word/"
            + "2003/wordml\"><w:binData w:name=\"a\">QWN0aXZlTWltZQ==</w:binData></w:wordDocument>")));

    private record Seed(String name, byte[] bytes) {
    }

    private static byte[] withSize(byte[] data) {
        byte[] all = new byte[data.length + 4];
        all[0] = (byte) data.length;
        all[1] = (byte) (data.length >> 8);
        System.arraycopy(data, 0, all, 4, data.length);
        return all;
    }

    @Provide
    Arbitrary<Integer> seeds() {
        return Arbitraries.integers().between(0, SEEDS.size() - 1);
    }

    @Property(tries = 1500, seed = "1")
    void scanShouldGiveAVerdictForMutatedDocuments(@ForAll("seeds") int index, @ForAll long random) {
        Seed seed = SEEDS.get(index);
        byte[] bytes = mutated(seed.bytes(), new Random(random));

        Verdict verdict = scan(seed.name(), bytes);

        assertThat(verdict).isNotInstanceOf(Verdict.Failed.class);
        assertNoEscape(verdict);
    }

    @Property(tries = 500, seed = "1")
    void scanShouldGiveAVerdictForRandomBytesBehindAMagic(@ForAll("seeds") int index, @ForAll byte[] random) {
        Seed seed = SEEDS.get(index);
        int kept = Math.min(16, seed.bytes().length);
        byte[] bytes = java.util.Arrays.copyOf(seed.bytes(), kept + random.length);
        System.arraycopy(random, 0, bytes, kept, random.length);

        Verdict verdict = scan(seed.name(), bytes);

        assertThat(verdict).isNotInstanceOf(Verdict.Failed.class);
        assertNoEscape(verdict);
    }

    /** An exception out of an analyser is told by the name of its class in the obstacle. */
    private static void assertNoEscape(Verdict verdict) {
        if (verdict instanceof Verdict.NotScannable not) {
            assertThat(not.obstacles()).extracting(Unscannable::detail).noneMatch(
                detail -> detail.matches("(Ole|Ooxml|Odf|Flat|Pdf|Rtf|Markup|Card|SheetText|Tnef|OneNote|ActiveMime)Analyser: .*(Index|Null"
                    + "|Arithmetic|ClassCast|NumberFormat|"
                    + "NegativeArray|Stack|OutOfMemory|IllegalState|IllegalArgument|UnsupportedOperation).*"));
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        int changes = 1 + random.nextInt(8);
        for (int i = 0; i < changes && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = java.util.Arrays.copyOf(bytes, at + 1);
                case 3 -> {
                    int length = Math.min(random.nextInt(32), bytes.length - at);
                    java.util.Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0));
                }
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes.clone(), from, bytes, at, length);
                }
            }
        }
        return bytes;
    }
}
