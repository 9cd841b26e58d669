package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;

/**
 * What is counted and timed while mail goes by, through James' metrics. All of it is there from the start, at zero. What they are called and mean
 * is in {@code docs/observability.md}. A mail without attachments is timed, and nothing else.
 */
@Singleton
public final class Meters {

    /** What is counted since the server started. */
    public enum Count {
        ATTACHMENTS("lazaret-mail-attachments"),
        ALLOWED("lazaret-mail-allowed"),
        PERMITTED("lazaret-mail-permitted"),
        WARNED("lazaret-mail-warned"),
        DEFERRED("lazaret-mail-deferred"),
        HELD("lazaret-mail-held"),
        HELD_BYTES("lazaret-mail-held-bytes"),
        CLEAN("lazaret-verdict-clean"),
        SUSPICIOUS("lazaret-verdict-suspicious"),
        MALICIOUS("lazaret-verdict-malicious"),
        UNSCANNABLE("lazaret-verdict-unscannable"),
        FAILED("lazaret-verdict-failed"),
        MARKER_VALID("lazaret-marker-valid"),
        MARKER_REPEATED("lazaret-marker-repeated"),
        MARKER_FORGED("lazaret-marker-forged"),
        REQUESTED("lazaret-decision-requested"),
        RELEASED("lazaret-decision-released"),
        RELEASE_FAILED("lazaret-decision-release-failed"),
        DELETED("lazaret-decision-deleted"),
        UNDELETED("lazaret-decision-undeleted"),
        DENIED("lazaret-decision-denied"),
        EXPIRED("lazaret-decision-expired"),
        OPENED("lazaret-held-opened"),
        TAMPERED("lazaret-held-tampered"),
        SENT_NOTICES("lazaret-sent-notices"),
        SENT_ADMINISTRATOR_NOTICES("lazaret-sent-administrator-notices"),
        SENT_RELEASES("lazaret-sent-releases");

        private final String metric;

        Count(String metric) {
            this.metric = metric;
        }
    }

    /** What takes time. */
    public enum Span {
        /** Of every mail that is scanned, with attachments or without. */
        SCAN("lazaret-scan"),
        /** Until a mail is on disk. */
        HOLD("lazaret-hold");

        private final String metric;

        Span(String metric) {
            this.metric = metric;
        }

        public String metric() {
            return metric;
        }
    }

    private final Map<Count, Metric> counts = new EnumMap<>(Count.class);
    private final Map<Span, LongAdder> spent = new EnumMap<>(Span.class);
    private final MetricFactory metrics;

    @Inject
    public Meters(MetricFactory metrics) {
        this.metrics = metrics;
        for (Count count : Count.values()) {
            counts.put(count, metrics.generate(count.metric));
        }
        for (Span span : Span.values()) {
            spent.put(span, new LongAdder());
            // Known from now on; this one is never stopped, so it does not count.
            metrics.timer(span.metric);
        }
    }

    public void count(Count what) {
        count(what, 1);
    }

    @SuppressWarnings("NullAway") // all of them are there
    public void count(Count what, long more) {
        Metric metric = counts.get(what);
        // James takes no more at a time.
        for (long left = more; left > 0; left -= Integer.MAX_VALUE) {
            metric.add((int) Math.min(left, Integer.MAX_VALUE));
        }
    }

    /** From now on, until it is stopped. */
    @SuppressWarnings("NullAway") // all of them are there
    public Timing start(Span what) {
        return new Timing(metrics.timer(what.metric), spent.get(what), System.nanoTime());
    }

    /** Something that takes time now. What goes wrong and is never stopped does not count. */
    public record Timing(TimeMetric metric, LongAdder spent, long begun) {
        public void stop() {
            metric.stopAndPublish();
            spent.add(System.nanoTime() - begun);
        }
    }

    /** All that it took since the start, in seconds: James' timers do not say. */
    @SuppressWarnings("NullAway") // all of them are there
    public double seconds(Span what) {
        return spent.get(what).sum() / 1e9;
    }
}
