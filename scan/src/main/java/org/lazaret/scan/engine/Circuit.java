package org.lazaret.scan.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps an engine that is down from costing each mail its timeout: after some failures in a row nothing is asked for a while; then one
 * question is let through, and its outcome decides whether the others follow or wait again. The pause does not grow: a question now and then
 * costs little, and mail waits for an engine that is back for no longer than that. Safe for concurrent use.
 */
final class Circuit {
    static final int FAILURES = 3;
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** Whether questions go through. */
    enum State {
        /** They do. */
        CLOSED,
        /** They do not. */
        OPEN,
        /** One does, to see whether the engine is back. */
        PROBING
    }

    private final LongSupplier nanos;
    private State state = State.CLOSED;
    private int failures;
    private long openUntil;

    Circuit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized State state() {
        return state;
    }

    /** Whether a question would be refused now. */
    synchronized boolean refuses() {
        return state == State.PROBING || state == State.OPEN && nanos.getAsLong() - openUntil < 0;
    }

    /** Whether to ask now. Whoever gets true reports how it went: succeeded, failed or abandoned. */
    synchronized boolean admits() {
        if (refuses()) {
            return false;
        }
        if (state == State.OPEN) {
            state = State.PROBING;
        }
        return true;
    }

    synchronized void succeeded() {
        state = State.CLOSED;
        failures = 0;
    }

    synchronized void failed() {
        failures++;
        if (state == State.PROBING || failures >= FAILURES) {
            state = State.OPEN;
            openUntil = nanos.getAsLong() + PAUSE.toNanos();
        }
    }

    /** Nobody waited for the outcome. */
    synchronized void abandoned() {
        if (state == State.PROBING) {
            state = State.OPEN;
            openUntil = nanos.getAsLong();
        }
    }
}
