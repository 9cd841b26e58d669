package org.lazaret.it.client;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Waits for what happens in the server, by asking again and again. */
public final class Await {
    private Await() {
    }

    /** Something to be awaited. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** @throws IOException when it does not hold within a minute */
    public static void until(String what, Condition condition) throws IOException {
        until(what, Duration.ofSeconds(60), condition);
    }

    /** @throws IOException when it does not hold within the time */
    public static void until(String what, Duration time, Condition condition) throws IOException {
        Instant end = Instant.now().plus(time);
        while (!condition.holds()) {
            if (Instant.now().isAfter(end)) {
                throw new IOException("Not within " + time.toSeconds() + " s: " + what);
            }
            pause();
        }
    }

    public static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
