package org.lazaret.quarantine;

import java.time.Instant;
import java.util.Map;
import org.lazaret.scan.Verdict;

/**
 * What the index knows of a held mail. Header texts are decoded (RFC 2047) and as found in the mail: escape before display.
 *
 * @param states by recipient address, each in its own state
 * @param size   of the original message in bytes
 * @param sha256 lower-case hex of the SHA-256 of the original message's bytes
 */
public record HeldMail(RecordId id, Envelope envelope, Instant received, String subject, String from, String messageId, long size,
                       String sha256, Verdict verdict, Map<String, State> states) {
    public HeldMail {
        states = Map.copyOf(states);
    }
}
