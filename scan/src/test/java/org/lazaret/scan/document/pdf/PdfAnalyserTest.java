package org.lazaret.scan.document.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.pdf;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionJavaScript;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

class PdfAnalyserTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\);) >>                                    | pdf.js.open",
        "/OpenAction << /S /#4aavaScript /J#53 (app.alert\\(1\\);) >>                                | pdf.name.escaped",
        "/AA << /WC << /S /JavaScript /JS (x = 1;) >> >>                                             | pdf.js.open",
        "/OpenAction << /S /JavaScript /JS (this.exportDataObject\\({cName:'a',nLaunch:2}\\);) >>    | pdf.js.harmful",
        "/OpenAction << /S /Launch /F (a.exe) >>                                                     | pdf.launch",
        "/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /Launch /Win << /F (cmd.exe) >> >> >>   | pdf.launch",
        "/OpenAction << /S /URI /URI (http://example.invalid/) >>                                    | pdf.open.link",
        "/OpenAction << /S /GoToE /F << /FS /URL /F (http://example.invalid/a.pdf) >> >>             | pdf.open.remote",
        "/OpenAction << /S /GoToR /F (\\\\\\\\host\\\\a.pdf) >>                                      | pdf.open.remote",
        "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x = 2;) >>] >> >>               | pdf.js.document"
    })
    void scanShouldReportWhatHappensWhenAFileIsOpened(String catalog, String rule) {
        Verdict verdict = scan("a.pdf", pdf(catalog));

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldFindNothingInAPlainFile() {
        Verdict verdict = scan("a.pdf", pdf("/OpenAction [3 0 R /Fit]", "<< /Type /Annot /A << /S /URI /URI (https://example.org/) >> >>"));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).isEmpty();
    }

    @Test
    void scanShouldFindNothingInLinksToMailAndHosts() {
        Verdict verdict = scan("a.pdf", pdf("", "<< /Type /Annot /A << /S /URI /URI (mailto:me@example.com) >> >>",
            "<< /Type /Annot /A << /S /URI /URI (www.example.com) >> >>",
            "<< /Type /Annot /A << /S /URI /URI (https://example.org/me@example.com) >> >>"));

        assertThat(verdict.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<< /Subtype /Link /A << /S /JavaScript /JS (app.alert\\(1\\);) >> >>                        | pdf.js.document",
        "<< /Title (x) /Parent 1 0 R /A << /S /JavaScript /JS (app.alert\\(1\\);) >> >>              | pdf.js.document",
        "<< /Subtype /Widget /AA << /PO << /S /JavaScript /JS (app.alert\\(1\\);) >> >> >>           | pdf.js.open",
        "<< /Subtype /Screen /A << /S /Rendition /JS (app.alert\\(1\\);) >> >>                       | pdf.js.open"
    })
    void scanShouldReportScriptsThatNoFormNeeds(String annotation, String rule) {
        Verdict verdict = scan("a.pdf", pdf("", annotation));

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldReportAFormScriptLessThanAScriptOnOpening() {
        Verdict verdict = scan("a.pdf", pdf("", "<< /Type /Annot /FT /Tx /AA << /K << /S /JavaScript /JS (AFNumber_Keystroke\\(2\\);) >> >> >>"));

        assertThat(rules(verdict)).containsExactly("pdf.js");
    }

    @Test
    void scanShouldLookIntoObjectStreams() throws IOException {
        String objects = "7 0 << /S /Launch /F (a.exe) >>";
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(objects.getBytes(StandardCharsets.ISO_8859_1));
        }
        String stream = packed.toString(StandardCharsets.ISO_8859_1);

        Verdict verdict = scan("a.pdf", pdf("/OpenAction 7 0 R",
            "<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length " + stream.length() + " >>\nstream\n" + stream + "\nendstream"));

        assertThat(rules(verdict)).contains("pdf.launch");
    }

    @Test
    void scanShouldReportDataThatIsPackedTwice() {
        Verdict verdict = scan("a.pdf", pdf("", "<< /Filter [/FlateDecode /FlateDecode] /Length 3 >>\nstream\nabc\nendstream"));

        assertThat(rules(verdict)).containsExactly("pdf.filters");
    }

    @Test
    void scanShouldHandOnEmbeddedFiles() {
        Verdict verdict = scan("a.pdf", pdf("/Names << /EmbeddedFiles << /Names [(b) 4 0 R] >> >>",
            "<< /Type /Filespec /F (b.pdf) /EF << /F 5 0 R >> >>",
            "<< /Type /EmbeddedFile /Length 120 >>\nstream\n" + pdf("/OpenAction << /S /Launch /F (a.exe) >>").replace("endobj",
                "endobj ") + "\nendstream"));

        assertThat(verdict.findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("pdf.launch");
            assertThat(finding.path()).containsExactly("a.pdf", "b.pdf");
        });
    }

    @Test
    void scanShouldOpenAFileThatIsEncryptedWithTheEmptyPassword() throws IOException {
        Verdict verdict = scan("a.pdf", encrypted(""));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(rules(verdict)).contains("pdf.js.open");
    }

    @Test
    void scanShouldSayEncryptedWhenThereIsAPassword() throws IOException {
        Verdict verdict = scan("a.pdf", encrypted("correct horse"));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class,
            it -> assertThat(it.obstacles()).anySatisfy(obstacle -> assertThat(obstacle.reason()).isEqualTo(Reason.ENCRYPTED)));
    }

    private static byte[] encrypted(String password) throws IOException {
        try (PDDocument document = new PDDocument(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            document.addPage(new PDPage());
            document.getDocumentCatalog().setOpenAction(new PDActionJavaScript("app.alert('x');"));
            StandardProtectionPolicy policy = new StandardProtectionPolicy("owner", password, new AccessPermission());
            policy.setEncryptionKeyLength(256);
            document.protect(policy);
            document.save(out);
            return out.toByteArray();
        }
    }

    @Test
    void scanShouldBearALinkOfEndlessLabels() {
        Verdict verdict = scan("a.pdf", pdf("", "<< /Type /Annot /A << /S /URI /URI (www" + ".com".repeat(100_000) + ") >> >>"));

        assertThat(verdict.findings()).isEmpty();
    }

    @Test
    void scanShouldHandOnTheFileInAnXmlDataPackage() {
        String packed = Base64.getEncoder().encodeToString(pdf("/OpenAction << /S /Launch /F (a.exe) >>").getBytes(StandardCharsets.ISO_8859_1));

        Verdict verdict = scan("a.xdp", "<?xml version=\"1.0\"?><xdp:xdp xmlns:xdp=\"http://ns.adobe.com/xdp/\"><pdf"
            + " xmlns=\"http://ns.adobe.com/xdp/pdf/\"><document><chunk>" + packed + "</chunk></document></pdf></xdp:xdp>");

        assertThat(rules(verdict)).contains("pdf.launch");
    }
}
