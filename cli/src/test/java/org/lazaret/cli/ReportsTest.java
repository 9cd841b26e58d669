package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.Verdict;

class ReportsTest {
    private final ResultJson json = new ResultJson(rule -> "Sentence of " + rule);

    @Test
    void textShouldBeATreeOfAttachmentsAndEntriesWithNothingUnescaped() {
        assertThat(text(VerdictFixture.rich(), true)).isEqualTo("""
            mail.eml: malicious, score 8.5, would be quarantined
            ├─ in\\u{202E}voice.zip  application/zip, 2.0 KiB, score 8.5
            │  ├─ 4.0  Sentence of archive.encrypted (archive.encrypted): AES-256
            │  ├─ unscannable, end to end encrypted: no key\\u{000D}\\u{000A}
            │  └─ b\\u{001B}[2J.exe
            │     └─ 8.5  Sentence of name.executable (name.executable): b\\u{001B}[2J.exe
            └─ (no name)  image/png (declared image/jpeg), 5 B, score 0.0
            """);
    }

    @Test
    void textShouldBeAsciiWhenTheTerminalKnowsNoMore() {
        assertThat(text(VerdictFixture.rich(), false)).matches("[ -~\\n]*").contains("|- in").contains("`- (no name)");
    }

    @Test
    void textShouldSayWhyAScanFailed() {
        assertThat(text(VerdictFixture.failed(), true)).isEqualTo("""
            mail.eml: failed, score 0.0, would be deferred
            └─ failed: engine down
            """);
    }

    @Test
    void documentShouldFollowTheSchemaForEveryOutcome() throws IOException {
        for (Verdict verdict : new Verdict[] {VerdictFixture.rich(), VerdictFixture.failed(), VerdictFixture.scanned(4),
            Verdict.Scanned.NO_ATTACHMENT}) {
            assertThat(new Schema().violationsOfDocument(json.document(VerdictFixture.result("a\u202Eb", verdict)))).isEmpty();
        }
    }

    @Test
    void schemaShouldRefuseWhatIsOff() throws IOException {
        String right = json.document(VerdictFixture.result("a", VerdictFixture.rich()));

        assertThat(new Schema().violationsOfDocument(right.replace("\"score\":8.5", "\"score\":10.1"))).hasSize(2);
        assertThat(new Schema().violationsOfDocument(right.replace("\"outcome\":\"unscannable\"", "\"outcome\":\"clean\""))).hasSize(1);
        assertThat(new Schema().violationsOfDocument(right.replace("\"millis\"", "\"time\""))).hasSize(2);
        assertThat(new Schema().violationsOfDocument(right.replace("end-to-end-encrypted", "tired"))).hasSize(1);
        assertThat(new Schema().violationsOfDocument(right.replace(VerdictFixture.SHA256, "abc"))).hasSize(2);
    }

    @Test
    void documentShouldBeOneLineOfPrintableAscii() throws IOException {
        assertThat(json.document(VerdictFixture.result("ä\u007F\u202E", VerdictFixture.rich()))).matches("[ -~]*");
    }

    @Test
    void rowShouldFollowTheSchemaAndHaveTheDocumentedFields() throws IOException {
        String row = json.row("clean/a.pdf", VerdictFixture.result("a", VerdictFixture.scanned(4.5)));

        assertThat(row).isEqualTo("{\"path\":\"clean/a.pdf\",\"outcome\":\"scanned\",\"score\":4.5,\"findings\":[],\"millis\":12}");
        assertThat(new Schema().violationsOfRow(row)).isEmpty();
        assertThat(new Schema().violationsOfRow(json.row("a", VerdictFixture.result("a", VerdictFixture.rich())))).isEmpty();
    }

    private static String text(Verdict verdict, boolean unicode) {
        StringWriter text = new StringWriter();
        new TextReport(new PrintWriter(text), new Display(unicode), rule -> "Sentence of " + rule).write(VerdictFixture.result("mail.eml", verdict));
        return text.toString();
    }
}
