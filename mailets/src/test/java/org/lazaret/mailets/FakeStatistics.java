package org.lazaret.mailets;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.lazaret.quarantine.Statistics;

/** Counts in memory. */
final class FakeStatistics implements Statistics {
    final Map<Kind, Long> counted = new EnumMap<>(Kind.class);

    @Override
    public void count(Kind kind, long mails) {
        counted.merge(kind, mails, Long::sum);
    }

    @Override
    public List<Hour> hours(Instant from, Instant until) {
        throw new UnsupportedOperationException();
    }
}
