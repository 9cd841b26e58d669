package org.lazaret.it.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.SmtpClient;

/** Sends mails to a gateway and follows each of them until it, or the notice of it, has come out. */
public final class Traffic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String SENDER = "sender@example.com";

    /**
     * @param start of its sending
     * @param end   when it or its notice came out; 0 before
     */
    private static final class Way {
        private final Mix.Mail mail;
        private final long start;
        private volatile long end;

        Way(Mix.Mail mail, long start) {
            this.mail = mail;
            this.start = start;
        }
    }

    /**
     * What became of some mails.
     *
     * @param seconds   from the first one's sending until the last one was out
     * @param latencies from the beginning of a mail's sending until it was out, in ns, ascending
     * @param kinds     what came out
     */
    public record Result(int mails, double seconds, long[] latencies, Map<Letter.Kind, Integer> kinds) {
        public double perSecond() {
            return mails / seconds;
        }

        /** @param part such as 0.99 */
        public double millis(double part) {
            return latencies[(int) Math.min(latencies.length - 1, Math.floor(part * latencies.length))] / 1e6;
        }
    }

    private final Sink sink;
    private final Consumer<Letter> further;
    private final Map<String, Way> ways = new ConcurrentHashMap<>();
    private final Map<Letter.Kind, AtomicInteger> kinds = new EnumMap<>(Letter.Kind.class);
    private final Semaphore out = new Semaphore(0);
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    public Traffic() throws IOException {
        this(letter -> { });
    }

    /** @param further told of everything that comes out */
    public Traffic(Consumer<Letter> further) throws IOException {
        for (Letter.Kind kind : Letter.Kind.values()) {
            kinds.put(kind, new AtomicInteger());
        }
        this.further = further;
        this.sink = new Sink(this::arrive);
    }

    /** Where the gateway is to deliver. */
    public int port() {
        return sink.port();
    }

    private void arrive(Sink.Arrival arrival) {
        Letter letter = Letter.of(arrival);
        kinds.get(letter.kind()).incrementAndGet();
        Way way = ways.get(letter.id());
        if (way != null) {
            if (letter.kind() == Letter.Kind.MAIL && arrival.check() != way.mail.check()) {
                faults.add(letter.id() + " came out with another body");
            }
            if (way.end == 0) {
                way.end = arrival.nanos();
                out.release();
            }
        }
        further.accept(letter);
    }

    /**
     * As fast as the gateway takes them.
     *
     * @param clients at the same time
     * @param window  of mails that are sent and not out yet
     * @throws IOException when one is not taken, is not out in five minutes, or comes out with another body
     */
    public Result fast(Gateway gateway, List<Mix.Mail> mails, int clients, int window) throws IOException {
        begin();
        SmtpClient smtp = new SmtpClient(gateway.smtp());
        Semaphore room = new Semaphore(window);
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int mail = next.getAndIncrement(); mail < mails.size(); mail = next.getAndIncrement()) {
                    room.acquireUninterruptibly();
                    send(smtp, mails.get(mail), System.nanoTime());
                }
            }));
        }
        try {
            for (int i = 0; i < mails.size(); i++) {
                if (!out.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IOException((mails.size() - i) + " mails are not out of " + gateway.name() + " in " + PATIENCE + fault());
                }
                room.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
        return end(mails, start);
    }

    /** One after the other at equal distances of time, whether those before are out or not. */
    public Result paced(Gateway gateway, List<Mix.Mail> mails, double perSecond) throws IOException {
        begin();
        SmtpClient smtp = new SmtpClient(gateway.smtp());
        long start = System.nanoTime();
        for (int i = 0; i < mails.size(); i++) {
            long turn = start + (long) (i * 1e9 / perSecond);
            while (System.nanoTime() < turn) {
                LockSupport.parkNanos(turn - System.nanoTime());
            }
            Mix.Mail mail = mails.get(i);
            Thread.ofVirtual().start(() -> send(smtp, mail, turn));
        }
        Await.until("all mails to be out of " + gateway.name() + fault(), PATIENCE, () -> out.availablePermits() >= mails.size());
        return end(mails, start);
    }

    private void send(SmtpClient smtp, Mix.Mail mail, long start) {
        ways.put(mail.id(), new Way(mail, start));
        try {
            smtp.send(SENDER, mail.recipients(), mail.bytes());
        } catch (IOException e) {
            faults.add(mail.id() + " was not taken: " + e.getMessage());
        }
    }

    private void begin() {
        ways.clear();
        faults.clear();
        out.drainPermits();
        kinds.values().forEach(count -> count.set(0));
    }

    private String fault() {
        return Optional.ofNullable(faults.peek()).map(first -> "; " + first).orElse("");
    }

    private Result end(List<Mix.Mail> mails, long start) throws IOException {
        if (!faults.isEmpty()) {
            throw new IOException(faults.size() + " faults" + fault());
        }
        long last = ways.values().stream().mapToLong(way -> way.end).max().orElseThrow();
        long[] latencies = ways.values().stream().mapToLong(way -> way.end - way.start).sorted().toArray();
        Map<Letter.Kind, Integer> counts = new EnumMap<>(Letter.Kind.class);
        kinds.forEach((kind, count) -> counts.put(kind, count.get()));
        return new Result(mails.size(), (last - start) / 1e9, latencies, counts);
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
