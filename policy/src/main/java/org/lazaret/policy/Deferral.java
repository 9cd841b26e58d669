package org.lazaret.policy;

import java.time.Duration;

/**
 * How often and for how long a mail is put back into the queue. Delays double from the first to the longest.
 *
 * @param attempts     at most so many times
 * @param firstDelay   before the first repetition
 * @param longestDelay not below {@code firstDelay}, and at most {@link #LIMIT}
 */
public record Deferral(int attempts, Duration firstDelay, Duration longestDelay) {
    /** James' queue in memory compares delays in milliseconds as whole numbers of 32 bits, which end at 24 days. */
    public static final Duration LIMIT = Duration.ofDays(7);

    /** About two hours in all: long enough for a restart and for somebody to look, short enough for a mail. */
    public static final Deferral DEFAULT = new Deferral(8, Duration.ofMinutes(1), Duration.ofMinutes(30));

    public Deferral {
        if (attempts < 1 || firstDelay.isNegative() || firstDelay.isZero() || firstDelay.compareTo(longestDelay) > 0
            || longestDelay.compareTo(LIMIT) > 0) {
            throw new IllegalArgumentException("No deferral: " + attempts + " attempts after " + firstDelay + " to " + longestDelay);
        }
    }

    /** @param done attempts before this one */
    public Duration delay(int done) {
        Duration delay = firstDelay;
        for (int doubled = 0; doubled < done && delay.compareTo(longestDelay) < 0; doubled++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(longestDelay) > 0 ? longestDelay : delay;
    }
}
