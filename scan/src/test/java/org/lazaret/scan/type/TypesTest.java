package org.lazaret.scan.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.type.Samples.at;
import static org.lazaret.scan.type.Samples.concat;
import static org.lazaret.scan.type.Samples.latin1;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {
    private static final List<byte[]> SAMPLES = Stream.concat(single(), special()).map(arguments -> (byte[]) arguments.get()[1]).toList();

    private static Set<Type> types(byte[] bytes, String name) throws IOException {
        return Types.detect(new FakeContent(bytes), name);
    }

    static Stream<Arguments> single() {
        return Stream.of(
            Arguments.of(Type.PE, Samples.pe()), Arguments.of(Type.PE, Samples.library("x")), Arguments.of(Type.DOS_EXE,
                latin1("MZ\0\0\0\0\0\0\0\0\0\0")),
            Arguments.of(Type.TEXT, latin1("MZ is short for Mozambique")), Arguments.of(Type.ELF, latin1("\177ELF\2\1\1\0")),
            Arguments.of(Type.MACH_O, latin1("\317\372\355\376\7\0\0\1")), Arguments.of(Type.MACH_O, latin1("\312\376\272\276\0\0\0\2")),
            Arguments.of(Type.JAVA_CLASS, latin1("\312\376\272\276\0\0\0\75")), Arguments.of(Type.DEX, latin1("dex\n035\0")),
            Arguments.of(Type.LNK, Samples.link("a", "b")), Arguments.of(Type.CHM, latin1("ITSF\3\0\0\0")), Arguments.of(Type.PDF, Samples.pdf()),
            Arguments.of(Type.PDF, concat(latin1("\r\n\r\n"), Samples.pdf())), Arguments.of(Type.RTF, latin1("{\\rtf1 hello}")),
                Arguments.of(Type.RTF, latin1("{\\rt\\x hello}")),
            Arguments.of(Type.RTF, latin1("  \r\n{\\rtf1 hello}")), Arguments.of(Type.GIF, Samples.gif()), Arguments.of(Type.PNG, Samples.png()),
                Arguments.of(Type.JPEG, Samples.jpeg()),
            Arguments.of(Type.SEVEN_ZIP, latin1("7z\274\257\47\34\0\4")), Arguments.of(Type.RAR5, latin1("Rar!\32\7\1\0")), Arguments.of(Type.RAR4,
                latin1("Rar!\32\7\0")),
            Arguments.of(Type.ODD_ARCHIVE, concat(latin1("ZOO 2.10 Archive.\32\0\0\334\247\304\375"), new byte[40])),
            Arguments.of(Type.ODD_ARCHIVE, concat(latin1("SIT!\0\1\0\0\0\200rLau"), new byte[40])),
            Arguments.of(Type.GZIP, latin1("\37\213\10\0")), Arguments.of(Type.CAB, latin1("MSCF\0\0\0\0")), Arguments.of(Type.ISO9660, at(0x8001,
                latin1("CD001"), 0x9000)),
            Arguments.of(Type.VHD, at(1024, latin1("conectix"), 1536)), Arguments.of(Type.DMG, at(1024, latin1("koly"), 1536)),
                Arguments.of(Type.VHDX, latin1("vhdxfile")),
            Arguments.of(Type.WIM, latin1("MSWIM\0\0\0")), Arguments.of(Type.OLE2, Samples.ole(0x00020906)), Arguments.of(Type.TEXT,
                latin1("Good news\r\n")), Arguments.of(Type.EMPTY, new byte[0]),
            Arguments.of(Type.ICALENDAR, latin1("BEGIN:VCALENDAR\r\nVERSION:2.0")), Arguments.of(Type.VCARD, latin1("BEGIN:VCARD\r\n")),
                Arguments.of(Type.XML, latin1("<?xml version=\"1.0\"?><feedback/>")),
            Arguments.of(Type.HTML, latin1("<!-- x --><HTML><body>")), Arguments.of(Type.HTML, latin1("\n <script>a</script>")),
                Arguments.of(Type.SVG, latin1("<?xml version='1.0'?><!-- c --><svg xmlns='x'/>")),
            Arguments.of(Type.MIME_MESSAGE, latin1("From: a@b\r\nSubject: x\r\n\r\nhello")), Arguments.of(Type.UNKNOWN, latin1("\1\2\3\4\5\6\0\0\0")),
            Arguments.of(Type.SCRIPT, latin1("#!/bin/sh\necho a\n")), Arguments.of(Type.SCRIPT, latin1("@echo off\r\nset x=1\r\n")),
            Arguments.of(Type.SCRIPT, latin1("var s = new ActiveXObject(\"WScript.Shell\");\r\ns.Run('x');")), Arguments.of(Type.ENCODED_SCRIPT,
                latin1("#@~^EgAAAA==hkd^")));
    }

    @ParameterizedTest
    @MethodSource("single")
    void detectShouldTellTheType(Type type, byte[] bytes) throws IOException {
        assertThat(types(bytes, "")).containsExactly(type);
    }

    static Stream<Arguments> special() {
        return Stream.of(
            Arguments.of(Set.of(Type.OLE2, Type.MSI), Samples.ole(0x000c1084)), Arguments.of(Set.of(Type.ZIP), Samples.zip("a.txt", "x")),
            Arguments.of(Set.of(Type.ZIP, Type.OOXML), Samples.zip("[Content_Types].xml", "x", "word/document.xml", "y")),
            Arguments.of(Set.of(Type.ZIP, Type.ODF), Samples.zip("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "x")),
            Arguments.of(Set.of(Type.ZIP, Type.JAR), Samples.zip("META-INF/MANIFEST.MF", "x", "A.class", "y")), Arguments.of(Set.of(Type.ZIP,
                Type.APK), Samples.zip("AndroidManifest.xml", "x")),
            Arguments.of(Set.of(Type.ZIP, Type.MSIX), Samples.zip("AppxManifest.xml", "x", "[Content_Types].xml", "y")),
                Arguments.of(Set.of(Type.ZIP, Type.IPA), Samples.zip("Payload/a.app/a", "x")),
            Arguments.of(Set.of(Type.JPEG, Type.ZIP), concat(Samples.jpeg(), Samples.zip("a.txt", "x"))), Arguments.of(Set.of(Type.GIF, Type.ZIP,
                Type.JAR), concat(Samples.gif(), Samples.zip("A.class", "x"))),
            Arguments.of(Set.of(Type.PDF, Type.ZIP), concat(Samples.pdf(), Samples.zip("a.txt", "x"))), Arguments.of(Set.of(Type.RTF, Type.ZIP),
                concat(latin1("{\\rtf1 x}"), Samples.zip("a.txt", "x"))),
            Arguments.of(Set.of(Type.PNG, Type.HTML), concat(Samples.png(), latin1("\n<script language=JScript></script>"))),
                Arguments.of(Set.of(Type.PNG, Type.CAB), concat(Samples.png(), latin1("MSCF\0\0\0\0"))),
            Arguments.of(Set.of(Type.JPEG, Type.PE), concat(Samples.jpeg(), Samples.pe())), Arguments.of(Set.of(Type.GIF, Type.RAR5),
                concat(Samples.gif(), latin1("\0\0Rar!\32\7\1\0"))),
            Arguments.of(Set.of(Type.PE, Type.ZIP), concat(Samples.pe(), Samples.zip("a.txt", "x"))),
            Arguments.of(Set.of(Type.PDF, Type.MIME_MESSAGE), concat(Samples.pdf(), latin1("MIME-Version: 1.0\nContent-Type: multipart/related\n"))));
    }

    @ParameterizedTest
    @MethodSource("special")
    void detectShouldTellEveryType(Set<Type> expected, byte[] bytes) throws IOException {
        assertThat(types(bytes, "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-8"})
    void detectShouldReadTextInItsEncoding(String charset) throws IOException {
        assertThat(types("<html><script>var a = 1;</script></html>".getBytes(Charset.forName(charset)), "")).containsExactly(Type.HTML);
    }

    @ParameterizedTest
    @CsvSource({"a.js,SCRIPT", "a.ps1,SCRIPT", "a.htm,HTML", "a.slk,SYLK", "a.eml,MIME_MESSAGE", "a.txt,TEXT", "'',TEXT", "a.svg,SVG"})
    void detectShouldAskTheNameOfText(String name, Type type) throws IOException {
        assertThat(types(latin1("hello world\n"), name)).containsExactly(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"To list files run `powershell -Command ls`.\n", "# Guide\n\nUse `cmd /c dir`, or powershell -NoProfile.\n",
        "name;amount\nA;-1\n", "{\"cmd\": \"powershell -enc\"}",
        "var x = 1;", "Dear all,\nplease set x = 1 and run cmd.exe /c dir\n", "1\n00:00:01,000 --> 00:00:02,000\nHello\n"})
    void detectShouldTakeTextAboutScriptsForText(String text) throws IOException {
        assertThat(types(latin1(text), "a.txt")).containsExactly(Type.TEXT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 600})
    void detectShouldNotTakeAZipInsideADocumentForAPolyglot(int behind) throws IOException {
        byte[] document = concat(Samples.ole(0x00020906), Samples.zip("theme.xml", "x"), new byte[behind + 1]);

        assertThat(types(document, "a.doc")).containsExactly(Type.OLE2);
    }

    @Property(tries = 1000, seed = "1")
    void detectShouldTakeAnyBytes(@ForAll byte[] bytes, @ForAll String name) throws IOException {
        assertThat(types(bytes, name)).isNotEmpty();
    }

    @Property(tries = 1000, seed = "1")
    void detectShouldTakeAnyDamage(@ForAll @IntRange(max = 43) int which, @ForAll @IntRange(max = 4095) int place, @ForAll byte value,
        @ForAll @IntRange(max = 4096) int length) throws IOException {
        byte[] sample = Stream.concat(single(),
            special()).map(arguments -> (byte[]) arguments.get()[1]).skip(which).findFirst().orElseThrow().clone();
        byte[] damaged = java.util.Arrays.copyOf(sample, Math.min(sample.length, length));
        if (damaged.length > 0) {
            damaged[place % damaged.length] = value;
        }

        assertThat(types(damaged, "")).isNotEmpty();
        assertThat(PortableExecutable.read(new FakeContent(damaged))).isNotNull();
        assertThat(ShellLink.target(new Bytes(damaged))).isNotNull();
    }
}
