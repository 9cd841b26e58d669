package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.cli.Manifest.Band;
import org.lazaret.scan.Verdict;

class CorpusReportTest {
    private static final String HEAD = "path\tsha256\tsize\tlabel\tkind\tmin_band\tmax_band\tform\tattach_name_json\tdeclared_type\n";

    private final CorpusReport report = new CorpusReport();

    @Test
    void printShouldCountAndNameWhatIsNotAsLabelled() {
        add("b1", Band.BLOCK, Band.BLOCK, VerdictFixture.scanned(7));
        add("b2", Band.BLOCK, Band.BLOCK, VerdictFixture.unscannable(0));
        add("b3", Band.BLOCK, Band.BLOCK, VerdictFixture.scanned(6.9));
        add("s1", Band.SUSPICIOUS, Band.BLOCK, VerdictFixture.scanned(3.9));
        add("s2", Band.SUSPICIOUS, Band.BLOCK, VerdictFixture.failed());
        add("c1", Band.CLEAN, Band.CLEAN, VerdictFixture.scanned(4));
        add("c2", Band.CLEAN, Band.CLEAN, VerdictFixture.unscannable(0));
        add("c3", Band.CLEAN, Band.CLEAN, VerdictFixture.scanned(3.9));
        add("g1", Band.CLEAN, Band.SUSPICIOUS, VerdictFixture.unscannable(6.9));
        add("g2", Band.CLEAN, Band.SUSPICIOUS, VerdictFixture.unscannable(7));
        add("g3", Band.CLEAN, Band.BLOCK, VerdictFixture.scanned(10));

        String text = print();

        assertThat(text.lines().filter(line -> line.startsWith("missed") || line.startsWith("alarm")).map(line -> line.split(" +")[1]))
            .containsExactly("b3", "s1", "s2", "c1", "c2", "g2");
        assertThat(columns(text, "total")).containsExactly("total", "11", "2", "3", "3", "4", "1");
        assertThat(columns(text, "block ")).containsExactly("block", "0", "1", "1", "1", "0");
        assertThat(columns(text, "clean ")).containsExactly("clean", "1", "1", "0", "1", "0");
        assertThat(text).contains("NOT MET  at least 98 % of block", ": 2 of 3", "NOT MET  at least 95 % of suspicious", ": 0 of 2",
            "NOT MET  no clean file", ": 1 of 5", "NOT MET  at most 1 % of clean", ": 2 of 3");
        assertThat(report.targetsMet()).isFalse();
    }

    @Test
    void targetsMetShouldHoldAtTheEdges() {
        for (int i = 0; i < 100; i++) {
            add("b", Band.BLOCK, Band.BLOCK, VerdictFixture.scanned(i < 98 ? 7 : 6.9));
            add("s", Band.SUSPICIOUS, Band.BLOCK, VerdictFixture.scanned(i < 95 ? 4 : 3.9));
            add("c", Band.CLEAN, Band.CLEAN, VerdictFixture.scanned(i < 99 ? 3.9 : 4));
        }
        assertThat(report.targetsMet()).isTrue();

        add("b", Band.BLOCK, Band.BLOCK, VerdictFixture.scanned(0));

        assertThat(report.targetsMet()).isFalse();
    }

    @Test
    void targetsMetShouldFailWhenOneCleanFileIsBlocked() {
        for (int i = 0; i < 1000; i++) {
            add("c", Band.CLEAN, Band.CLEAN, VerdictFixture.scanned(0));
        }
        add("c", Band.CLEAN, Band.SUSPICIOUS, VerdictFixture.scanned(7));

        assertThat(report.targetsMet()).isFalse();
    }

    @Test
    void readShouldDecodeNamesAndResolvePaths(@TempDir Path folder) throws IOException {
        Path manifest = folder.resolve("m.tsv");
        Files.writeString(manifest, HEAD
            + "clean/a\t-\t1\tclean\tclean-x\tclean\tsuspicious\tattachment\t\"a\\u202egpj.exe\"\tapplication/pdf\n"
            + "detect/b.eml\t-\t1\tx\tx\tblock\tblock\teml\t\"b.eml\"\t\n");

        List<Manifest.Row> rows = Manifest.read(manifest);

        assertThat(rows).containsExactly(
            new Manifest.Row("clean/a", "clean", "clean-x", Band.CLEAN, Band.SUSPICIOUS, new Input("clean/a", folder.resolve("clean/a"),
                "a\u202Egpj.exe", Optional.of("application/pdf"), Optional.of(Input.Form.FILE))),
            new Manifest.Row("detect/b.eml", "x", "x", Band.BLOCK, Band.BLOCK, new Input("detect/b.eml", folder.resolve("detect/b.eml"),
                "detect/b.eml", Optional.empty(), Optional.of(Input.Form.MESSAGE))));
    }

    @Test
    void readShouldNameTheLineThatIsWrong(@TempDir Path folder) throws IOException {
        Path manifest = folder.resolve("m.tsv");
        for (String wrong : List.of("a\t-\t1\tx\tx\tclean\tawful\teml\t\"b\"\t", "a\t-\t1\tx\tx\tclean\tclean\tletter\t\"b\"\t",
            "a\t-\t1\tx\tx\tclean\tclean\tattachment\tb\t", "a\t-\t1")) {
            Files.writeString(manifest, HEAD + wrong + "\n");

            assertThatThrownBy(() -> Manifest.read(manifest)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 2");
        }
    }

    private void add(String path, Band min, Band max, Verdict verdict) {
        Input input = new Input(path, Path.of(path), path, Optional.empty(), Optional.empty());
        report.add(new Manifest.Row(path, "label", "kind", min, max, input), VerdictFixture.result(path, verdict));
    }

    private static String[] columns(String text, String start) {
        return text.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow().trim().split(" +");
    }

    private String print() {
        StringWriter text = new StringWriter();
        report.print(new PrintWriter(text), new Display(true));
        return text.toString();
    }
}
