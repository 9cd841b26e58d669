package org.lazaret.portal.view;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lazaret.policy.language.Texts;
import org.lazaret.quarantine.Statistics.Hour;
import org.lazaret.quarantine.Statistics.Kind;

/**
 * Counts over some time as bars, one chart for each kind on a scale of its own, and as a table. By the hour up to two days, by the day up to
 * three months, else by the week, in the server's time zone.
 *
 * @param slots  the times, oldest first
 * @param charts in the order of {@link Kind}
 */
public record ChartsView(List<String> slots, List<Chart> charts) {
    /** Units of a chart; the page scales it. */
    public static final int WIDTH = 240;
    public static final int HEIGHT = 56;
    private static final long HOURLY = 48;
    private static final long DAILY = 93;

    /**
     * A chart.
     *
     * @param name  lower case
     * @param total over all times
     * @param most  in one of the times
     * @param counts by slot
     */
    public record Chart(String name, String title, String text, long total, long most, List<Long> counts, List<Bar> bars) {
        public Chart {
            counts = List.copyOf(counts);
            bars = List.copyOf(bars);
        }
    }

    /** A bar, in tenths of a unit, so that none is lost to rounding. */
    public record Bar(String x, String y, String width, String height) {
    }

    public ChartsView {
        slots = List.copyOf(slots);
        charts = List.copyOf(charts);
    }

    public String first() {
        return slots.getFirst();
    }

    public String last() {
        return slots.getLast();
    }

    public static ChartsView of(List<Hour> hours, Instant from, Instant until, ZoneId zone, Texts t) {
        long span = Duration.between(from, until).toHours();
        boolean hourly = span <= HOURLY;
        ChronoUnit unit = hourly ? ChronoUnit.HOURS : span <= DAILY * 24 ? ChronoUnit.DAYS : ChronoUnit.WEEKS;
        List<ZonedDateTime> starts = new ArrayList<>();
        ZonedDateTime first = from.atZone(zone).truncatedTo(hourly ? ChronoUnit.HOURS : ChronoUnit.DAYS);
        for (ZonedDateTime start = first; start.toInstant().isBefore(until); start = start.plus(1, unit)) {
            starts.add(start);
        }
        DateTimeFormatter format = DateTimeFormatter.ofPattern(hourly ? "d MMM, HH:mm" : "d MMM uuuu", t.language().locale());
        long[][] counts = new long[Kind.values().length][starts.size()];
        for (Hour hour : hours) {
            int slot = 0;
            while (slot + 1 < starts.size() && !hour.start().isBefore(starts.get(slot + 1).toInstant())) {
                slot++;
            }
            for (Kind kind : Kind.values()) {
                counts[kind.ordinal()][slot] += hour.of(kind);
            }
        }
        List<Chart> charts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            charts.add(chart(kind, counts[kind.ordinal()], t));
        }
        return new ChartsView(starts.stream().map(format::format).toList(), charts);
    }

    private static Chart chart(Kind kind, long[] counts, Texts t) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        long most = 0;
        long total = 0;
        for (long count : counts) {
            most = Math.max(most, count);
            total += count;
        }
        List<Long> values = new ArrayList<>();
        List<Bar> bars = new ArrayList<>();
        double step = (double) WIDTH / counts.length;
        for (int slot = 0; slot < counts.length; slot++) {
            values.add(counts[slot]);
            if (counts[slot] > 0) {
                // What there was must be seen, however little beside the most.
                double height = Math.max(2, (double) HEIGHT * counts[slot] / most);
                bars.add(new Bar(number(slot * step + step * 0.1), number(HEIGHT - height), number(step * 0.8), number(height)));
            }
        }
        return new Chart(name, t.say("admin.kind." + name), t.say("admin.kind." + name + ".text"), total, most, values, bars);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
