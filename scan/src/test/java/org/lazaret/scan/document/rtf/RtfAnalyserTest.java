package org.lazaret.scan.document.rtf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.compound;
import static org.lazaret.scan.document.Samples.latin;
import static org.lazaret.scan.document.Samples.nativePackage;
import static org.lazaret.scan.document.Samples.ole1;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;
import static org.lazaret.scan.document.Samples.vbaStreams;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Verdict;

class RtfAnalyserTest {
    private static final String PDF = "%PDF-1.7\n1 0 obj\n<< /OpenAction << /S /Launch /F (a.exe) >> >>\nendobj\n";

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "{\\field{\\*\\fldinst DDEAUTO \"cmd.exe\" \"/k x\"}{\\fldrslt x}}                    ~ office.dde.command",
        "{\\field{\\*\\fldinst {\\b DDE}{\\i AUTO} excel a b}{\\fldrslt x}}                    ~ office.dde",
        "{\\field{\\*\\fldinst INCLUDETEXT \"\\\\\\\\192.0.2.1\\\\a\"}}                        ~ office.field.remote",
        "{\\field{\\*\\fldinst IMPORT \"\\\\\\\\\\\\\\\\host\\\\\\\\s\\\\\\\\a.png\"}}                   ~ office.field.remote",
        "{\\field{\\*\\fldinst HYPERLINK \"ms-msdt:/id x\"}{\\fldrslt x}}                     ~ office.link.program",
        "{\\field{\\*\\fldinst HYPERLINK \\\\o \"file://host.invalid/a.exe\"}{\\fldrslt x}}    ~ office.link.executable",
        "{\\filetbl{\\file\\fid1 http://example.invalid/a.doc;}}                               ~ office.external.frame",
        "{\\*\\template http://example.invalid/a.dotm}                                         ~ office.external.template",
        "{\\*\\template \\u104?\\u-65420?\\u116?\\u112?:\\'2f\\'2fexample.invalid/a}            ~ office.external.template",
        "{\\*\\template \\u104?\\u-65420?\\u116?\\u112?:\\'2f\\'2fexample.invalid/a}            ~ office.rtf.template",
        "{\\object{\\*\\objclass eqUation.3}{\\*\\objdata 00}}                                 ~ office.equation.exploit"
    })
    void scanShouldReportFieldsTemplatesAndClasses(String body, String rule) {
        Verdict verdict = scan("a.rtf", "{\\rtf1\\ansi " + body + "}");

        assertThat(rules(verdict)).contains(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "HEX", "\\objupdate HEX", "{\\*\\nothing }HEX", "\\unknown12 HEX", "{\\foo HEX}", "\\bin0 HEX"
    })
    void scanShouldHandOnThePackedFileHoweverItIsWritten(String form) {
        String hex = HexFormat.of().formatHex(ole1("Package", nativePackage("b.pdf", latin(PDF)))).replaceAll("(.{60})", "$1\r\n  ");

        Verdict verdict = scan("a.doc", "{\\rt{\\object\\objemb{\\*\\objdata " + form.replace("HEX", hex) + "}}}");

        assertThat(rules(verdict)).contains("office.package");
        assertThat(verdict.findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("pdf.launch");
            assertThat(finding.path()).containsExactly("a.doc", "b.pdf");
        });
    }

    @Test
    void scanShouldReadBinaryRuns() {
        String data = new String(ole1("Package", nativePackage("b.pdf", latin(PDF))), java.nio.charset.StandardCharsets.ISO_8859_1);

        Verdict verdict = scan("a.rtf", "{\\rtf1{\\object{\\*\\objdata \\bin" + data.length() + " " + data + "}}}");

        assertThat(rules(verdict)).contains("office.package", "pdf.launch");
    }

    @Test
    void scanShouldHandOnACompoundFileInAnObject() {
        byte[] inner = compound(vbaStreams("Macros/", "Sub AutoOpen()\r\nShell \"x\"\r\nEnd Sub"));

        Verdict verdict = scan("a.rtf", "{\\rtf1{\\object{\\*\\objdata " + HexFormat.of().formatHex(ole1("Word.Document.8", inner)) + "}}}");

        assertThat(rules(verdict)).contains("office.vba.autoexec");
    }

    @Test
    void scanShouldFindNothingInPlainText() {
        Verdict verdict = scan("a.rtf", "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\template C:\\\\Users\\\\me\\\\Normal.dotm}Hello \\b"
            + " world\\b0 {\\field{\\*\\fldinst PAGE}}}");

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).isEmpty();
    }
}
