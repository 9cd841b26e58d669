package org.lazaret.bench.store;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Holding mails of 1 MB with 8 writers, against the floor: as many bytes written to a temporary file, forced to disk, renamed, and the folder
 * forced, with as many writers. Rounds of both take turns, so that whatever else the machine does slows down both.
 */
public final class HoldBenchmark {
    private static final int WRITERS = 8;
    private static final int MAILS = 96;
    /** About two thousand mails: before that, the compiler of the JVM takes a good part of the processor. */
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 15;
    private static final int BYTES = 1 << 20;

    private final AtomicInteger number = new AtomicInteger();
    private final byte[] body = new byte[BYTES];

    private HoldBenchmark() {
        byte[] letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(1);
        for (int at = 0; at < BYTES; at++) {
            body[at] = at % 78 == 76 ? (byte) '\r' : at % 78 == 77 ? (byte) '\n' : letters[random.nextInt(letters.length)];
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = arguments.length > 0 ? Path.of(arguments[0]) : Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-store");
        try {
            new HoldBenchmark().run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(Path folder) throws Exception {
        String settings = "quarantine.directory = store\nquarantine.generate-keys = true\n";
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try (Quarantine quarantine = Quarantines.open(SettingsReader.read("bench", settings, folder), message -> { }, address -> true,
            Clock.systemUTC(), () -> URI.create("http://127.0.0.1"))) {
            Path floor = Files.createDirectories(folder.resolve("floor"));
            List<Double> ratios = new ArrayList<>();
            for (int round = 1 - WARM_UP; round <= ROUNDS; round++) {
                double plain = seconds(writers, () -> write(floor));
                double held = seconds(writers, () -> hold(quarantine));
                System.out.printf("%s plain %.1f mails/s, held %.1f mails/s, ratio %.2f%n", round > 0 ? "round " + round + ":" : "warm-up:",
                    MAILS / plain, MAILS / held, plain / held);
                if (round > 0) {
                    ratios.add(plain / held);
                }
            }
            double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf("%d writers, %d mails of 1 MB a round: median ratio %.2f (%.2f to %.2f), target 0.70%n", WRITERS, MAILS,
                sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
        } finally {
            writers.shutdown();
        }
    }

    private static double seconds(ExecutorService writers, Callable<Boolean> one) throws Exception {
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int mail = 0; mail < MAILS; mail++) {
            work.add(one);
        }
        long start = System.nanoTime();
        for (Future<Boolean> done : writers.invokeAll(work)) {
            done.get();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private byte[] message() {
        byte[] head = ("From: a@example.com\r\nSubject: mail " + number.incrementAndGet() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] message = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        return message;
    }

    private boolean hold(Quarantine quarantine) throws IOException {
        byte[] message = message();
        quarantine.hold(new Arrival("arrival" + number.incrementAndGet(), new Envelope("a@example.com", List.of("b@example.org")), Instant.now()),
            MessageSource.of(message), new Verdict.Scanned(Score.of(9), List.of(), List.of()));
        return true;
    }

    private boolean write(Path floor) throws IOException {
        byte[] message = message();
        int mine = number.incrementAndGet();
        Path shard = Files.createDirectories(floor.resolve("%02x".formatted(mine & 0xFF)));
        Path temporary = shard.resolve(mine + ".part");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(message);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, shard.resolve(mine + ".cms"), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.READ)) {
            channel.force(true);
        }
        return true;
    }
}
