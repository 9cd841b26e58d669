package org.lazaret.scan;

import java.time.Duration;

/**
 * The budget of one mail. What does not fit is {@link Unscannable.Reason#OVER_LIMIT}, with the limit's name in the detail.
 *
 * @param time         wall-clock time for the whole mail
 * @param decodedBytes bytes after decoding and unpacking, in all parts and entries together
 * @param entries      MIME parts and archive entries together
 * @param depth        nesting: multiparts, messages, archives and documents in each other
 * @param ratio        unpacked to packed bytes, over the whole of one container, once more than {@link #RATIO_FROM} bytes were unpacked:
 *                     logs and tables of a few megabytes pack better than any limit that stops a bomb in time
 * @param memory       bytes of one item kept on the heap; larger ones go to a temporary file
 */
public record Limits(Duration time, long decodedBytes, int entries, int depth, int ratio, int memory) {
    /** Bytes that may be unpacked from any container, whatever its ratio. */
    public static final long RATIO_FROM = 8 << 20;
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), 512L << 20, 10_000, 16, 200, 1 << 20);

    public Limits {
        if (time.isNegative() || time.isZero() || decodedBytes < 1 || entries < 1 || depth < 1 || ratio < 1 || memory < 1) {
            throw new IllegalArgumentException("Limits are positive");
        }
    }
}
