package org.lazaret.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Limits;
import org.lazaret.scan.Rules;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code scan}. */
@Command(name = "scan", mixinStandardHelpOptions = true, version = "scan (Lazaret) 0.1.0", sortOptions = false, usageHelpAutoWidth = true,
    description = "Classifies mails and files as Lazaret would classify attachments on their way through a mail server.",
    exitCodeListHeading = "%nExit status, the worst of all inputs (clean, suspicious, unscannable, malicious, failed):%n",
    exitCodeList = {"0:clean", "1:suspicious", "2:malicious", "3:unscannable", "4:failed, or an input could not be read",
        "64:wrong options or arguments; nothing was scanned"})
public final class ScanCommand implements Callable<Integer> {
    private static final int TARGETS_MISSED = 1;

    private final Streams streams;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Message (.eml, or by its content) or any other file; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = {"-r", "--recursive"}, description = "Scan the files in folders, and in the folders within.")
    private boolean recursive;

    @Option(names = "--json", description = "One line of JSON for each input.")
    private boolean json;

    @Option(names = "--corpus", paramLabel = "MANIFEST", description = "Scan the labelled files of a manifest and report how well they "
        + "are told apart; 0 when all targets are met, 1 when not.")
    private @Nullable Path corpus;

    @Option(names = "--name", paramLabel = "NAME", description = "Judge the one input by this name.")
    private @Nullable String name;

    @Option(names = "--type", paramLabel = "TYPE", description = "Scan the inputs as attachments declared to be of this media type.")
    private @Nullable String type;

    @Option(names = "--as", paramLabel = "FORM", description = "Read the inputs as message or as file, whatever they look like.",
        converter = FormConverter.class)
    private Input.@Nullable Form form;

    @Option(names = "--threshold", paramLabel = "SCORE", description = "Score from which an input is malicious (7).",
        converter = ScoreConverter.class)
    private @Nullable Score threshold;

    @Option(names = "--suspicious-from", paramLabel = "SCORE", description = "Score from which an input is suspicious (4).",
        converter = ScoreConverter.class)
    private @Nullable Score suspiciousFrom;

    @Option(names = "--limit-time", paramLabel = "SECONDS", description = "Limit of each input: time (30).")
    private @Nullable Integer limitTime;

    @Option(names = "--limit-bytes", paramLabel = "SIZE", description = "Limit of each input: bytes decoded and unpacked, with k, M or G (512M).",
        converter = SizeConverter.class)
    private @Nullable Long limitBytes;

    @Option(names = "--limit-entries", paramLabel = "N", description = "Limit of each input: parts and entries (10000).")
    private @Nullable Integer limitEntries;

    @Option(names = "--limit-depth", paramLabel = "N", description = "Limit of each input: nesting (16).")
    private @Nullable Integer limitDepth;

    @Option(names = "--limit-ratio", paramLabel = "N", description = "Limit of each input: unpacked to packed bytes of a container (200).")
    private @Nullable Integer limitRatio;

    @Option(names = "--blocked-extensions", paramLabel = "LIST",
        description = "File with one blocked extension a line, in place of the built-in list.")
    private @Nullable Path blockedExtensions;

    @Option(names = {"-j", "--jobs"}, paramLabel = "N", description = "Inputs scanned at once (number of processors).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    private ScanCommand(Streams streams) {
        this.streams = streams;
    }

    public static void main(String[] args) {
        System.exit(run(Streams.ofProcess(), args));
    }

    static int run(Streams streams, String... args) {
        CommandLine command = new CommandLine(new ScanCommand(streams));
        command.setOut(streams.writer());
        command.setErr(new PrintWriter(streams.err(), true));
        command.setParameterExceptionHandler((exception, given) -> {
            streams.err().println("scan: " + streams.display().escape(String.valueOf(exception.getMessage())));
            streams.err().println("Try 'scan --help'.");
            return ExitStatus.USAGE;
        });
        command.setExecutionExceptionHandler((exception, executed, parsed) -> {
            streams.err().println("scan: " + streams.display().escape(exception.toString()));
            return ExitStatus.FAILED.code();
        });
        int status = command.execute(args);
        streams.out().flush();
        return status;
    }

    @Override
    public Integer call() throws IOException {
        PolicySettings policy = policy();
        Judge judge = new Judge(new Scanner(settings()), policy);
        if (jobs < 1) {
            throw usage("--jobs is at least 1");
        }
        if (corpus != null) {
            if (!files.isEmpty()) {
                throw usage("--corpus takes no further files");
            }
            return scanCorpus(judge, corpus);
        }
        if (files.isEmpty()) {
            throw usage("No file is named");
        }
        return scanFiles(judge);
    }

    private int scanFiles(Judge judge) throws IOException {
        try (Spool spool = new Spool()) {
            List<Input> inputs = inputs(spool);
            PrintWriter out = streams.writer();
            TextReport text = new TextReport(out, streams.display(), sentences());
            ResultJson lines = new ResultJson(sentences());
            Worst worst = new Worst();
            try (Progress progress = new Progress(streams.err(), streams.progressVisible(), inputs.size())) {
                InOrder.run(inputs.iterator(), jobs, judge::judge, result -> {
                    progress.clear();
                    if (json) {
                        out.println(line(() -> lines.document(result)));
                        out.flush();
                    } else {
                        text.write(result);
                    }
                    worst.add(result.status());
                    progress.step();
                });
            }
            return worst.status.code();
        }
    }

    private int scanCorpus(Judge judge, Path manifest) throws IOException {
        List<Manifest.Row> rows;
        try {
            rows = Manifest.read(manifest);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw usage("The manifest cannot be read: " + e);
        }
        PrintWriter out = streams.writer();
        ResultJson lines = new ResultJson(sentences());
        CorpusReport report = new CorpusReport();
        try (Progress progress = new Progress(streams.err(), streams.progressVisible(), rows.size())) {
            InOrder.run(rows.iterator(), jobs, row -> new JudgedRow(row, judge.judge(row.input())), judged -> {
                if (json) {
                    progress.clear();
                    out.println(line(() -> lines.row(judged.row().path(), judged.result())));
                }
                report.add(judged.row(), judged.result());
                progress.step();
            });
        }
        if (!json) {
            report.print(out, streams.display());
        }
        out.flush();
        return report.targetsMet() ? 0 : TARGETS_MISSED;
    }

    private record JudgedRow(Manifest.Row row, Result result) {
    }

    private static final class Worst {
        private ExitStatus status = ExitStatus.CLEAN;

        void add(ExitStatus other) {
            status = status.worst(other);
        }
    }

    private List<Input> inputs(Spool spool) throws IOException {
        if (name != null && (files.size() != 1 || Files.isDirectory(Path.of(files.get(0))))) {
            throw usage("--name is for a single input");
        }
        if (files.stream().filter("-"::equals).count() > 1) {
            throw usage("Standard input can be read only once");
        }
        List<Input> inputs = new ArrayList<>();
        for (String file : files) {
            if (file.equals("-")) {
                inputs.add(input("-", spool.keep(streams.in()), name == null ? "" : name));
            } else if (Files.isDirectory(Path.of(file))) {
                if (!recursive) {
                    throw usage(file + " is a folder: -r scans what is in it");
                }
                inputs.addAll(below(Path.of(file)));
            } else {
                Path path = Path.of(file);
                inputs.add(input(file, readAgain(path, spool), name == null ? fileName(path) : name));
            }
        }
        return inputs;
    }

    private static Path readAgain(Path path, Spool spool) throws IOException {
        if (!Files.exists(path) || Files.isRegularFile(path)) {
            return path;
        }
        try (InputStream pipe = Files.newInputStream(path)) {
            return spool.keep(pipe);
        }
    }

    /** Every file below a folder in the order of names; what cannot be listed stays in the list, and fails when it is read. */
    private List<Input> below(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean linkedFolder = attributes.isSymbolicLink() && Files.isDirectory(file);
                boolean endless = attributes.isOther() || attributes.isSymbolicLink() && Files.exists(file) && !Files.isRegularFile(file);
                if (!linkedFolder && !endless) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream().sorted().map(path -> input(path.toString(), path, fileName(path))).toList();
    }

    private Input input(String label, Path file, String shownName) {
        return new Input(label, file, shownName, Optional.ofNullable(type), Optional.ofNullable(form));
    }

    private static String fileName(Path path) {
        Path last = path.getFileName();
        return last == null ? "" : last.toString();
    }

    private PolicySettings policy() {
        PolicySettings base = PolicySettings.DEFAULT;
        Score malicious = threshold == null ? base.maliciousFrom() : threshold;
        Score suspicious = suspiciousFrom == null
            ? (malicious.atLeast(base.suspiciousFrom()) ? base.suspiciousFrom() : malicious)
            : suspiciousFrom;
        try {
            return base.withThresholds(malicious, suspicious);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private ScanSettings settings() {
        ScanSettings base = ScanSettings.defaults();
        Limits limits = base.limits();
        try {
            limits = new Limits(limitTime == null ? limits.time() : Duration.ofSeconds(limitTime),
                limitBytes == null ? limits.decodedBytes() : limitBytes,
                limitEntries == null ? limits.entries() : limitEntries,
                limitDepth == null ? limits.depth() : limitDepth,
                limitRatio == null ? limits.ratio() : limitRatio,
                limits.memory());
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        if (blockedExtensions != null && !Files.isReadable(blockedExtensions)) {
            throw usage("The list of blocked extensions cannot be read: " + blockedExtensions);
        }
        return new ScanSettings(limits, Optional.ofNullable(blockedExtensions), base.temporary());
    }

    private static UnaryOperator<String> sentences() {
        Rules rules = Rules.load();
        return id -> rules.rule(id).sentence();
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private static String line(Line line) {
        try {
            return line.text();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
    }

    @FunctionalInterface
    private interface Line {
        String text() throws IOException;
    }

    static final class ScoreConverter implements ITypeConverter<Score> {
        @Override
        public Score convert(String value) {
            try {
                return Score.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class SizeConverter implements ITypeConverter<Long> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kKmMgG]?)");

        @Override
        public Long convert(String value) {
            Matcher matcher = SIZE.matcher(value);
            if (!matcher.matches()) {
                throw new TypeConversionException("A size is a number of bytes, or of k, M or G, not '" + value + "'");
            }
            int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "k" -> 10;
                case "m" -> 20;
                case "g" -> 30;
                default -> 0;
            };
            return Long.parseLong(matcher.group(1)) << shift;
        }
    }

    static final class FormConverter implements ITypeConverter<Input.Form> {
        @Override
        public Input.Form convert(String value) {
            return switch (value) {
                case "message" -> Input.Form.MESSAGE;
                case "file" -> Input.Form.FILE;
                default -> throw new TypeConversionException("'message' or 'file', not '" + value + "'");
            };
        }
    }
}
