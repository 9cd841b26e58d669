package org.lazaret.portal.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Slows down guessing of passwords. The first {@code free} failures of a key cost nothing; each further one doubles the time until the next
 * guess, from one second up to {@code longest}. A key is forgotten {@link #MEMORY} after its last failure. At most {@value #MAX_KEYS} keys are
 * kept.
 *
 * <p>A guess counts as a failure from its start, so that guesses sent at once do not pass together.
 */
public final class Throttle {
    static final Duration MEMORY = Duration.ofHours(1);
    static final int MAX_KEYS = 50_000;

    private record Failures(int count, Instant nextGuess) {
    }

    private final int free;
    private final Duration longest;
    private final Clock clock;
    private final Cache<String, Failures> failures;

    public Throttle(int free, Duration longest, Clock clock) {
        this.free = free;
        this.longest = longest;
        this.clock = clock;
        this.failures = Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            .expireAfterWrite(MEMORY)
            .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
            .build();
    }

    /**
     * Asks for a guess.
     *
     * @return zero when it may be made, and is counted; else how long to wait
     */
    public Duration ask(String key) {
        Instant now = clock.instant();
        AtomicLong waitMillis = new AtomicLong();
        failures.asMap().compute(key, (name, before) -> {
            if (before != null && now.isBefore(before.nextGuess())) {
                waitMillis.set(Math.max(1, Duration.between(now, before.nextGuess()).toMillis()));
                return before;
            }
            int count = before == null ? 1 : before.count() + 1;
            int excess = count - free;
            Duration pause = excess <= 0 ? Duration.ZERO : excess > 20 ? longest : min(Duration.ofSeconds(1L << (excess - 1)), longest);
            return new Failures(count, now.plus(pause));
        });
        return Duration.ofMillis(waitMillis.get());
    }

    /** The guess was right: forgets the key. */
    public void forgive(String key) {
        failures.invalidate(key);
    }

    /** The guess was right: takes back this one alone. */
    public void undo(String key) {
        failures.asMap().computeIfPresent(key, (name, before) -> new Failures(Math.max(0, before.count() - 1), clock.instant()));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
