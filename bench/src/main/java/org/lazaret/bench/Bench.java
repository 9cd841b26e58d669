package org.lazaret.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks and prints one table with ratios and targets. Arguments: the samples to measure; all when there are none.
 * {@code hash-list}: look-ups in a list of hashes instead.
 */
public final class Bench {
    private static final Map<Sample, Double> MOST_OF_FLOOR = Map.of(Sample.BYTES_20M, 2.0, Sample.PDF_20M, 4.0, Sample.DOCX_20M, 4.0);
    private static final double MOST_MICROS_PLAIN = 50;

    private Bench() {
    }

    private record Figure(double micros, double wallMicros, double bytesAllocated) {
    }

    public static void main(String[] args) throws RunnerException {
        if (args.length > 0 && args[0].equals("hash-list")) {
            new Runner(new OptionsBuilder().include(HashListBenchmark.class.getName()).shouldFailOnError(true).build()).run();
            return;
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
            .include(ScanBenchmark.class.getName())
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .verbosity(args.length > 0 && args[0].equals("-v") ? VerboseMode.NORMAL : VerboseMode.SILENT);
        String[] samples = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).toArray(String[]::new);
        if (samples.length > 0) {
            options.param("sample", samples);
        }
        print(System.out, new Runner(options.build()).run());
    }

    private static void print(PrintStream out, Collection<RunResult> results) {
        Map<Sample, Figure> scans = new EnumMap<>(Sample.class);
        Map<Sample, Figure> floors = new EnumMap<>(Sample.class);
        for (RunResult result : results) {
            Sample sample = Sample.valueOf(result.getParams().getParam("sample"));
            Map<String, Result> counted = result.getSecondaryResults();
            Figure figure = new Figure(score(counted, "nanos") / score(counted, "calls") / 1000,
                result.getPrimaryResult().getScore(), score(counted, "gc.alloc.rate.norm"));
            (result.getParams().getBenchmark().endsWith(".floor") ? floors : scans).put(sample, figure);
        }
        out.printf(Locale.ROOT, "%-12s %12s %10s %12s %8s %14s  %s%n", "mail", "CPU µs", "wall µs", "floor µs", "ratio", "allocated KiB", "target");
        scans.forEach((sample, scan) -> {
            Figure floor = floors.get(sample);
            boolean plain = sample == Sample.PLAIN_10K;
            double ratio = floor == null || plain ? Double.NaN : scan.micros() / floor.micros();
            out.printf(Locale.ROOT, "%-12s %12.1f %10.1f %12s %8s %14.0f  %s%n", sample.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                scan.micros(), scan.wallMicros(), plain || floor == null ? "" : String.format(Locale.ROOT, "%.1f", floor.micros()),
                Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio), scan.bytesAllocated() / 1024,
                target(sample, scan, ratio));
        });
        Figure small = scans.get(Sample.BYTES_1M);
        Figure large = scans.get(Sample.BYTES_20M);
        if (small != null && large != null) {
            double more = (large.bytesAllocated() - small.bytesAllocated()) / (1024 * 1024);
            out.printf(Locale.ROOT, "%nallocation for 20 MB over that for 1 MB: %.2f MiB, %s (at most the 1 MiB that an item may take on the heap)%n",
                more, more <= 1 ? "met" : "NOT MET");
        }
    }

    private static double score(Map<String, Result> results, String name) {
        Result<?> result = results.get(name);
        if (result == null) {
            throw new IllegalStateException("No " + name + " was measured");
        }
        return result.getScore();
    }

    private static String target(Sample sample, Figure scan, double ratio) {
        if (sample == Sample.PLAIN_10K) {
            return "at most 50 µs: " + (scan.micros() <= MOST_MICROS_PLAIN ? "met" : "NOT MET");
        }
        Double most = MOST_OF_FLOOR.get(sample);
        return most == null ? "" : String.format(Locale.ROOT, "at most %.0f × the floor: %s", most, ratio <= most ? "met" : "NOT MET");
    }
}
