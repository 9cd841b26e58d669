package org.lazaret.scan.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.log.Log;

/**
 * Files that an engine knows what it knows from. They are looked at every few seconds; when one changed, and then stayed the same for one look,
 * all are read anew. What cannot be read leaves what was read before in use, is a {@link #defect()}, and is tried again from time to time.
 */
public final class WatchedFiles implements AutoCloseable {
    private static final Log LOGGER = Log.of(WatchedFiles.class);
    private static final int LOOKS_PER_RETRY = 12;

    /** Makes something of the files. */
    @FunctionalInterface
    public interface Reader {
        /** @return puts in use what was made; not run when the files changed while they were read */
        Runnable read(Snapshot files) throws IOException;
    }

    /**
     * The files at one time.
     *
     * @param files  in order of their names
     * @param newest when the last of them was changed
     */
    public record Snapshot(List<Path> files, Instant newest) {
    }

    private record Stamp(FileTime changed, long size) {
    }

    private final String name;
    private final List<Path> paths;
    private final Predicate<Path> wanted;
    private final Reader reader;
    private final Thread watch;
    private Map<Path, Stamp> stamps = Map.of();
    private boolean inUse;
    private volatile @Nullable String defect;

    /**
     * @param name   of the engine
     * @param paths  files, and folders of files
     * @param wanted which of the files in folders count
     */
    public WatchedFiles(String name, List<Path> paths, Predicate<Path> wanted, Reader reader, Duration interval) {
        this.name = name;
        this.paths = List.copyOf(paths);
        this.wanted = wanted;
        this.reader = reader;
        this.watch = Thread.ofVirtual().name("watch-" + name).unstarted(() -> watch(interval));
    }

    /**
     * Reads the files, and watches them from now on.
     *
     * @param required whether files that cannot be read are thrown, naming the engine; otherwise they are a defect
     */
    public void start(boolean required) throws IOException {
        try {
            read(stamp());
        } catch (IOException e) {
            if (required) {
                throw new IOException(name + ": " + describe(e), e);
            }
            failed(e);
        }
        watch.start();
    }

    public Optional<String> defect() {
        return Optional.ofNullable(defect);
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
                        read(now);
                        LOGGER.info("{}: read again", name);
                    }
                } catch (InterruptedIOException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    failed(e);
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    failed(e);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void read(Map<Path, Stamp> from) throws IOException {
        Instant newest = from.values().stream().map(stamp -> stamp.changed().toInstant()).max(Instant::compareTo).orElse(Instant.EPOCH);
        Runnable use = reader.read(new Snapshot(List.copyOf(from.keySet()), newest));
        if (!stamp().equals(from)) {
            throw new IOException("The files changed while they were read");
        }
        use.run();
        stamps = from;
        inUse = true;
        defect = null;
    }

    private void failed(Throwable e) {
        String message = describe(e);
        if (!message.equals(defect)) {
            LOGGER.error("{}: {}{}", name, message, inUse ? "; what was read before is used" : "");
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
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> inside = Files.list(path)) {
                    for (Path file : inside.filter(wanted).filter(Files::isRegularFile).toList()) {
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

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size());
    }

    /** Ends the watch; what was read stays. */
    @Override
    public void close() {
        watch.interrupt();
    }
}
