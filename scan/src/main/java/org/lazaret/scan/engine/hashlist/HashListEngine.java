package org.lazaret.scan.engine.hashlist;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Lookup;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.WatchedFiles;
import org.lazaret.scan.log.Log;

/**
 * Files with SHA-256 of what is known to be harmful. Formats as in {@code docs/engines.md}.
 *
 * <p>They are watched ({@link WatchedFiles}); all are read into a new table that then replaces the old one at once. A file that is missing, cannot
 * be read or holds no list leaves the table of before in use, and is a {@link #defect()}. Whoever updates a file should rename a whole one into
 * its place.
 */
public final class HashListEngine implements Lookup {
    private static final Log LOGGER = Log.of(HashListEngine.class);
    private static final Answer CLEAN = new Answer.Clean();
    private static final int MAX_NAMES = 100_000;

    /** @param answers by number */
    private record Table(Hashes hashes, List<Answer> answers, String version) {
    }

    private final String name;
    private final WatchedFiles files;
    private final Score weight;
    private final Path temporary;
    private volatile @Nullable Table table;

    private HashListEngine(String name, List<Path> files, Score weight, Path temporary, Duration interval) {
        this.name = name;
        this.weight = weight;
        this.temporary = temporary;
        this.files = new WatchedFiles(name, files, HashListEngine::isList, this::read, interval);
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
        engine.files.start(required);
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
        return files.defect();
    }

    @Override
    public Answer look(String sha256) throws IOException {
        Table current = table;
        if (current == null) {
            throw new IOException("no list could be read: " + files.defect().orElse(""));
        }
        int number = current.hashes().find(HexFormat.of().parseHex(sha256));
        return number < 0 ? CLEAN : current.answers().get(number);
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException {
        return look(sample.content().sha256());
    }

    private static boolean isList(Path file) {
        String own = file.getFileName().toString();
        return !own.startsWith(".") && !own.endsWith("~") && !own.endsWith(".tmp") && !own.endsWith(".part");
    }

    private Runnable read(WatchedFiles.Snapshot snapshot) throws IOException {
        // The name of the harm, a tab, the file it stands in.
        Map<String, Integer> names = new HashMap<>();
        Hashes hashes;
        try (Hashes.Builder builder = new Hashes.Builder(temporary)) {
            for (Path file : snapshot.files()) {
                String own = String.valueOf(file.getFileName());
                ListReader.read(file, (hash, harm) -> {
                    // A list may name each of millions of hashes differently; the heap does not hold that.
                    String named = (names.size() < MAX_NAMES ? harm.replace('\t', ' ') : "") + "\t" + own;
                    builder.add(hash, names.computeIfAbsent(named, key -> names.size()));
                });
            }
            hashes = builder.build();
        }
        if (hashes.size() == 0) {
            LOGGER.warn("{}: the lists are empty", name);
        }
        Answer[] byNumber = new Answer[names.size()];
        names.forEach((named, number) -> byNumber[number] = harmful(named.split("\t", 2)));
        Table next = new Table(hashes, List.of(byNumber), hashes.size() + " hashes of " + snapshot.newest());
        return () -> table = next;
    }

    private Answer harmful(String[] named) {
        return new Answer.Harmful(List.of(new Answer.Hit(named[0].isEmpty() ? "listed" : named[0], weight, named[1])));
    }

    @Override
    public void close() {
        files.close();
    }
}
