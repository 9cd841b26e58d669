package org.lazaret.quarantine;

import java.time.Instant;

/**
 * A mail on its way into quarantine.
 *
 * @param arrivalId unique to this mail in transit, the same when processing is repeated after a crash, set before any split
 * @param received  when it was received
 */
public record Arrival(String arrivalId, Envelope envelope, Instant received) {
}
