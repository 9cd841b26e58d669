package org.lazaret.bench.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.FullText;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.PostgresDatabase;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Pages of 50 records out of many. Fills an index with generated records unless it has them, and prints for each query the median and the 95th
 * percentile, and how the database goes about it.
 */
public final class SearchBenchmark {
    private static final int BATCH = 2_000;
    private static final int WORDS = 20_000;
    private static final int TIMES = 40;
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    private static final long SECONDS_BETWEEN = 30;
    private static final Actor FILLER = new Actor(Actor.Role.SYSTEM, "bench", "");

    private SearchBenchmark() {
    }

    /** Arguments: number of records, and a file for SQLite or {@code jdbc:postgresql://…}. */
    public static void main(String[] arguments) throws Exception {
        int records = Integer.parseInt(arguments[0]);
        String place = arguments[1];
        Database database = place.startsWith("jdbc:") ? new PostgresDatabase(place, "", "", 4) : new SqliteDatabase(Path.of(place));
        try (JdbcIndex index = new JdbcIndex(database)) {
            fill(database, records);
            if (place.startsWith("jdbc:")) {
                // As autovacuum has done some minutes after such an import.
                database.write(handle -> handle.execute("ANALYZE"));
            }
            List<Long> all = new ArrayList<>();
            for (Map.Entry<String, List<Query>> kind : queries(records).entrySet()) {
                measure(index, kind.getKey(), kind.getValue(), all);
            }
            long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf("all %d pages: p50 %.1f ms, p95 %.1f ms%n", sorted.length, sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 95 / 100] / 1e6);
        }
    }

    private static void measure(JdbcIndex index, String name, List<Query> queries, List<Long> all) {
        long[] times = new long[TIMES];
        int found = 0;
        for (int time = 0; time < TIMES; time++) {
            Query query = queries.get(time % queries.size());
            long start = System.nanoTime();
            found += index.search(query).size();
            times[time] = System.nanoTime() - start;
            all.add(times[time]);
        }
        Arrays.sort(times);
        System.out.printf("%-40s p50 %8.1f ms  p95 %8.1f ms  %5.1f records a page%n", name, times[TIMES / 2] / 1e6, times[TIMES * 95 / 100] / 1e6,
            (double) found / TIMES);
        index.explain(queries.get(0)).forEach(line -> System.out.println("    " + line));
    }

    private static Map<String, List<Query>> queries(int records) {
        Query page = Query.all().withLimit(50);
        Optional<Instant> middle = Optional.of(START.plusSeconds(records / 2 * SECONDS_BETWEEN));
        Optional<Instant> later = Optional.of(START.plusSeconds((records / 2 + records / 100) * SECONDS_BETWEEN));
        Map<String, List<Query>> all = new LinkedHashMap<>();
        all.put("newest", List.of(page));
        all.put("page in the middle", List.of(page.withAfter(id(records / 2)), page.withAfter(id(records / 3))));
        all.put("status requested", List.of(page.withStates(Set.of(State.REQUESTED))));
        all.put("status held or requested", List.of(page.withStates(Set.of(State.HELD, State.REQUESTED))));
        all.put("recipient", List.of(page.withRecipient("user7@example.org"), page.withRecipient("user4711@example.org")));
        all.put("recipient, status held", List.of(page.withRecipient("user7@example.org").withStates(Set.of(State.HELD))));
        all.put("time range", List.of(page.withTime(middle, later)));
        all.put("common word", List.of(page.withText("invoice"), page.withText("w1")));
        all.put("rare word", List.of(page.withText("rare777"), page.withSubject("w19999")));
        all.put("word that is not there", List.of(page.withText("nosuchword")));
        all.put("beginning of many words", List.of(page.withText("w12"), page.withText("use")));
        all.put("two common words", List.of(page.withText("invoice w2"), page.withSubject("w1 w3")));
        all.put("common words that exclude each other", List.of(page.withText("spring autumn")));
        all.put("attachment *.exe", List.of(page.withAttachment("*.exe")));
        all.put("attachment by rare name", List.of(page.withAttachment("doc4711"), page.withAttachment("doc99")));
        all.put("attachment rare* and *.pdf word", List.of(page.withAttachment("doc77 pdf")));
        all.put("sha256", List.of(page.withSha256(hash(records / 2)), page.withSha256("00".repeat(32))));
        all.put("sender", List.of(page.withSender("sender13@d13.example"), page.withSender("@d77.example")));
        all.put("score 9 to 10", List.of(page.withScore(Score.of(9), Score.of(10))));
        all.put("rare score", List.of(page.withScore(Score.of(9.9), Score.of(10))));
        all.put("word, sender, score, time", List.of(page.withText("invoice").withSender("@d77.example").withScore(Score.of(5), Score.of(10))
            .withTime(middle, Optional.empty())));
        all.put("word, recipient, status", List.of(page.withText("invoice").withRecipient("user7@example.org").withStates(Set.of(State.HELD))));
        all.put("common word, status requested", List.of(page.withText("invoice").withStates(Set.of(State.REQUESTED))));
        all.put("attachment, word, time", List.of(page.withAttachment("*.exe").withText("w5").withTime(middle, later)));
        return all;
    }

    private static void fill(Database database, int records) {
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

    private static RecordId id(int number) {
        return new RecordId("%032x".formatted(number * 0x9E3779B97F4A7C15L & Long.MAX_VALUE));
    }

    private static String hash(int number) {
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
