package org.lazaret.scan.engine.yara;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineError;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.WatchedFiles;
import org.lazaret.scan.inspect.Content;

/**
 * YARA rules, by the commands {@code yarac} and {@code yara} (4.2 and later): a process for each sample.
 *
 * <p><b>Rules.</b> All sources are compiled into one file, each in a namespace of its own, so that names may repeat and a {@code global} rule
 * rules its file alone. They are watched ({@link WatchedFiles}) and compiled anew when one changes; what does not compile, or does not
 * run on an empty sample, leaves the rules of before in use.
 *
 * <p><b>Answers.</b> {@code yara} says nothing of a sample that no rule matches, which is what a process says that did nothing at all. So a
 * rule of our own stands behind all others, matches everything, and has a name that a sample cannot know: only an output that ends with it
 * was read to its end. A metadata {@code score} from 0 to 100 weighs the hit, a {@code description} explains it.
 *
 * <p><b>Samples</b> are standard input, for which {@code yara} needs a file: one that has a name, with mode 0600, only until the process has started.
 * The command line never changes but for the seconds left.
 */
public final class YaraEngine implements Engine {
    private static final String INPUT = "/dev/stdin";
    private static final String OWN = "lazaret";
    private static final String SCORE = "score";
    private static final String DESCRIPTION = "description";
    private static final int MAX_DESCRIPTION = 300;
    private static final int MAX_HITS = 100;
    private static final int CHUNK = 1 << 16;
    private static final Duration COMPILE = Duration.ofMinutes(2);
    private static final Duration TRY = Duration.ofSeconds(30);

    /**
     * Rules in use.
     *
     * @param compiled file
     * @param sources  names of files, by the number in their namespace
     */
    private record Rules(Path compiled, List<String> sources, String version) {
    }

    private final String name;
    private final YaraOptions options;
    private final Path command;
    private final Path compiler;
    private final Path folder;
    private final Path empty;
    private final Path last;
    private final String lastRule;
    private final WatchedFiles files;
    private int generation;
    private volatile @Nullable Rules rules;

    private YaraEngine(String name, YaraOptions options, Path temporary, Duration interval) throws IOException {
        this.name = name;
        this.options = options;
        this.command = Command.find(options.command());
        this.compiler = Command.find(options.compiler());
        this.folder = Files.createTempDirectory(temporary, "lazaret-yara").toAbsolutePath();
        this.empty = Files.createFile(folder.resolve("empty"));
        this.last = folder.resolve("last.yar");
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        this.lastRule = "end_" + HexFormat.of().formatHex(random);
        Files.writeString(last, "rule " + lastRule + " { condition: true }\n");
        // The commands too: compiled rules are for one version.
        List<Path> watched = new ArrayList<>(options.rules());
        watched.add(command);
        watched.add(compiler);
        this.files = new WatchedFiles(name, watched, YaraEngine::isSource, this::compile, interval);
    }

    /**
     * Compiles the rules, tries them, and watches them from now on.
     *
     * @param temporary folder for compiled rules and samples
     * @param required  whether rules that cannot be used are thrown; otherwise each question fails until they can
     * @param interval  between two looks at the files
     * @throws IOException naming the engine; with file and line for rules that do not compile
     */
    public static YaraEngine open(String name, YaraOptions options, Path temporary, boolean required, Duration interval) throws IOException {
        YaraEngine engine;
        try {
            engine = new YaraEngine(name, options, temporary, interval);
        } catch (IOException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
        try {
            engine.files.start(required);
        } catch (IOException e) {
            engine.close();
            throw e;
        }
        return engine;
    }

    private static boolean isSource(Path file) {
        String own = file.getFileName().toString();
        return !own.startsWith(".") && (own.endsWith(".yar") || own.endsWith(".yara"));
    }

    @Override
    public String name() {
        return name;
    }

    /** Of the compiled rules, whatever they include. */
    @Override
    public Optional<String> version() {
        return Optional.ofNullable(rules).map(Rules::version);
    }

    @Override
    public Optional<String> defect() {
        return files.defect();
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException, InterruptedException {
        if (sample.content().size() > options.maxSize()) {
            return new Answer.Unable("larger than " + options.maxSize() + " bytes");
        }
        Rules current = rules;
        if (current == null) {
            throw new IOException("no rules could be loaded: " + files.defect().orElse(""));
        }
        try (Command running = start(current, sample.content(), deadline)) {
            return answer(running.await(deadline), current.sources());
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException(name);
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private Command start(Rules current, Content content, Deadline deadline) throws IOException {
        Path file = Files.createTempFile(folder, "sample", ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                byte[] chunk = new byte[CHUNK];
                long position = 0;
                while (position < content.size()) {
                    deadline.remaining();
                    int count = content.read(position, chunk, 0, CHUNK);
                    if (count <= 0) {
                        throw new IOException("The sample ended after " + position + " of " + content.size() + " bytes");
                    }
                    out.write(chunk, 0, count);
                    position += count;
                }
            }
            return Command.start(scan(current.compiled(), deadline), folder, file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Its own timeout is for when there is nobody left to kill it. */
    private List<String> scan(Path compiled, Deadline deadline) throws SocketTimeoutException {
        String seconds = String.valueOf(deadline.remaining().toSeconds() + 1);
        return List.of(command.toString(), "-C", "-e", "-m", "-a", seconds, compiled.toString(), INPUT);
    }

    private Answer answer(Command.Ended ended, List<String> sources) throws IOException {
        String errors = ended.errors().strip();
        if (ended.status() != 0) {
            if (errors.endsWith("scanning timed out")) {
                throw new SocketTimeoutException("yara says: " + errors);
            }
            if (ended.status() == 1 && errors.startsWith("error scanning " + INPUT)) {
                throw new EngineError("yara says: " + errors);
            }
            throw new IOException("yara ended with status " + ended.status() + ": " + errors);
        }
        if (!errors.lines().allMatch(line -> line.startsWith("warning: "))) {
            throw new IOException("yara says: " + errors);
        }
        List<Answer.Hit> hits = hits(ended.output(), sources);
        if (!hits.isEmpty()) {
            return new Answer.Harmful(hits);
        }
        // Too many matches of a string, after which yara no longer looks for it.
        return errors.isEmpty() ? new Answer.Clean() : new Answer.Unable(errors);
    }

    private List<Answer.Hit> hits(String output, List<String> sources) throws IOException {
        if (!output.endsWith("\n")) {
            throw new IOException("The answer ended after " + output.length() + " bytes");
        }
        List<Match> matches = new ArrayList<>();
        for (String line : output.substring(0, output.length() - 1).split("\n", -1)) {
            matches.add(Match.parse(line, INPUT));
        }
        Match end = matches.removeLast();
        if (!end.equals(new Match(OWN, lastRule, List.of()))) {
            throw new IOException("The answer ended after the rule " + end.rule());
        }
        List<Answer.Hit> hits = new ArrayList<>();
        for (Match match : matches) {
            hits.add(hit(match, sources));
        }
        return hits.stream().distinct().sorted(Comparator.comparing(Answer.Hit::weight).reversed()).limit(MAX_HITS).toList();
    }

    private Answer.Hit hit(Match match, List<String> sources) throws IOException {
        for (int i = 0; i < sources.size(); i++) {
            if (match.namespace().equals(namespace(i))) {
                return new Answer.Hit(match.rule(), weight(match), description(match).orElse(sources.get(i)));
            }
        }
        throw new IOException("A rule of no file: " + match.namespace() + ":" + match.rule());
    }

    private Score weight(Match match) {
        return match.meta().stream()
            .filter(meta -> meta.name().equalsIgnoreCase(SCORE) && meta.value().matches("\\d{1,3}"))
            .map(meta -> Integer.parseInt(meta.value()))
            .filter(score -> score <= Score.WORST.tenths())
            .map(Score::new)
            .max(Comparator.naturalOrder())
            .orElse(options.weight());
    }

    private static Optional<String> description(Match match) {
        return match.meta().stream()
            .filter(meta -> meta.name().equalsIgnoreCase(DESCRIPTION) && !meta.value().isBlank())
            .map(meta -> cut(meta.value()))
            .findFirst();
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) > MAX_DESCRIPTION ? text.substring(0, text.offsetByCodePoints(0, MAX_DESCRIPTION)) + "…" : text;
    }

    private static String namespace(int number) {
        return "f" + number;
    }

    private Runnable compile(WatchedFiles.Snapshot snapshot) throws IOException {
        List<Path> sources = snapshot.files().stream().filter(file -> !file.equals(command) && !file.equals(compiler)).toList();
        if (sources.isEmpty()) {
            throw new IOException("no file ends in .yar or .yara in " + options.rules());
        }
        Path next = folder.resolve("next.yarc");
        List<String> line = new ArrayList<>(List.of(compiler.toString(), "-w"));
        for (int i = 0; i < sources.size(); i++) {
            line.add(namespace(i) + ":" + sources.get(i).toAbsolutePath());
        }
        line.add(OWN + ":" + last);
        line.add(next.toString());
        List<String> names = sources.stream().map(source -> String.valueOf(source.getFileName())).toList();
        Files.deleteIfExists(next);
        run(line, Deadline.in(COMPILE), ended -> {
            if (ended.status() != 0 || !ended.errors().isBlank()) {
                throw new IOException(compiler + " ended with status " + ended.status() + ": " + ended.errors().strip());
            }
        });
        Deadline deadline = Deadline.in(TRY);
        run(scan(next, deadline), deadline, ended -> answer(ended, names));
        String version = "rules " + sha256(next).substring(0, 16) + " of " + snapshot.newest();
        return () -> use(next, names, version);
    }

    private void use(Path next, List<String> names, String version) {
        try {
            Path compiled = Files.move(next, compiled(++generation), StandardCopyOption.ATOMIC_MOVE);
            rules = new Rules(compiled, names, version);
            // Whoever began with the rules of before may just be about to open them.
            Files.deleteIfExists(compiled(generation - 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path compiled(int number) {
        return folder.resolve("rules" + number + ".yarc");
    }

    private interface Judge {
        void judge(Command.Ended ended) throws IOException;
    }

    private void run(List<String> line, Deadline deadline, Judge judge) throws IOException {
        try (Command running = Command.start(line, folder, empty)) {
            judge.judge(running.await(deadline));
        } catch (SocketTimeoutException e) {
            throw new IOException(line.getFirst() + " did not end in time, with no sample to look at", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException(line.getFirst()).initCause(e);
        }
    }

    private static String sha256(Path file) throws IOException {
        return DigestUtils.sha256Hex(Files.readAllBytes(file));
    }

    @Override
    public void close() {
        files.close();
        try (Stream<Path> left = Files.list(folder)) {
            for (Path file : left.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // A question that is still open wants the folder; the system clears it away one day.
        }
    }
}
