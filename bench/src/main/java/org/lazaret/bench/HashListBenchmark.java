package org.lazaret.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.hashlist.HashListEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One look-up in a list of many hashes, listed or not in turn; the table is made with a heap that is smaller than itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx256m"})
public class HashListBenchmark {
    private static final int ASKED = 1 << 16;
    private static final int HASH = 32;

    @Param("20000000")
    public int size;

    private final String[] hashes = new String[ASKED];
    private Path folder = Path.of("");
    private @Nullable HashListEngine opened;
    private int next;

    private HashListEngine engine() {
        return Objects.requireNonNull(opened);
    }

    @Setup(Level.Trial)
    public void build() throws IOException {
        folder = Files.createTempDirectory("lazaret-bench");
        Path list = folder.resolve("list.txt");
        Random random = new Random(1);
        for (int i = 0; i < ASKED; i++) {
            hashes[i] = hash(random);
        }
        int every = Math.max(1, size / (ASKED / 2));
        try (BufferedWriter writer = Files.newBufferedWriter(list)) {
            for (int i = 0; i < size; i++) {
                String hash = hash(random);
                writer.append(hash).append('\n');
                if (i % every == 0) {
                    hashes[i / every * 2 % ASKED] = hash;
                }
            }
        }
        long begin = System.nanoTime();
        HashListEngine engine = HashListEngine.open("bench", List.of(list), Score.WORST, folder, true, Duration.ofHours(1));
        System.out.printf("%n%s made in %.1f s%n", engine.version().orElseThrow(), (System.nanoTime() - begin) / 1e9);
        if (!(engine.look(hashes[0]) instanceof Answer.Harmful) || !(engine.look(hashes[1]) instanceof Answer.Clean)) {
            throw new IllegalStateException("The list does not know what it holds");
        }
        opened = engine;
    }

    @TearDown(Level.Trial)
    public void remove() throws IOException {
        engine().close();
        Files.delete(folder.resolve("list.txt"));
        Files.delete(folder);
    }

    private static String hash(Random random) {
        byte[] hash = new byte[HASH];
        random.nextBytes(hash);
        return HexFormat.of().formatHex(hash);
    }

    @Benchmark
    public Answer look() throws IOException {
        next = (next + 1) % ASKED;
        return engine().look(hashes[next]);
    }
}
