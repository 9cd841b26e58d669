package org.lazaret.scan.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final Extensions BLOCKED = Extensions.builtIn();

    private static Set<String> rules(String name) {
        return Names.judge(name, false, BLOCKED).findings().keySet();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Invoice v1.2.final.pdf", "report.2026.01.15.pdf", "תוכנית\u200f 2026.pdf", "عقد\u200f 12.pdf", "🎉 party.pdf",
        "www.example.com.pdf", "image.jpg.pdf",
        "No extension", "O'Brien & Sons.pdf", "Ausschreibung_Nr.5.pdf", "a\u00a0b.pdf", "見積書．2026.pdf", "Résumé.docx", "12:30 meeting.pdf",
            "👩‍👩‍👧.jpg", "می‌خواهم.pdf",
        "backup.tar.gz", "Re: offer.pdf", "e.g. this", "...", "a", "Straße.xlsx", "x.numbers"})
    void judgeShouldFindNothingInOrdinaryNames(String name) {
        assertThat(rules(name)).isEmpty();
    }

    @Test
    void judgeShouldFindNothingDangerousInAnEncodedOrdinaryName() {
        assertThat(rules("=?UTF-8?Q?R=C3=A9sum=C3=A9.pdf?=")).containsExactly("name.encoded-word");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.exe", "A.EXE", "a.scr", "a.Lnk", "a.js", "dir/a.vbs", "dir\\a.bat", "a.settingcontent-ms", "a.library-ms", "a.xll",
        "a.msi", "a.jar", "a.hta", "a.wsf", "a.jnlp",
        "a.appinstaller", "a.search-ms", "a.job", "a.ps1"})
    void judgeShouldBlockWhatRuns(String name) {
        assertThat(rules(name)).contains("name.blocked.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invoice.pdf.exe", "photo.jpg.scr", "report.docx.js", "statement.pdf             .exe", "invoice.pdf\t.exe",
        "invoice.pdf\r\n .exe", "invoice.pdf.zip.exe", "Report.pdf.lnk",
        "a.pdf.exe.", "a.pdf.exe ", "a.pdf.exe . .", "x.docx.iso"})
    void judgeShouldFindDoubleExtensions(String name) {
        assertThat(rules(name)).contains("name.double-extension");
    }

    @ParameterizedTest
    @CsvSource({"report.pdf.html", "report.pdf.htm", "scan.jpg.svg"})
    void judgeShouldFindPagesBehindDocuments(String name) {
        assertThat(rules(name)).contains("name.double-extension.page");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invoice．exe", "invoice.exe\0.pdf", "invoice.ехе", "invoice.e\u200bxe", "invoice\u2024exe", "a.ｅｘｅ",
        "a.exe::$DATA", "a%2eexe",
        "a.exe.{21EC2020-3AEA-1069-A2DD-08002B30309D}", "a.\u00adexe", "a。exe", "evil.exe\u2066"})
    void judgeShouldSeeThroughDisguises(String name) {
        assertThat(rules(name)).contains("name.disguised", "name.blocked.9");
    }

    @ParameterizedTest
    @CsvSource({"Annual\u202ecod.scr, name.bidi", "memo\u202etxt.nl, name.bidi", "a\u2067b.txt, name.bidi", "a\u0007.pdf, name.control",
        "a\u0000b.pdf, name.nul", "a\u200b.pdf, name.invisible.extension",
        "../../etc/passwd, name.traversal", "..\\..\\a.txt, name.traversal", "/etc/passwd, name.absolute", "C:\\a.pdf, name.absolute",
            "a.txt:hidden, name.stream", "a.txt:b.exe, name.stream",
        "folder.{00000000-0000-0000-0000-000000000000}, name.clsid", "invoice.scr.xz, name.packed-program"})
    void judgeShouldNameTheTrick(String name, String rule) {
        assertThat(rules(name)).contains(rule);
    }

    @Test
    void judgeShouldTakeDirectionMarksInRightToLeftNamesLightly() {
        assertThat(rules("\u2067תוכנית\u2069.pdf")).containsExactly("name.bidi.embedded");
    }

    @Test
    void judgeShouldFindDrivesInArchives() {
        assertThat(Names.judge("C:\\Windows\\a.txt", true, BLOCKED).findings()).containsKey("name.traversal");
    }

    @Test
    void judgeShouldFindOverlongNames() {
        assertThat(rules("a".repeat(252) + ".pdf")).containsExactly("name.overlong");
        assertThat(rules("a".repeat(251) + ".pdf")).isEmpty();
    }

    @Test
    void judgeShouldFindExtensionsThatArePushedOutOfSight() {
        assertThat(rules("statement.pdf" + " ".repeat(120) + ".exe")).contains("name.padding", "name.double-extension");
    }

    @Test
    void decodeWordsShouldJoinWordsThatWhiteSpaceParts() {
        assertThat(Names.decodeWords("=?utf-8?B?aW52b2lj?= =?utf-8?Q?e.exe?=")).isEqualTo("invoice.exe");
        assertThat(Names.decodeWords("=?no-such-charset?Q?a.exe?=")).isEqualTo("a.exe");
        assertThat(Names.decodeWords("=?utf-8?B?%%%?=")).isNotNull();
    }

    @Property(tries = 1000, seed = "1")
    void judgeShouldTakeAnyName(@ForAll String name) {
        assertThat(Names.judge(name, true, BLOCKED)).isNotNull();
    }

    @Property(tries = 500, seed = "1")
    void judgeShouldBlockAProgramWhateverStandsInFront(@ForAll String start) {
        assertThat(rules(start + ".exe")).contains("name.blocked.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"con", "AUX.txt", "nul.pdf", "COM1", "lpt9.docx"})
    void judgeShouldFindNamesOfDevices(String name) {
        assertThat(rules(name)).contains("name.device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"contract.pdf", "console.txt", "COM10.pdf", "nullmodem.pdf", "my con.pdf", "con.ference.pdf"})
    void judgeShouldFindNoDeviceInOrdinaryNames(String name) {
        assertThat(rules(name)).doesNotContain("name.device");
    }

    @Test
    void judgeShouldLeaveDeviceNamesInArchivesAlone() {
        assertThat(Names.judge("nouveau/aux.c", true, BLOCKED).findings()).doesNotContainKey("name.device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invoice.exe;.jpg", "invoice.exe;1", "invoice.exe%00.jpg"})
    void judgeShouldReadNamesToWhereSomeProgramsCutThem(String name) {
        assertThat(rules(name)).contains("name.blocked.9");
    }
}
