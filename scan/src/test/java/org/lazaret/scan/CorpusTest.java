package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Holds the walk over messages to the labelled mails beside the project, where they are; {@code AmbiguousMailTest} holds it to generated
 * ones everywhere.
 */
class CorpusTest {
    private static final Path CORPUS = Path.of("../../shared/corpus");
    private static final Score SUSPICIOUS = Score.of(4);
    private static final Score BLOCK = Score.of(7);

    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    private record Row(Path file, String kind, String least, String most) {
    }

    @Test
    void scanMessageShouldSeeThroughNearlyAllMailsMadeToMislead() throws IOException {
        List<Row> rows = rows("mime-");
        List<Row> missed = new ArrayList<>();
        for (Row row : rows) {
            Verdict verdict = scan(row);
            Score least = row.least().equals("block") ? BLOCK : row.least().equals("suspicious") ? SUSPICIOUS : Score.NONE;
            if (verdict instanceof Verdict.Failed || verdict instanceof Verdict.Scanned && !verdict.score().atLeast(least)) {
                missed.add(row);
            }
        }

        assertThat(missed).as("missed of %d", rows.size()).hasSizeLessThanOrEqualTo(rows.size() / 50);
    }

    @Test
    void scanMessageShouldPassNearlyAllRealMails() throws IOException {
        List<Row> rows = rows("clean-mail");
        List<String> alarms = new ArrayList<>();
        for (Row row : rows) {
            Verdict verdict = scan(row);
            assertThat(verdict.score()).as("%s %s", row, verdict.findings()).isLessThan(BLOCK);
            if (row.most().equals("clean") && (!(verdict instanceof Verdict.Scanned) || verdict.score().atLeast(SUSPICIOUS))) {
                alarms.add(row + " " + verdict);
            }
        }

        assertThat(alarms).as("alarms of %d", rows.size()).hasSizeLessThanOrEqualTo(rows.size() / 100);
    }

    private Verdict scan(Row row) {
        return scanner.scanMessage(out -> Files.copy(row.file(), out));
    }

    private static List<Row> rows(String kinds) throws IOException {
        Path manifest = CORPUS.resolve("manifest.tsv");
        assumeThat(manifest).as("labelled mails beside the project").exists();
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(manifest, StandardCharsets.UTF_8)) {
            String[] columns = line.split("\t", -1);
            if (columns.length > 7 && columns[4].startsWith(kinds) && columns[7].equals("eml")) {
                rows.add(new Row(CORPUS.resolve(columns[0]), columns[4], columns[5], columns[6]));
            }
        }
        return rows;
    }
}
