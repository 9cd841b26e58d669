package org.lazaret.scan.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How an engine does.
 *
 * @param failingSince when it first failed without an answer since; empty while it is well or was not asked yet
 * @param lastError    why it last failed, or what is wrong although it answers; empty when nothing is
 * @param circuit      whether it is being asked: {@code closed} (yes), {@code open} (not for a while), {@code probing}
 * @param known        answers that were known from before, so that it was not asked
 * @param latency      mean time to an answer
 * @param slowest      longest time to an answer
 */
public record EngineHealth(String name, String kind, boolean required, Optional<Instant> failingSince, Optional<String> lastError, String circuit,
                           Optional<String> version, long clean, long harmful, long unable, long failed, long known, Duration latency,
                           Duration slowest) {

    public boolean isWell() {
        return failingSince.isEmpty() && lastError.isEmpty();
    }
}
