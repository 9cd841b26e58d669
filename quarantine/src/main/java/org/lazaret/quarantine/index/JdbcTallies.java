package org.lazaret.quarantine.index;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.lazaret.quarantine.Statistics.Hour;
import org.lazaret.quarantine.Statistics.Kind;

/** One row for each hour and kind. Rows are locked in one order, so that nodes that write at the same time wait for, and do not block, each other. */
final class JdbcTallies implements Tallies {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final Database database;

    JdbcTallies(Database database) {
        this.database = database;
    }

    @Override
    public void add(List<Hour> hours) {
        List<Hour> inOrder = hours.stream().sorted(Comparator.comparing(Hour::start)).toList();
        database.write(handle -> {
            PreparedBatch batch = handle.prepareBatch("INSERT INTO statistic (hour, kind, mails) VALUES (:hour, :kind, :mails)"
                + " ON CONFLICT (hour, kind) DO UPDATE SET mails = statistic.mails + excluded.mails");
            for (Hour hour : inOrder) {
                for (Kind kind : Kind.values()) {
                    if (hour.of(kind) != 0) {
                        batch.bind("hour", number(hour.start())).bind("kind", kind.name()).bind("mails", hour.of(kind)).add();
                    }
                }
            }
            return batch.size() == 0 ? new int[0] : batch.execute();
        });
    }

    @Override
    public List<Hour> hours(Instant from, Instant until) {
        TreeMap<Long, Map<Kind, Long>> hours = new TreeMap<>();
        database.read(handle -> handle.createQuery("SELECT hour, kind, mails FROM statistic WHERE hour >= :from AND hour < :until")
                .bind("from", -Math.floorDiv(-from.toEpochMilli(), HOUR))
                .bind("until", -Math.floorDiv(-until.toEpochMilli(), HOUR))
                .map((row, context) -> new Row(row.getLong(1), row.getString(2), row.getLong(3)))
                .list())
            // What a later version counts is left alone.
            .forEach(row -> Stream.of(Kind.values()).filter(kind -> kind.name().equals(row.kind())).forEach(kind ->
                hours.computeIfAbsent(row.hour(), any -> new EnumMap<>(Kind.class)).put(kind, row.mails())));
        List<Hour> result = new ArrayList<>();
        hours.forEach((hour, mails) -> result.add(new Hour(Instant.ofEpochMilli(hour * HOUR), mails)));
        return result;
    }

    private record Row(long hour, String kind, long mails) {
    }

    private static long number(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), HOUR);
    }
}
