package org.lazaret.mailets.james;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.james.metrics.api.GaugeRegistry;
import org.lazaret.mailets.Meters;
import org.lazaret.portal.Portal;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.Upkeep.Figures;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.log.Log;

/**
 * What James' metrics show of a moment. The index is asked every {@value #SECONDS} s whoever looks, so that looking is free and never waits for a
 * database; while the index does not answer, what it would say is not a number.
 */
final class Gauges implements AutoCloseable {
    private static final Log LOGGER = Log.of(Gauges.class);
    private static final int SECONDS = 10;

    private final Upkeep upkeep;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lazaret-gauges");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Optional<Figures> figures = Optional.empty();
    private boolean wasUp = true;

    Gauges(GaugeRegistry registry, Upkeep upkeep, Scanner scanner, Engines engines, Portal portal, Meters meters) {
        this.upkeep = upkeep;
        registry.register("lazaret-index-up", () -> figures.isPresent() ? 1 : 0);
        figure(registry, "lazaret-store-mails", Figures::mails);
        figure(registry, "lazaret-store-bytes", Figures::bytes);
        figure(registry, "lazaret-store-damaged", Figures::damaged);
        figure(registry, "lazaret-requests-waiting", Figures::requests);
        figure(registry, "lazaret-outbox-waiting", now -> now.outbox().waiting());
        figure(registry, "lazaret-outbox-failing", now -> now.outbox().failing());
        registry.register("lazaret-cache-hits", () -> scanner.attachments().known());
        registry.register("lazaret-cache-misses", () -> scanner.attachments().analysed());
        registry.register("lazaret-portal-requests", () -> portal.traffic().requests());
        registry.register("lazaret-portal-refused", () -> portal.traffic().refused());
        registry.register("lazaret-portal-failed", () -> portal.traffic().failed());
        for (Meters.Span span : Meters.Span.values()) {
            registry.register(span.metric() + "-seconds", () -> meters.seconds(span));
        }
        for (EngineHealth engine : engines.health()) {
            ofEngine(registry, engines, engine.name(), "well", now -> now.isWell() ? 1 : 0);
            ofEngine(registry, engines, engine.name(), "answers", now -> now.clean() + now.harmful() + now.unable());
            ofEngine(registry, engines, engine.name(), "harmful", EngineHealth::harmful);
            ofEngine(registry, engines, engine.name(), "unable", EngineHealth::unable);
            ofEngine(registry, engines, engine.name(), "failed", EngineHealth::failed);
            ofEngine(registry, engines, engine.name(), "known", EngineHealth::known);
            ofEngine(registry, engines, engine.name(), "seconds",
                now -> now.latency().toNanos() / 1e9 * (now.clean() + now.harmful() + now.unable()));
        }
        looking.scheduleWithFixedDelay(this::look, 0, SECONDS, TimeUnit.SECONDS);
    }

    private void figure(GaugeRegistry registry, String name, ToLongFunction<Figures> figure) {
        registry.<Number>register(name, () -> {
            Optional<Figures> now = figures;
            return now.isPresent() ? (Number) figure.applyAsLong(now.get()) : (Number) Double.NaN;
        });
    }

    private static void ofEngine(GaugeRegistry registry, Engines engines, String name, String what, ToDoubleFunction<EngineHealth> figure) {
        registry.register(TimedEngine.metric(name) + "-" + what, () -> of(engines.health(), name, figure));
    }

    private static double of(List<EngineHealth> engines, String name, ToDoubleFunction<EngineHealth> figure) {
        return engines.stream().filter(engine -> engine.name().equals(name)).mapToDouble(figure).findFirst().orElse(Double.NaN);
    }

    /** By one thread. */
    private void look() {
        try {
            figures = Optional.of(upkeep.figures());
            wasUp = true;
        } catch (RuntimeException e) {
            figures = Optional.empty();
            if (wasUp) {
                LOGGER.warn("The index of held mail does not answer", e);
            }
            wasUp = false;
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
