package org.lazaret.scan.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** Labelled files beside the project, where they exist: the kinds that names, types and archives answer for. */
class CorpusTest {
    private static final Path CORPUS = Path.of("../../shared/corpus");
    private static final Set<String> KINDS = Set.of("archive-bad-content", "archive-encrypted", "archive-malformed", "archive-nested",
        "archive-odd-format", "chm", "diskimage", "eicar", "exe-elf", "exe-installer", "exe-java", "exe-macho", "exe-mobile", "exe-pe",
        "filename-trick", "mismatch", "office-addin", "polyglot", "script", "shell-file", "shell-lnk", "clean-archive", "clean-generated",
        "clean-image", "clean-media", "clean-mismatch", "clean-name", "clean-other", "clean-text");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-f]{4})|(.))");

    private record Row(String path, String kind, String minBand, String name, String declaredType) {
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(CORPUS.resolve("manifest.tsv"))) {
            String[] fields = line.split("\t", -1);
            if (KINDS.contains(fields[4]) && fields[7].equals("attachment")) {
                rows.add(new Row(fields[0], fields[4], fields[3].equals("clean") ? "" : fields[5], unquote(fields[8]), fields[9]));
            }
        }
        return rows;
    }

    private static String unquote(String json) {
        return ESCAPE.matcher(json.substring(1, json.length() - 1)).replaceAll(match -> {
            String plain = match.group(1) != null ? Character.toString((char) Integer.parseInt(match.group(1), 16)) : switch (match.group(2)) {
                case "n" -> "\n";
                case "r" -> "\r";
                case "t" -> "\t";
                default -> match.group(2);
            };
            return Matcher.quoteReplacement(plain);
        });
    }

    @Test
    void scanShouldMeetTheBandsOfTheLabels() throws IOException {
        assumeTrue(Files.exists(CORPUS.resolve("manifest.tsv")), "no labelled files beside the project");
        Scanner scanner = new Scanner(ScanSettings.defaults());
        List<String> missed = new ArrayList<>();
        List<String> alarms = new ArrayList<>();
        int bad = 0;
        int clean = 0;

        for (Row row : rows()) {
            Verdict verdict;
            try (InputStream in = Files.newInputStream(CORPUS.resolve(row.path()))) {
                verdict = scanner.scanFile(row.name(), row.declaredType(), in);
            }
            boolean seen = verdict instanceof Verdict.NotScannable || verdict.score().atLeast(Score.of(row.minBand().equals("block") ? 7 : 4));
            assertThat(verdict).as(row.path()).isNotInstanceOf(Verdict.Failed.class);
            if (row.minBand().isEmpty()) {
                clean++;
                assertThat(verdict.score().atLeast(Score.of(7))).as(row.path()).isFalse();
                if (seen) {
                    alarms.add(row.path());
                }
            } else if (!row.minBand().equals("clean")) {
                bad++;
                if (!seen) {
                    missed.add(row.path());
                }
            }
        }

        assertThat(bad).isGreaterThan(100);
        assertThat(clean).isGreaterThan(50);
        assertThat(missed).as("missed of " + bad).hasSizeLessThanOrEqualTo(bad / 50);
        assertThat(alarms).as("false alarms of " + clean).hasSizeLessThanOrEqualTo(clean / 100);
    }
}
