package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.lazaret.quarantine.Condition;
import org.lazaret.quarantine.Condition.State;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.log.Log;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * James' health check of Lazaret, named in {@code healthcheck.properties}:
 *
 * <pre>
 * additional.healthchecks=org.lazaret.mailets.james.LazaretHealthCheck
 * </pre>
 *
 * <p>The first result, {@code Lazaret}, is the worst of all and names what is not well; {@code GET /healthcheck} shows each part behind it. Where
 * James looks at one result of a check, as in its log, it is the first. Unhealthy is what keeps mail from being held: the index does not answer, the
 * content store cannot be written to, the quota is used up and nothing may make room. All else is degraded: mail goes on, and somebody should look.
 *
 * <p>An engine counts as failing from a failure until it answers again; none is asked for the check.
 */
public final class LazaretHealthCheck implements HealthCheck {
    private static final String NAME = "Lazaret";

    private final Lazaret lazaret;
    private final Engines engines;

    @Inject
    public LazaretHealthCheck(Lazaret lazaret, Engines engines) {
        this.lazaret = lazaret;
        this.engines = engines;
    }

    @Override
    public ComponentName componentName() {
        return new ComponentName(NAME);
    }

    @Override
    public Publisher<Result> check() {
        return Flux.defer(() -> Flux.fromIterable(results(lazaret.quarantine().conditions(), lazaret.portal().isListening(), engines.health())))
            .onErrorResume(e -> Flux.just(Result.unhealthy(componentName(), "It cannot be looked at: " + Log.text(String.valueOf(e)))))
            .subscribeOn(Schedulers.boundedElastic());
    }

    static List<Result> results(List<Condition> quarantine, boolean portal, List<EngineHealth> engines) {
        List<Condition> parts = new ArrayList<>(quarantine);
        parts.add(portal ? Condition.well("portal") : Condition.impaired("portal", "It takes no connections"));
        engines.forEach(engine -> parts.add(condition(engine)));
        State worst = parts.stream().map(Condition::state).max(Comparator.naturalOrder()).orElse(State.WELL);
        String causes = parts.stream().filter(part -> part.state() != State.WELL).map(part -> part.part() + ": " + part.cause())
            .collect(Collectors.joining("; "));
        List<Result> results = new ArrayList<>();
        results.add(result(NAME, worst, causes));
        parts.forEach(part -> results.add(result(NAME + " " + part.part(), part.state(), part.cause())));
        return results;
    }

    private static Condition condition(EngineHealth engine) {
        String part = "engine " + engine.name();
        return engine.isWell() ? Condition.well(part) : Condition.impaired(part, engine.kind() + ", " + (engine.required() ? "required" : "optional")
            + engine.failingSince().map(since -> ", fails since " + since.truncatedTo(ChronoUnit.SECONDS)).orElse(", is not well")
            + engine.lastError().map(error -> ": " + error).orElse(""));
    }

    private static Result result(String name, State state, String cause) {
        ComponentName component = new ComponentName(name);
        return switch (state) {
            case WELL -> Result.healthy(component);
            case IMPAIRED -> Result.degraded(component, Log.text(cause));
            case BROKEN -> Result.unhealthy(component, Log.text(cause));
        };
    }
}
