package org.lazaret.scan.engine.atp;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.lazaret.scan.engine.Secret;

/**
 * How to ask ATP Cloud.
 *
 * @param base           where the Open API is, without {@code /v1}; HTTPS, or a loopback address
 * @param token          where the application token is; read for each question, so that it can be replaced at any time
 * @param submit         whether to hand over what the service does not know: attachments leave the house by that
 * @param types          media types to submit, {@code application/*} for a family; empty for all
 * @param maxSize        the largest sample to submit, in bytes
 * @param timeout        for one sample, or the deadline of the question where that is sooner; an analysis takes minutes
 * @param connectTimeout for making a connection
 * @param firstPoll      wait before asking for the result the first time; half as long again each time
 * @param lastPoll       the longest wait
 */
public record AtpCloudOptions(URI base, Secret token, boolean submit, List<String> types, long maxSize, Duration timeout,
                              Duration connectTimeout, Duration firstPoll, Duration lastPoll) {
    /** What the service takes. */
    public static final long MAX_SIZE = 32L << 20;

    /** @throws IllegalArgumentException when the token would travel in the clear, or the service would not take such a size */
    public AtpCloudOptions {
        types = List.copyOf(types);
        boolean secure = "https".equalsIgnoreCase(base.getScheme());
        boolean loopback = "http".equalsIgnoreCase(base.getScheme()) && List.of("127.0.0.1", "[::1]", "localhost").contains(base.getHost());
        if (!secure && !loopback || base.getHost() == null || base.getRawUserInfo() != null || base.getRawQuery() != null
                || base.getRawFragment() != null) {
            throw new IllegalArgumentException("The address of ATP Cloud is https://host[:port], not " + base);
        }
        if (maxSize < 0 || maxSize > MAX_SIZE) {
            throw new IllegalArgumentException("ATP Cloud takes samples of up to " + MAX_SIZE + " bytes, not " + maxSize);
        }
        if (!timeout.isPositive() || !connectTimeout.isPositive() || !firstPoll.isPositive() || !lastPoll.isPositive()) {
            throw new IllegalArgumentException("The times of ATP Cloud are longer than nothing");
        }
    }

    public static AtpCloudOptions of(URI base, Secret token) {
        return new AtpCloudOptions(base, token, true, List.of(), MAX_SIZE, Duration.ofMinutes(5), Duration.ofSeconds(5),
            Duration.ofSeconds(2), Duration.ofSeconds(15));
    }

    boolean submits(String mediaType) {
        return types.isEmpty() || types.stream().anyMatch(type -> type.endsWith("/*")
            ? mediaType.startsWith(type.substring(0, type.length() - 1)) : mediaType.equals(type));
    }
}
