package org.lazaret.bench.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.PostgresDatabase;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.scan.Score;

/**
 * Pages of 50 records out of many. Fills an index with generated records unless it has them, and prints for each query the median and the 95th
 * percentile, and how the database goes about it.
 */
public final class SearchBenchmark {
    private static final int TIMES = 40;

    private SearchBenchmark() {
    }

    /** Arguments: number of records, and a file for SQLite or {@code jdbc:postgresql://…}. */
    public static void main(String[] arguments) throws Exception {
        int records = Integer.parseInt(arguments[0]);
        String place = arguments[1];
        Database database = place.startsWith("jdbc:") ? new PostgresDatabase(place, "", "", 4) : new SqliteDatabase(Path.of(place));
        try (JdbcIndex index = new JdbcIndex(database)) {
            GeneratedRecords.fill(database, records);
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
        Optional<Instant> middle = Optional.of(GeneratedRecords.START.plusSeconds(records / 2 * GeneratedRecords.SECONDS_BETWEEN));
        Optional<Instant> later = Optional.of(GeneratedRecords.START.plusSeconds((records / 2 + records / 100) * GeneratedRecords.SECONDS_BETWEEN));
        Map<String, List<Query>> all = new LinkedHashMap<>();
        all.put("newest", List.of(page));
        all.put("page in the middle", List.of(page.withAfter(GeneratedRecords.id(records / 2)), page.withAfter(GeneratedRecords.id(records / 3))));
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
        all.put("sha256", List.of(page.withSha256(GeneratedRecords.hash(records / 2)), page.withSha256("00".repeat(32))));
        all.put("sender", List.of(page.withSender("sender13@d13.example"), page.withSender("@d77.example")));
        all.put("score 9 to 10", List.of(page.withScore(Score.of(9), Score.of(10))));
        all.put("rare score", List.of(page.withScore(Score.of(9.9), Score.of(10))));
        all.put("worst first", List.of(page.withOrder(Query.Order.WORST)));
        all.put("worst first, status held", List.of(page.withOrder(Query.Order.WORST).withStates(Set.of(State.HELD))));
        all.put("worst first, status requested", List.of(page.withOrder(Query.Order.WORST).withStates(Set.of(State.REQUESTED))));
        all.put("worst first, recipient", List.of(page.withOrder(Query.Order.WORST).withRecipient("user7@example.org")));
        all.put("worst first, common word", List.of(page.withOrder(Query.Order.WORST).withText("invoice")));
        all.put("score 2 to 8", List.of(page.withScore(Score.of(2), Score.of(8))));
        all.put("word, sender, score, time", List.of(page.withText("invoice").withSender("@d77.example").withScore(Score.of(5), Score.of(10))
            .withTime(middle, Optional.empty())));
        all.put("word, recipient, status", List.of(page.withText("invoice").withRecipient("user7@example.org").withStates(Set.of(State.HELD))));
        all.put("common word, status requested", List.of(page.withText("invoice").withStates(Set.of(State.REQUESTED))));
        all.put("attachment, word, time", List.of(page.withAttachment("*.exe").withText("w5").withTime(middle, later)));
        return all;
    }
}
