package org.lazaret.scan.engine;

import java.io.IOException;
import java.util.Optional;

/**
 * Port: something outside of this program that judges bytes. Safe for concurrent use.
 *
 * <p>{@code EngineContract} holds each implementation to this: {@link Answer.Clean} is only said when the engine said so, in an answer that
 * was read to its end, in time, about all of the bytes. Whatever else happens (refused, reset, garbage, cut, oversized, late) is thrown.
 */
public interface Engine extends AutoCloseable {

    /** As the operator called it; stands in findings, logs and health checks. */
    String name();

    /**
     * What answers depend on beside the bytes, such as the version of the signatures: the same bytes have the same answer as long as it is the
     * same. Cheap, since it is asked for each attachment; empty when it is not known, and nothing may be cached.
     */
    Optional<String> version();

    /**
     * @throws IOException          when there is no answer to rely on; {@link java.net.SocketTimeoutException} when it did not come in time
     * @throws InterruptedException when the caller no longer waits
     */
    Answer ask(Sample sample, Deadline deadline) throws IOException, InterruptedException;

    /** What is wrong with it although it answers, such as a list that cannot be read anew; for health checks. */
    default Optional<String> defect() {
        return Optional.empty();
    }

    /** Ends connections and threads. */
    @Override
    void close();
}
