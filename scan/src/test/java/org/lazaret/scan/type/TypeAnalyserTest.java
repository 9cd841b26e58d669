package org.lazaret.scan.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.type.Samples.concat;
import static org.lazaret.scan.type.Samples.latin1;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lazaret.scan.Finding;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class TypeAnalyserTest {
    private static final Scanner SCANNER = new Scanner(ScanSettings.defaults());

    private static Verdict scan(String name, String declared, byte[] content) {
        return SCANNER.scanFile(name, declared, new ByteArrayInputStream(content));
    }

    private static Set<String> rules(String name, String declared, byte[] content) {
        return scan(name, declared, content).findings().stream().map(Finding::rule).collect(Collectors.toSet());
    }

    static Stream<Arguments> programs() {
        return Stream.of(Arguments.of("type.program.windows", Samples.pe()), Arguments.of("type.program.add-in", Samples.library("xlAutoOpen")),
            Arguments.of("type.program.elf", latin1("\177ELF\2\1\1\0")), Arguments.of("type.program.mach-o", latin1("\317\372\355\376\7\0\0\1")),
            Arguments.of("type.program.java", latin1("\312\376\272\276\0\0\0\75")), Arguments.of("type.program.jar", Samples.zip("A.class", "x")),
            Arguments.of("type.program.android", Samples.zip("AndroidManifest.xml", "x")), Arguments.of("type.program.installer",
                Samples.ole(0x000c1084)),
            Arguments.of("type.program.help", latin1("ITSF\3\0\0\0")), Arguments.of("type.shell.link", Samples.link("a", "b")),
                Arguments.of("type.script.encoded", latin1("#@~^EgAAAA==hkd^")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void analyseShouldFindProgramsWhateverTheirName(String rule, byte[] content) {
        Verdict verdict = scan("invoice.pdf", "application/pdf", content);

        assertThat(verdict.findings()).extracting(Finding::rule).contains(rule, "type.mismatch.program");
        assertThat(verdict.score()).isGreaterThanOrEqualTo(Score.of(9));
    }

    @Test
    void analyseShouldShowWhatAShortcutStarts() {
        Verdict verdict = scan("a.lnk", "", Samples.link("..\\cmd.exe", "/c calc"));

        assertThat(verdict.findings()).filteredOn(finding -> finding.rule().equals("type.shell.link"))
            .extracting(Finding::evidence).isEqualTo(List.of("..\\cmd.exe /c calc"));
    }

    static Stream<Arguments> shellFiles() {
        return Stream.of(Arguments.of("type.shell.url", "[InternetShortcut]\r\nURL=https://example.com/\r\n"), Arguments.of("type.shell.url.remote",
            "[InternetShortcut]\r\nURL=file://example.com/a.exe\r\n"),
            Arguments.of("type.shell.url.remote", "[InternetShortcut]\nURL=\\\\example.com\\share\n"), Arguments.of("type.shell.explorer-command",
                "[Shell]\r\nCommand=2\r\nIconFile=\\\\example.com\\a.ico\r\n"),
            Arguments.of("type.shell.settings", "<?xml version=\"1.0\"?><PCSettings><SearchableContent xmlns=\"x\"/></PCSettings>"),
                Arguments.of("type.shell.console", "<?xml version='1.0'?><MMC_ConsoleFile ConsoleVersion='3.0'>"),
            Arguments.of("type.shell.search", "<?xml version='1.0'?><libraryDescription xmlns='x'>"), Arguments.of("type.shell.sandbox",
                "<Configuration><LogonCommand><Command>cmd</Command></LogonCommand></Configuration>"),
            Arguments.of("type.shell.web-query", "WEB\r\n1\r\nhttps://example.com/q\r\n"), Arguments.of("type.shell.remote-desktop",
                "screen mode id:i:2\r\nfull address:s:example.com\r\n"),
            Arguments.of("type.shell.registry", "Windows Registry Editor Version 5.00\r\n"), Arguments.of("type.shell.web-start",
                "<?xml version='1.0'?><jnlp spec='1.0'>"),
            Arguments.of("type.shell.deployment", "<?xml version='1.0'?><AppInstaller Uri='x'>"), Arguments.of("type.script.application",
                "<html><hta:application id=a></html>"),
            Arguments.of("type.script.host",
                "<?xml version='1.0'?><scriptlet><registration progid='T'/><script language='JScript'>x</script></scriptlet>"),
            Arguments.of("type.script.host", "<job id='a'><script language='VBScript'>x</script></job>"), Arguments.of("type.script",
                "#!/bin/sh\necho x\n"), Arguments.of("type.script", "@echo off\r\nset a=b\r\n"),
            Arguments.of("type.shell.desktop-entry", "[Desktop Entry]\nType=Application\nExec=sh -c x\n"),
            Arguments.of("type.xml.entities", "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>"),
            Arguments.of("type.xml.entities", "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>"));
    }

    @ParameterizedTest
    @MethodSource("shellFiles")
    void analyseShouldTellShellFilesByTheirContent(String rule, String content) {
        assertThat(rules("a.dat", "", latin1(content))).contains(rule);
        assertThat(rules("a.dat", "", content.getBytes(java.nio.charset.StandardCharsets.UTF_16))).contains(rule);
    }

    @ParameterizedTest
    @CsvSource({"photo.jpg,image/jpeg,type.mismatch.page", "a.docx,'',type.mismatch.page", "a,application/pdf,type.mismatch.page",
        "a.txt,text/plain,type.mismatch.page-as-text"})
    void analyseShouldFindPagesBehindOtherTypes(String name, String declared, String rule) {
        assertThat(rules(name, declared, latin1("<html><body>hello</body></html>"))).contains(rule);
    }

    @ParameterizedTest
    @CsvSource({"table.xlsx,''", "a.pdf,application/pdf", "a.mp3,audio/mpeg", "a.txt,''"})
    void analyseShouldFindArchivesBehindOtherTypes(String name, String declared) {
        assertThat(rules(name, declared, Samples.zip("a.txt", "x"))).contains("type.mismatch.archive");
    }

    @Test
    void analyseShouldFindDocumentsOfAnotherKind() {
        assertThat(rules("doc.docx", "", Samples.pdf())).contains("type.mismatch.document");
    }

    @Test
    void analyseShouldLetPicturesHaveEachOthersNames() {
        assertThat(rules("photo.png", "image/png", Samples.jpeg())).isEmpty();
        assertThat(rules("photo.jpg", "image/jpeg", Samples.png())).isEmpty();
        assertThat(rules("photo.gif", "image/x-png", Samples.gif())).isEmpty();
    }

    @Test
    void analyseShouldFindPolyglots() {
        assertThat(rules("a.jpg", "image/jpeg", concat(Samples.jpeg(), Samples.zip("a.txt", "x")))).contains("type.polyglot");
        assertThat(rules("a.gif", "image/gif", concat(Samples.gif(), Samples.zip("A.class", "x")))).contains("type.polyglot.program");
        assertThat(rules("a.png", "image/png", concat(Samples.png(), latin1("<script>x</script>")))).contains("type.polyglot");
    }

    @Test
    void analyseShouldFindAProgramOrArchiveRightBehindADocument() {
        byte[] rtf = latin1("{\\rtf1 \\{ a \\} {\\b c}}");

        assertThat(rules("a.pdf", "application/pdf", concat(Samples.pdf(), latin1("\r\n"), Samples.pe()))).contains("type.program.windows");
        assertThat(rules("a.rtf", "application/rtf", concat(rtf, Samples.pe()))).contains("type.program.windows");
        assertThat(rules("a.rtf", "application/rtf", concat(rtf, latin1("\n7z\274\257\47\34rest")))).isNotEmpty();
        assertThat(rules("a.pdf", "application/pdf", concat(Samples.pdf(), latin1("\nserved in 3 ms\n")))).isEmpty();
    }

    @Test
    void analyseShouldFindNothingInHonestFiles() {
        assertThat(rules("note.txt", "text/plain", latin1("Good news\r\n"))).isEmpty();
        assertThat(rules("a.pdf", "application/x-pdf", concat(Samples.pdf(), new byte[16]))).isEmpty();
        assertThat(rules("guide.md", "text/markdown", latin1("# Guide\n\nRun `powershell -NoProfile` or cmd /c dir\n"))).isEmpty();
        assertThat(rules("a.json", "application/json", latin1("{\"a\": \"cmd /c x\"}"))).isEmpty();
    }
}
