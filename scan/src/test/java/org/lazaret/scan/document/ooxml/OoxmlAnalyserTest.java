package org.lazaret.scan.document.ooxml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.docx;
import static org.lazaret.scan.document.Samples.external;
import static org.lazaret.scan.document.Samples.latin;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;
import static org.lazaret.scan.document.Samples.vbaProject;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class OoxmlAnalyserTest {
    private static final String DROPPER = "Sub AutoOpen()\r\nCreateObject(\"WScript.Shell\").Run \"calc\"\r\nEnd Sub\r\n";

    @Test
    void scanShouldFindTheMacroInAPackage() {
        Verdict verdict = scan("a.docm", docx("", "", Map.of("word/vbaProject.bin", vbaProject(DROPPER))));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.score().atLeast(Score.of(8))).isTrue();
        assertThat(verdict.findings()).filteredOn(finding -> finding.rule().equals("office.vba.autoexec")).first()
            .satisfies(finding -> assertThat(finding.path()).isEqualTo(List.of("a.docm", "vbaProject.bin")));
    }

    @Test
    void scanShouldFindTheMacroWhenItsPartIsCalledAPicture() {
        Verdict verdict = scan("a.docx", docx("", "", Map.of("word/media/image7.png", vbaProject(DROPPER))));

        assertThat(rules(verdict)).contains("office.vba.autoexec");
    }

    @Test
    void scanShouldFindNothingInAPlainDocument() {
        Verdict verdict = scan("a.docx", docx("<w:p><w:r><w:t>Invoice</w:t></w:r></w:p>",
            external("attachedTemplate", "file:///C:\\Users\\me\\Normal.dotm") + external("hyperlink", "https://example.org/"), Map.of()));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "attachedTemplate, http://example.invalid/t.dotm, office.external.template",
        "attachedTemplate, \\\\192.0.2.1\\t\\t.dotm, office.external.template",
        "attachedTemplate, file://host.invalid/t.dotm, office.external.template",
        "oleObject, https://example.invalid/a.doc, office.external.object",
        "oleObject, file:///C:\\a.xlsx, office.external.link",
        "oleObject, mhtml:http://example.invalid/a!x-usc:http://example.invalid/a, office.external.protocol",
        "frame, http://example.invalid/f.htm, office.external.frame",
        "subDocument, \\\\host\\a.docx, office.external.frame",
        "image, \\\\host\\a.png, office.external.share",
        "video, file://host.invalid/a.mp4, office.external.share",
        "hyperlink, search-ms:query=a&amp;crumb=location:\\\\host\\s, office.link.program"
    })
    void scanShouldReportRelationshipsThatLoadByThemselves(String kind, String target, String rule) {
        Verdict verdict = scan("a.docx", docx("", external(kind, target), Map.of()));

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldJoinAFieldThatIsSplitOverRuns() {
        String body = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO"
            + " c:\\\\windows\\\\"
            + "system32\\\\cmd.exe \"/c calc\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";

        Verdict verdict = scan("a.docx", docx(body, "", Map.of()));

        assertThat(rules(verdict)).contains("office.dde.command");
    }

    @Test
    void scanShouldReportEntitiesAndNotExpandThem() {
        String part = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]><d>&b;&x;</d>";

        Verdict verdict = scan("a.docx", docx("", "", Map.of("word/x.xml", latin(part))));

        assertThat(rules(verdict)).contains("office.xml.dtd");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "HYPERLINK(\"search-ms:query=a\",\"open\")      ~ office.link.program",
        "HYPERLINK(\"\\\\host\\s\\a.exe\",\"open\")      ~ office.link.executable",
        "IMAGE(\"file://host.invalid/a.png\")           ~ office.external.share",
        "_xlfn.WEBSERVICE(\"http://example.invalid/\")  ~ office.query"
    })
    void scanShouldReportCellsThatReachOut(String formula, String rule) {
        Verdict verdict = scan("a.xlsx", docx("", "", Map.of("xl/sheet.xml", latin("<worksheet><c><f>" + formula + "</f></c></worksheet>"))));

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldReportADdeLinkInABinaryWorkbook() {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(new byte[] {(byte) 0xe8, 2, 36, 1, 0});
        for (String text : new String[] {"cmd", "/c calc.ex"}) {
            part.writeBytes(new byte[] {(byte) text.length(), 0, 0, 0});
            part.writeBytes(text.getBytes(StandardCharsets.UTF_16LE));
        }

        Verdict verdict = scan("a.xlsb", docx("", "", Map.of("xl/externalLink1.bin", part.toByteArray())));

        assertThat(rules(verdict)).contains("office.dde.command");
    }

    @Test
    void scanShouldReportANameThatRunsInABinaryWorkbook() {
        byte[] name = "_xlnm.Auto_Open".getBytes(StandardCharsets.UTF_16LE);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(new byte[] {(byte) 0x83, 1, 0, 39, (byte) name.length});
        part.writeBytes(name);

        Verdict verdict = scan("a.xlsb", docx("", "", Map.of("xl/workbook.bin", part.toByteArray(), "xl/m.xml", latin("<macrosheet/>"))));

        assertThat(rules(verdict)).contains("office.xlm.autoexec");
    }

    @Test
    void scanShouldReadAFlatDocumentOfWideCharacters() {
        String flat = "\ufeff<?xml version=\"1.0\" encoding=\"UTF-16\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument"
            + " xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\"><w:p><w:instrText>DDEAUTO cmd \"/c x\"</w:instrText></w:p>"
            + "</w:wordDocument>";

        Verdict verdict = scan("a.xml", flat.getBytes(StandardCharsets.UTF_16LE));

        assertThat(rules(verdict)).contains("office.dde.command");
    }

    @Test
    void scanShouldWriteNothingToTheErrorStreamWhenAPartIsMalformed() {
        byte[] part = latin("<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:p xmlns:w=\"w\">"
            + "<w:instrText>DDEAUTO excel \u00c3\u0028\u00ff a</w:instrText></w:p>");
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Verdict verdict;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            verdict = scan("a.docx", docx("", "", Map.of("word/x.xml", part)));
        } finally {
            System.setErr(before);
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(verdict instanceof Verdict.NotScannable || rules(verdict).contains("office.dde")).isTrue();
    }

    @Test
    void scanShouldSayMalformedWhenThePackageIsCut() {
        byte[] whole = docx("", "", Map.of());

        Verdict verdict = scan("a.docx", java.util.Arrays.copyOf(whole, whole.length - 40));

        assertThat(verdict).isInstanceOf(Verdict.NotScannable.class);
    }
}
