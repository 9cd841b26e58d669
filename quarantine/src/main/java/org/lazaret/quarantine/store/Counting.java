package org.lazaret.quarantine.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.lazaret.quarantine.Statistics;
import org.lazaret.quarantine.index.Tallies;

/** Counts in memory, and adds to the index what came together since the last time. */
final class Counting implements Statistics {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final Tallies tallies;
    private final Clock clock;
    private final Map<Long, AtomicLongArray> counts = new ConcurrentHashMap<>();

    Counting(Tallies tallies, Clock clock) {
        this.tallies = tallies;
        this.clock = clock;
    }

    @Override
    public void count(Kind kind, long mails) {
        of(Math.floorDiv(clock.millis(), HOUR)).addAndGet(kind.ordinal(), mails);
    }

    private AtomicLongArray of(long hour) {
        return counts.computeIfAbsent(hour, any -> new AtomicLongArray(Kind.values().length));
    }

    @Override
    public List<Hour> hours(Instant from, Instant until) {
        flush();
        return tallies.hours(from, until);
    }

    /** Writes what was counted. When that fails, it is kept for the next time. */
    synchronized void flush() {
        List<Hour> hours = new ArrayList<>();
        counts.forEach((hour, array) -> {
            Map<Kind, Long> mails = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                long count = array.getAndSet(kind.ordinal(), 0);
                if (count != 0) {
                    mails.put(kind, count);
                }
            }
            if (!mails.isEmpty()) {
                hours.add(new Hour(Instant.ofEpochMilli(hour * HOUR), mails));
            }
        });
        if (hours.isEmpty()) {
            return;
        }
        try {
            tallies.add(hours);
        } catch (RuntimeException e) {
            hours.forEach(hour -> hour.mails().forEach((kind, count) ->
                of(Math.floorDiv(hour.start().toEpochMilli(), HOUR)).addAndGet(kind.ordinal(), count)));
            throw e;
        }
        // Nobody counts for an hour that long ago any more.
        long now = Math.floorDiv(clock.millis(), HOUR);
        counts.keySet().removeIf(hour -> hour < now - 1);
    }
}
