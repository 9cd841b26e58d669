package org.lazaret.mailets.james;

import java.io.IOException;
import java.util.Optional;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.Lookup;
import org.lazaret.scan.engine.Sample;

/** An engine whose questions are timed in James' metrics, those in vain included: an engine that times out is a slow one. */
final class TimedEngine implements Engine {
    private final Engine engine;
    private final MetricFactory metrics;
    private final String metric;

    private TimedEngine(Engine engine, MetricFactory metrics) {
        this.engine = engine;
        this.metrics = metrics;
        this.metric = metric(engine.name());
        // Known from now on; this one is never stopped, so it does not count.
        metrics.timer(metric);
    }

    /** Lists in memory take no time worth looking at. */
    static Engine of(Engine engine, MetricFactory metrics) {
        return engine instanceof Lookup ? engine : new TimedEngine(engine, metrics);
    }

    static String metric(String engine) {
        return "lazaret-engine-" + engine;
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Optional<String> version() {
        return engine.version();
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException, InterruptedException {
        TimeMetric time = metrics.timer(metric);
        try {
            return engine.ask(sample, deadline);
        } finally {
            time.stopAndPublish();
        }
    }

    @Override
    public Optional<String> defect() {
        return engine.defect();
    }

    @Override
    public void close() {
        engine.close();
    }
}
