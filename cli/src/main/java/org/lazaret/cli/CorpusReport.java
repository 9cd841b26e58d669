package org.lazaret.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lazaret.cli.Manifest.Band;
import org.lazaret.cli.Manifest.Row;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * How well labelled files were told apart.
 *
 * <p>A row passes when its band lies between the bands expected. Unscannable passes wherever more than clean is allowed, and fails for a
 * file that must be clean; a score in the block band counts as that band, unscannable or not; a failed scan passes nowhere. The bands are
 * fixed, whatever thresholds an operator sets.
 */
final class CorpusReport {
    private static final Score SUSPICIOUS_FROM = Score.of(4);
    private static final Score BLOCK_FROM = Score.of(7);

    private final List<Judged> judged = new ArrayList<>();

    /** Where a result falls. */
    enum Outcome {
        CLEAN, SUSPICIOUS, BLOCK, UNSCANNABLE, FAILED;

        static Outcome of(Verdict verdict) {
            if (verdict instanceof Verdict.Failed) {
                return FAILED;
            }
            if (verdict.score().atLeast(BLOCK_FROM)) {
                return BLOCK;
            }
            if (verdict instanceof Verdict.NotScannable) {
                return UNSCANNABLE;
            }
            return verdict.score().atLeast(SUSPICIOUS_FROM) ? SUSPICIOUS : CLEAN;
        }
    }

    /** What a row was labelled to come out as. */
    private enum Expected { BLOCK, SUSPICIOUS, CLEAN, GREY }

    private record Judged(Row row, Verdict verdict, Outcome outcome) {
        Expected expected() {
            return switch (row.min()) {
                case BLOCK -> Expected.BLOCK;
                case SUSPICIOUS -> Expected.SUSPICIOUS;
                case CLEAN -> row.max() == Band.CLEAN ? Expected.CLEAN : Expected.GREY;
            };
        }

        boolean passes() {
            return !missed() && !falseAlarm();
        }

        boolean missed() {
            return switch (outcome) {
                case FAILED -> row.min() != Band.CLEAN;
                case UNSCANNABLE -> false;
                case CLEAN -> row.min() != Band.CLEAN;
                case SUSPICIOUS -> row.min() == Band.BLOCK;
                case BLOCK -> false;
            };
        }

        boolean falseAlarm() {
            return switch (outcome) {
                case FAILED -> row.min() == Band.CLEAN;
                case UNSCANNABLE, SUSPICIOUS -> row.max() == Band.CLEAN;
                case CLEAN -> false;
                case BLOCK -> row.max() != Band.BLOCK;
            };
        }
    }

    /** One of the aims that a classifier is held to. */
    private record Target(String what, long count, long of, boolean met) {
    }

    void add(Row row, Result result) {
        judged.add(new Judged(row, result.verdict(), Outcome.of(result.verdict())));
    }

    boolean targetsMet() {
        return targets().stream().allMatch(Target::met);
    }

    void print(PrintWriter out, Display display) {
        printMisses(out, display);
        printKinds(out, display);
        out.println();
        printConfusion(out);
        out.println();
        printTargets(out);
        out.flush();
    }

    private void printKinds(PrintWriter out, Display display) {
        Map<String, List<Judged>> kinds = judged.stream()
            .collect(Collectors.groupingBy(row -> row.row().kind(), TreeMap::new, Collectors.toList()));
        int width = Math.max(20, kinds.keySet().stream().mapToInt(String::length).max().orElse(0));
        String head = "%-" + width + "s %7s %9s %7s %13s %12s %7s%n";
        out.printf(Locale.ROOT, head, "kind", "files", "detected", "missed", "false alarms", "unscannable", "failed");
        kinds.forEach((kind, rows) -> printKind(out, head, display.escape(kind), rows));
        printKind(out, head, "total", judged);
    }

    private static void printKind(PrintWriter out, String format, String kind, List<Judged> rows) {
        out.printf(Locale.ROOT, format, kind, rows.size(),
            count(rows, row -> row.row().min() != Band.CLEAN && !row.missed()),
            count(rows, Judged::missed), count(rows, Judged::falseAlarm),
            count(rows, row -> row.verdict() instanceof Verdict.NotScannable),
            count(rows, row -> row.outcome() == Outcome.FAILED));
    }

    private void printConfusion(PrintWriter out) {
        out.printf(Locale.ROOT, "%-20s %9s %12s %9s %12s %8s%n", "expected \\ found", "clean", "suspicious", "block", "unscannable", "failed");
        for (Expected expected : Expected.values()) {
            Map<Outcome, Long> row = new EnumMap<>(Outcome.class);
            judged.stream().filter(one -> one.expected() == expected).forEach(one -> row.merge(one.outcome(), 1L, Long::sum));
            out.printf(Locale.ROOT, "%-20s %9d %12d %9d %12d %8d%n", switch (expected) {
                case BLOCK -> "block";
                case SUSPICIOUS -> "suspicious";
                case CLEAN -> "clean";
                case GREY -> "clean or more";
            }, row.getOrDefault(Outcome.CLEAN, 0L), row.getOrDefault(Outcome.SUSPICIOUS, 0L), row.getOrDefault(Outcome.BLOCK, 0L),
                row.getOrDefault(Outcome.UNSCANNABLE, 0L), row.getOrDefault(Outcome.FAILED, 0L));
        }
    }

    private void printMisses(PrintWriter out, Display display) {
        List<Judged> wrong = judged.stream().filter(row -> !row.passes()).toList();
        if (wrong.isEmpty()) {
            return;
        }
        out.println("Not as labelled:");
        for (Judged row : wrong) {
            out.printf(Locale.ROOT, "%s %s  expected %s..%s, found %s %s%s%n", row.missed() ? "missed" : "alarm ", display.escape(row.row().path()),
                row.row().min().keyword(), row.row().max().keyword(), row.outcome().name().toLowerCase(Locale.ROOT), row.verdict().score(),
                display.escape(reasons(row.verdict())));
        }
        out.println();
    }

    private static String reasons(Verdict verdict) {
        String findings = verdict.findings().stream().map(CorpusReport::brief).distinct().limit(8).collect(Collectors.joining(", "));
        String obstacles = switch (verdict) {
            case Verdict.Scanned scanned -> "";
            case Verdict.NotScannable unscannable -> unscannable.obstacles().stream()
                .map(obstacle -> obstacle.reason().name().toLowerCase(Locale.ROOT) + ": " + obstacle.detail())
                .distinct().limit(4).collect(Collectors.joining(", "));
            case Verdict.Failed failed -> failed.cause();
        };
        return (findings.isEmpty() ? "" : " [" + findings + "]") + (obstacles.isEmpty() ? "" : " {" + obstacles + "}");
    }

    private static String brief(Finding finding) {
        return finding.rule() + " " + finding.weight();
    }

    private void printTargets(PrintWriter out) {
        for (Target target : targets()) {
            out.printf(Locale.ROOT, "%-8s %s: %d of %d%s%n", target.met() ? "met" : "NOT MET", target.what(), target.count(), target.of(),
                target.of() == 0 ? "" : String.format(Locale.ROOT, " (%.2f %%)", 100.0 * target.count() / target.of()));
        }
    }

    private List<Target> targets() {
        List<Judged> block = judged.stream().filter(row -> row.expected() == Expected.BLOCK).toList();
        List<Judged> suspicious = judged.stream().filter(row -> row.expected() == Expected.SUSPICIOUS).toList();
        List<Judged> clean = judged.stream().filter(row -> row.row().max() == Band.CLEAN).toList();
        List<Judged> neverBlocked = judged.stream().filter(row -> row.row().max() != Band.BLOCK).toList();
        long blocked = count(block, row -> !row.missed());
        long suspected = count(suspicious, row -> !row.missed());
        long held = count(neverBlocked, row -> row.outcome() == Outcome.BLOCK);
        long alarms = count(clean, Judged::falseAlarm);
        return List.of(
            new Target("at least 98 % of block at 7 or more, or unscannable", blocked, block.size(), blocked * 100 >= block.size() * 98L),
            new Target("at least 95 % of suspicious at 4 or more, or unscannable", suspected, suspicious.size(),
                suspected * 100 >= suspicious.size() * 95L),
            new Target("no clean file, nor one that may only be warned about, at 7 or more", held, neverBlocked.size(), held == 0),
            new Target("at most 1 % of clean at 4 or more, unscannable or failed", alarms, clean.size(), alarms * 100 <= clean.size()));
    }

    private static long count(List<Judged> rows, Predicate<Judged> condition) {
        return rows.stream().filter(condition).count();
    }
}
