package org.lazaret.quarantine;

import java.time.Instant;

/**
 * What keeps a mail's content from being removed, by retention or by anybody, until an administrator lifts it.
 *
 * @param author who set it
 * @param reason as given, not empty; escape before display
 */
public record LegalHold(Instant since, String author, String reason) {
    public LegalHold {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("A legal hold has a reason");
        }
    }
}
