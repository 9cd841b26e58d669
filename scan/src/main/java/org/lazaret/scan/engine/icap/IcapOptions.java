package org.lazaret.scan.engine.icap;

import java.time.Duration;
import org.lazaret.scan.Score;

/**
 * How to ask an ICAP service.
 *
 * @param method         what the sample is made to look like
 * @param preview        whether to show the beginning first when the server wants that; what it then passes unseen is an
 *                       {@link org.lazaret.scan.engine.Answer.Unable}
 * @param weight         of a hit
 * @param maxSize        the largest sample to send, in bytes
 * @param timeout        for one sample, or the deadline of the question where that is sooner
 * @param connectTimeout for making a connection
 * @param connections    at most so many at once; fewer when the server asks for that
 */
public record IcapOptions(Method method, boolean preview, Score weight, long maxSize, Duration timeout, Duration connectTimeout,
                          int connections) {

    /** What the sample is made to look like. */
    public enum Method {
        /** Sent by somebody (an upload). */
        REQMOD,
        /** Served to somebody (a download). */
        RESPMOD
    }

    public IcapOptions {
        if (maxSize < 0 || connections < 1 || !timeout.isPositive() || !connectTimeout.isPositive()) {
            throw new IllegalArgumentException("Size, connections and times of an ICAP service are above 0");
        }
    }

    public static IcapOptions defaults() {
        return new IcapOptions(Method.RESPMOD, true, Score.WORST, 100L << 20, Duration.ofSeconds(30), Duration.ofSeconds(5), 8);
    }
}
