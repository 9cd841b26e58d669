package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanCommandTest {
    private static final String TEST_STRING = String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    private static final String MAIL = """
        From: a@example.org\r
        To: b@example.org\r
        Subject: x\r
        MIME-Version: 1.0\r
        Content-Type: multipart/mixed; boundary=b\r
        \r
        --b\r
        \r
        Hello\r
        --b\r
        Content-Type: text/plain; name=test.txt\r
        Content-Disposition: attachment; filename=test.txt\r
        Content-Transfer-Encoding: base64\r
        \r
        %s\r
        --b--\r
        """;

    @TempDir
    private Path folder;
    private Path clean;
    private Path hostile;
    private Path mail;

    private record Run(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    @BeforeEach
    void writeSamples() throws IOException {
        clean = Files.writeString(folder.resolve("clean.txt"), "Nothing to see here.\n");
        hostile = Files.writeString(folder.resolve("hostile.txt"), TEST_STRING);
        mail = Files.writeString(folder.resolve("mail.eml"),
            MAIL.formatted(Base64.getMimeEncoder().encodeToString(TEST_STRING.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void scanShouldCallACleanFileClean() {
        Run run = run("", clean.toString());

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith(clean + ": clean, score 0.0, would be permitted\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void scanShouldNameWhatIsFoundInAMail() {
        Run run = run("", mail.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).startsWith(mail + ": malicious, score 10.0, would be quarantined\n").contains("test.txt  ", "(engine.eicar)");
    }

    @Test
    void scanShouldExitWithTheWorstOfAllInputs() {
        assertThat(run("", clean.toString(), hostile.toString(), clean.toString()).status()).isEqualTo(2);
        assertThat(run("", hostile.toString(), folder.resolve("missing").toString()).status()).isEqualTo(4);
    }

    @Test
    void scanShouldGoOnWhenAnInputCannotBeRead() {
        Run run = run("", folder.resolve("missing").toString(), hostile.toString());

        assertThat(run.lines().get(0)).endsWith("missing: failed, score 0.0, would be deferred");
        assertThat(run.out()).contains("no such file", hostile + ": malicious");
    }

    @Test
    void jsonShouldBeOneValidLineForEachInputInTheirOrder() throws IOException {
        List<String> files = new ArrayList<>(List.of("--json", "-j", "4"));
        for (int i = 0; i < 200; i++) {
            files.add(Files.writeString(folder.resolve(i + ".bin"), i % 10 == 3 ? TEST_STRING : "x".repeat(i)).toString());
        }

        Run run = run("", files.toArray(String[]::new));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.lines()).hasSize(200);
        Schema schema = new Schema();
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < 200; i++) {
            JsonNode document = mapper.readTree(run.lines().get(i));
            assertThat(schema.violationsOfDocument(run.lines().get(i))).isEmpty();
            assertThat(document.get("input").textValue()).isEqualTo(files.get(i + 3));
            assertThat(document.get("status").textValue()).isEqualTo(i % 10 == 3 ? "malicious" : "clean");
        }
    }

    @Test
    void scanShouldReadAMailFromStandardInput() {
        Run run = run(MAIL.formatted(Base64.getMimeEncoder().encodeToString(TEST_STRING.getBytes(StandardCharsets.US_ASCII))), "--json", "-");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).contains("\"input\":\"-\"", "\"form\":\"message\"");
    }

    @Test
    void scanShouldReadAFileFromStandardInputByTheNameGiven() {
        Run run = run("text", "--json", "--name", "note.txt", "--type", "text/plain", "-");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("\"form\":\"file\"", "\"name\":\"note.txt\"", "\"declaredType\":\"text/plain\"");
    }

    @Test
    void asShouldOverruleWhatTheInputLooksLike() {
        assertThat(run("", "--json", "--as", "file", mail.toString()).out()).contains("\"form\":\"file\"");
        assertThat(run("", "--json", "--as", "message", clean.toString()).out()).contains("\"form\":\"message\"");
    }

    @Test
    void recursiveShouldScanEveryFileBelowAFolder() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(deep.resolve("deep.txt"), TEST_STRING);
        Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("nowhere"));
        Files.createSymbolicLink(deep.resolve("loop"), folder);

        Run run = run("", "-r", folder.toString());

        assertThat(run.lines().stream().filter(line -> line.contains(", score ") && line.contains("would be")).map(line -> line.split(":")[0]))
            .containsExactly(deep.resolve("deep.txt").toString(), folder.resolve("broken").toString(), clean.toString(), hostile.toString(),
                mail.toString());
        assertThat(run.status()).isEqualTo(4);
    }

    @Test
    void thresholdShouldMoveWhatCountsAsMalicious() {
        assertThat(run("", "--threshold", "10", hostile.toString()).status()).isEqualTo(2);
        assertThat(run("", "--threshold", "0", clean.toString()).status()).isEqualTo(2);
    }

    @Test
    void limitsShouldMakeAnInputUnscannable() {
        Run run = run("", "--limit-bytes", "10", clean.toString());

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out()).contains("unscannable, over limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--nonsense x", "--threshold 11 x", "--threshold 3 --suspicious-from 5 x", "--limit-bytes 1T x",
        "--limit-time 0 x",
        "--jobs 0 x", "--as letter x", "--name a x y", "- -", "--corpus /nonexistent", "--corpus m.tsv x", "--blocked-extensions /nonexistent x",
        "/"})
    void scanShouldRefuseWhatItDoesNotUnderstand(String arguments) {
        Run run = run("", arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("scan: ").contains("scan --help");
    }

    @Test
    void helpShouldNameEveryExitStatus() {
        Run run = run("", "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("malicious", "unscannable", "64", "--corpus");
    }

    @Test
    void corpusShouldReportTargetsOverAManifestOfSamples() throws IOException {
        Path manifest = manifest("hostile.txt\t-\t68\teicar\teicar\tblock\tblock\tattachment\t\"a.txt\"\ttext/plain\n"
            + "mail.eml\t-\t1\teicar\teicar\tblock\tblock\teml\t\"mail.eml\"\t\n"
            + "clean.txt\t-\t1\tclean\tclean-text\tclean\tclean\tattachment\t\"a.txt\"\ttext/plain\n");

        Run run = run("", "--corpus", manifest.toString());

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("2 of 2 (100.00 %)", "0 of 1 (0.00 %)").doesNotContain("NOT MET", "Not as labelled");
    }

    @Test
    void corpusShouldExitWithOneWhenATargetIsMissed() throws IOException {
        Path manifest = manifest("clean.txt\t-\t1\tx\tx\tblock\tblock\tattachment\t\"a.txt\"\ttext/plain\n"
            + "gone.txt\t-\t1\tclean\tclean-text\tclean\tclean\tattachment\t\"a.txt\"\ttext/plain\n");

        Run run = run("", "--corpus", manifest.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("missed clean.txt  expected block..block, found clean 0.0", "alarm  gone.txt", "no such file", "NOT MET");
    }

    @Test
    void corpusShouldWriteALineOfJsonForEachRow() throws IOException {
        Path manifest = manifest("hostile.txt\t-\t68\teicar\teicar\tblock\tblock\tattachment\t\"a\\u202etxt.exe\"\ttext/plain\n"
            + "clean.txt\t-\t1\tclean\tclean-text\tclean\tclean\tattachment\t\"a.txt\"\ttext/plain\n");

        Run run = run("", "--corpus", manifest.toString(), "--json");

        assertThat(run.lines()).hasSize(2);
        for (String line : run.lines()) {
            assertThat(new Schema().violationsOfRow(line)).isEmpty();
        }
        assertThat(run.lines().get(0)).startsWith("{\"path\":\"hostile.txt\",\"outcome\":\"scanned\",\"score\":10.0").contains("\\u202E");
    }

    private Path manifest(String rows) throws IOException {
        return Files.writeString(folder.resolve("manifest.tsv"),
            "path\tsha256\tsize\tlabel\tkind\tmin_band\tmax_band\tform\tattach_name_json\tdeclared_type\n" + rows);
    }

    private static Run run(String in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = ScanCommand.run(new Streams(new ByteArrayInputStream(in.getBytes(StandardCharsets.ISO_8859_1)),
            new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), StandardCharsets.UTF_8, false),
            arguments);
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
