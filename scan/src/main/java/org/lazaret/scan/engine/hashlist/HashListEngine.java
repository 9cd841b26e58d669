package org.lazaret.scan.engine.hashlist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Lookup;
import org.lazaret.scan.engine.Sample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files with SHA-256 of what is known to be harmful. Formats as in {@code docs/engines.md}.
 *
 * <p>The files are looked at every few seconds; when one changed, all are read into a new table that then replaces the old one at once. A
 * file that is missing, cannot be read or holds no list leaves the table of before in use, and is a {@link #defect()}. A file is read when it
 * no longer changes; whoever updates it should rename a whole one into its place.
 */
public final class HashListEngine implements Lookup {
    private static final Logger LOGGER = LoggerFactory.getLogger(HashListEngine.class);
    private static final Answer CLEAN = new Answer.Clean();
    private static final int MAX_NAMES = 100_000;
    private static final int LOOKS_PER_RETRY = 12;

    private record Stamp(FileTime changed, long size) {
    }

    /** @param answers by number */
    private record Table(Hashes hashes, List<Answer> answers, String version) {
    }

    private final String name;
    private final List<Path> files;
    private final Score weight;
    private final Path temporary;
    private final Thread watch;
    private Map<Path, Stamp> stamps = Map.of();
    private volatile @Nullable Table table;
    private volatile @Nullable String defect;

    private HashListEngine(String name, List<Path> files, Score weight, Path temporary, Duration interval) {
        this.name = name;
        this.files = List.copyOf(files);
        this.weight = weight;
        this.temporary = temporary;
        this.watch = Thread.ofVirtual().name("hash-list-" + name).unstarted(() -> watch(interval));
    }

    /**
     * Reads the lists and watches them from now on.
     *
     * @param files     files, and folders of which each file is a list, but for those whose names begin with a dot or end in {@code .tmp},
     *                  {@code .part} or {@code ~}
     * @param temporary folder for the table, 36 bytes for each hash, twice while it is made
     * @param required  whether lists that cannot be read are thrown; otherwise each question fails until they can
     * @param interval  between two looks at the files
     */
    public static HashListEngine open(String name, List<Path> files, Score weight, Path temporary, boolean required, Duration interval)
            throws IOException {
        HashListEngine engine = new HashListEngine(name, files, weight, temporary, interval);
        try {
            engine.load(engine.stamp());
        } catch (IOException e) {
            if (required) {
                throw new IOException(name + ": " + describe(e), e);
            }
            engine.failed(e);
        }
        engine.watch.start();
        return engine;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> version() {
        return Optional.ofNullable(table).map(Table::version);
    }

    @Override
    public Optional<String> defect() {
        return Optional.ofNullable(defect);
    }

    @Override
    public Answer look(String sha256) throws IOException {
        Table current = table;
        if (current == null) {
            throw new IOException("no list could be read: " + defect);
        }
        int number = current.hashes().find(HexFormat.of().parseHex(sha256));
        return number < 0 ? CLEAN : current.answers().get(number);
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException {
        return look(sample.content().sha256());
    }

    private void watch(Duration interval) {
        Map<Path, Stamp> tried = stamps;
        Map<Path, Stamp> last = stamps;
        int wait = 0;
        try {
            while (true) {
                Thread.sleep(interval);
                try {
                    Map<Path, Stamp> now = stamp();
                    boolean calm = now.equals(last);
                    last = now;
                    if (calm && (!now.equals(tried) || defect != null && --wait <= 0)) {
                        tried = now;
                        wait = LOOKS_PER_RETRY;
                        load(now);
                        LOGGER.info("{}: read again, {}", name, version().orElse(""));
                    }
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    failed(e);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void failed(Throwable e) {
        String message = describe(e);
        if (!message.equals(defect)) {
            LOGGER.error("{}: {}{}", name, message, table == null ? "" : "; the lists read before are used");
        }
        defect = message;
    }

    private static String describe(Throwable e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": there is no such file";
        }
        return String.valueOf(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    private Map<Path, Stamp> stamp() throws IOException {
        Map<Path, Stamp> found = new TreeMap<>();
        for (Path path : files) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> inside = Files.list(path)) {
                    for (Path file : inside.filter(HashListEngine::isList).toList()) {
                        found.put(file, stamp(file));
                    }
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            } else {
                found.put(path, stamp(path));
            }
        }
        return found;
    }

    private static boolean isList(Path file) {
        String own = file.getFileName().toString();
        return Files.isRegularFile(file) && !own.startsWith(".") && !own.endsWith("~") && !own.endsWith(".tmp") && !own.endsWith(".part");
    }

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size());
    }

    private void load(Map<Path, Stamp> from) throws IOException {
        // The name of the harm, a tab, the file it stands in.
        Map<String, Integer> names = new HashMap<>();
        Hashes hashes;
        try (Hashes.Builder builder = new Hashes.Builder(temporary)) {
            for (Path file : from.keySet()) {
                String own = String.valueOf(file.getFileName());
                ListReader.read(file, (hash, harm) -> {
                    // A list may name each of millions of hashes differently; the heap does not hold that.
                    String named = (names.size() < MAX_NAMES ? harm.replace('\t', ' ') : "") + "\t" + own;
                    builder.add(hash, names.computeIfAbsent(named, key -> names.size()));
                });
            }
            hashes = builder.build();
        }
        if (!stamp().equals(from)) {
            throw new IOException("The lists changed while they were read");
        }
        if (hashes.size() == 0) {
            LOGGER.warn("{}: the lists are empty", name);
        }
        Answer[] byNumber = new Answer[names.size()];
        names.forEach((named, number) -> byNumber[number] = harmful(named.split("\t", 2)));
        stamps = from;
        table = new Table(hashes, List.of(byNumber), hashes.size() + " hashes of " + newest(from));
        defect = null;
    }

    private Answer harmful(String[] named) {
        return new Answer.Harmful(List.of(new Answer.Hit(named[0].isEmpty() ? "listed" : named[0], weight, named[1])));
    }

    private static Instant newest(Map<Path, Stamp> from) {
        return from.values().stream().map(stamp -> stamp.changed().toInstant()).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
