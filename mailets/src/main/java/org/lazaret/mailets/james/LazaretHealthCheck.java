package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.engine.Engines;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * James' health check of Lazaret, named in {@code healthcheck.properties}: whether the index of held mail answers (else unhealthy) and all
 * engines do (else degraded, naming them); degraded too while held mail is known whose content is not what was stored. An engine counts as
 * failing from a failure until it answers again; none is asked for the check.
 *
 * <pre>
 * additional.healthchecks=org.lazaret.mailets.james.LazaretHealthCheck
 * </pre>
 */
public final class LazaretHealthCheck implements HealthCheck {
    private static final ComponentName NAME = new ComponentName("Lazaret");
    /** Damaged mails that are named. */
    private static final int LISTED = 10;

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
            List<Upkeep.Damage> damages = lazaret.quarantine().upkeep().damages(LISTED);
            return result(engines.health(), damages);
        })
            .onErrorResume(e -> Mono.just(Result.unhealthy(NAME, "The index of held mail does not answer", e)))
            .subscribeOn(Schedulers.boundedElastic());
    }

    static Result result(List<EngineHealth> engines, List<Upkeep.Damage> damages) {
        String failing = Stream.concat(engines.stream().filter(engine -> !engine.isWell()).map(LazaretHealthCheck::describe),
            damages.stream().map(damage -> "Held mail " + damage.record() + " is not what was stored")).collect(Collectors.joining("; "));
        return failing.isEmpty() ? Result.healthy(NAME) : Result.degraded(NAME, failing);
    }

    private static String describe(EngineHealth engine) {
        return "Engine " + engine.name() + " (" + engine.kind() + ", " + (engine.required() ? "required" : "optional") + ")"
            + engine.failingSince().map(since -> " fails since " + since.truncatedTo(ChronoUnit.SECONDS)).orElse(" is not well")
            + engine.lastError().map(error -> ": " + error).orElse("");
    }
}
