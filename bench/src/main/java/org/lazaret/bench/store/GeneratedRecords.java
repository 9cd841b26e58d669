package org.lazaret.bench.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.FullText;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** An index full of records that are the same in every run, with common and rare words, senders, recipients, scores and names. No content. */
public final class GeneratedRecords {
    static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    static final long SECONDS_BETWEEN = 30;
    private static final int BATCH = 2_000;
    private static final int WORDS = 20_000;
    private static final Actor FILLER = new Actor(Actor.Role.SYSTEM, "bench", "");

    private GeneratedRecords() {
    }

    /** Makes those that are missing, and says how long it took. */
    public static void fill(Database database, int records) {
        long there = database.<Long>read(handle -> handle.createQuery("SELECT count(*) FROM record").mapTo(Long.class).one());
        long start = System.nanoTime();
        for (int first = (int) there; first < records; first += BATCH) {
            int from = first;
            database.<Integer>write(handle -> {
                JdbcIndex index = new JdbcIndex(new Joined(database, handle));
                for (int number = from; number < Math.min(records, from + BATCH); number++) {
                    HeldMail mail = mail(number, records);
                    AuditEntry entry = new AuditEntry(mail.received(), FILLER, "held", Optional.of(mail.id()), List.of(), "");
                    index.insert(mail, "arrival" + number, List.of(), entry);
                }
                return 0;
            });
        }
        System.out.printf("%d records, %d of them filled in %.0f s%n", records, records - there, (System.nanoTime() - start) / 1e9);
    }

    /** Writes within a transaction that is under way. */
    private record Joined(Database database, org.jdbi.v3.core.Handle handle) implements Database {
        @Override
        public <T> T read(Work<T> work) {
            return work.on(handle);
        }

        @Override
        public <T> T write(Work<T> work) {
            return work.on(handle);
        }

        @Override
        public void watch(Consumer<AuditEntry> watcher) {
            database.watch(watcher);
        }

        @Override
        public String lockingRows() {
            return database.lockingRows();
        }

        @Override
        public String lockingFreeRows() {
            return database.lockingFreeRows();
        }

        @Override
        public String clock() {
            return database.clock();
        }

        @Override
        public String explain() {
            return database.explain();
        }

        @Override
        public FullText fullText() {
            return database.fullText();
        }

        @Override
        public void close() {
            // Whoever opened it closes it.
        }
    }

    static RecordId id(int number) {
        return new RecordId("%032x".formatted(number * 0x9E3779B97F4A7C15L & Long.MAX_VALUE));
    }

    static String hash(int number) {
        return "%064x".formatted(number + 1L);
    }

    /** A word, common ones far more often than rare ones. */
    private static String word(Random random) {
        return "w" + (int) (WORDS * Math.pow(random.nextDouble(), 3));
    }

    private static HeldMail mail(int number, int records) {
        Random random = new Random(number);
        random.nextInt();
        StringBuilder subject = new StringBuilder(number % 20 == 0 ? "invoice" : "hello");
        for (int word = 0; word < 6; word++) {
            subject.append(' ').append(word(random));
        }
        // Two words of a tenth of all mails that no mail has both of.
        subject.append(number < records / 2 && number % 5 == 0 ? " spring" : number >= records / 2 && number % 5 == 1 ? " autumn" : "");
        subject.append(number % 50_021 == 777 ? " rare777" : "");
        String extension = List.of("pdf", "zip", "docx", "exe", "html", "xlsm", "pdf", "pdf").get(random.nextInt(8));
        Attachment attachment = new Attachment("doc" + random.nextInt(200_000) + "_" + word(random) + "." + extension, "application/octet-stream",
            "application/octet-stream", 1_000, hash(number), Score.of(1));
        int sender = (int) (2_000 * Math.pow(random.nextDouble(), 2));
        String recipient = "user" + (int) (10_000 * Math.pow(random.nextDouble(), 2)) + "@example.org";
        double score = number % 10_007 == 0 ? 10 : Math.round(random.nextDouble() * 98) / 10.0;
        State state = number % 2_003 == 0 ? State.REQUESTED : number % 3 == 0 ? State.EXPIRED : number % 7 == 0 ? State.RELEASED : State.HELD;
        return new HeldMail(id(number), new Envelope("sender" + sender + "@d" + sender + ".example", List.of(recipient)),
            START.plusSeconds(number * SECONDS_BETWEEN), subject.toString(), "Sender <sender" + sender + "@d" + sender + ".example>",
            "<" + number + "@d.example>", 50_000, "%064x".formatted(number + (1L << 40)),
            new Verdict.Scanned(Score.of(score), List.of(), List.of(attachment)), Map.of(recipient, state));
    }
}
