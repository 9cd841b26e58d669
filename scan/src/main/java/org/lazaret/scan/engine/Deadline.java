package org.lazaret.scan.engine;

import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * When an answer has to be there. Measured by the monotonic clock, so that steps of the wall clock change nothing.
 *
 * @param nanoTime as {@link System#nanoTime()}
 */
public record Deadline(long nanoTime) {

    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /**
     * What is left of it, more than nothing.
     *
     * @throws SocketTimeoutException when it is over
     */
    public Duration remaining() throws SocketTimeoutException {
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("No answer in time");
        }
        return Duration.ofNanos(left);
    }

    /** The sooner of this and that. */
    public Deadline or(Deadline that) {
        return nanoTime - that.nanoTime <= 0 ? this : that;
    }
}
