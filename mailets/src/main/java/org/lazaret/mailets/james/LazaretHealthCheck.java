package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.lazaret.quarantine.Query;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * James' health check of Lazaret, named in {@code healthcheck.properties}: whether the index of held mail answers.
 *
 * <pre>
 * additional.healthchecks=org.lazaret.mailets.james.LazaretHealthCheck
 * </pre>
 */
public final class LazaretHealthCheck implements HealthCheck {
    private static final ComponentName NAME = new ComponentName("Lazaret");

    private final Lazaret lazaret;

    @Inject
    public LazaretHealthCheck(Lazaret lazaret) {
        this.lazaret = lazaret;
    }

    @Override
    public ComponentName componentName() {
        return NAME;
    }

    @Override
    public Publisher<Result> check() {
        return Mono.fromCallable(() -> {
            lazaret.quarantine().search(new Query(Optional.empty(), Set.of(), "", Optional.empty(), 1));
            return Result.healthy(NAME);
        })
            .onErrorResume(e -> Mono.just(Result.unhealthy(NAME, "The index of held mail does not answer", e)))
            .subscribeOn(Schedulers.boundedElastic());
    }
}
