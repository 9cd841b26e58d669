package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.lazaret.quarantine.Query;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.engine.Engines;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * James' health check of Lazaret, named in {@code healthcheck.properties}: whether the index of held mail answers (else unhealthy) and all
 * engines do (else degraded, naming them). An engine counts as failing from a failure until it answers again; none is asked for the check.
 *
 * <pre>
 * additional.healthchecks=org.lazaret.mailets.james.LazaretHealthCheck
 * </pre>
 */
public final class LazaretHealthCheck implements HealthCheck {
    private static final ComponentName NAME = new ComponentName("Lazaret");

    private final Lazaret lazaret;
    private final Engines engines;

    @Inject
    public LazaretHealthCheck(Lazaret lazaret, Engines engines) {
        this.lazaret = lazaret;
        this.engines = engines;
    }

    @Override
    public ComponentName componentName() {
        return NAME;
    }

    @Override
    public Publisher<Result> check() {
        return Mono.fromCallable(() -> {
            lazaret.quarantine().search(new Query(Optional.empty(), Set.of(), "", Optional.empty(), 1));
            return result(engines.health());
        })
            .onErrorResume(e -> Mono.just(Result.unhealthy(NAME, "The index of held mail does not answer", e)))
            .subscribeOn(Schedulers.boundedElastic());
    }

    static Result result(List<EngineHealth> engines) {
        String failing = engines.stream().filter(engine -> !engine.isWell()).map(LazaretHealthCheck::describe).collect(Collectors.joining("; "));
        return failing.isEmpty() ? Result.healthy(NAME) : Result.degraded(NAME, failing);
    }

    private static String describe(EngineHealth engine) {
        return "Engine " + engine.name() + " (" + engine.kind() + ", " + (engine.required() ? "required" : "optional") + ")"
            + engine.failingSince().map(since -> " fails since " + since.truncatedTo(ChronoUnit.SECONDS)).orElse(" is not well")
            + engine.lastError().map(error -> ": " + error).orElse("");
    }
}
