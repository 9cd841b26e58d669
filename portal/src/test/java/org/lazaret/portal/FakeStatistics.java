package org.lazaret.portal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.lazaret.quarantine.Statistics;

/** Hours that a test puts in. */
final class FakeStatistics implements Statistics {
    final List<Hour> hours = new ArrayList<>();

    @Override
    public void count(Kind kind, long mails) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Hour> hours(Instant from, Instant until) {
        return hours.stream().filter(hour -> !hour.start().isBefore(from) && hour.start().isBefore(until)).toList();
    }
}
