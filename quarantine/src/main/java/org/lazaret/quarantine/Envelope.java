package org.lazaret.quarantine;

import java.util.List;

/**
 * SMTP envelope (RFC 5321) of a mail.
 *
 * @param sender     MAIL FROM without angle brackets; empty for the null reverse-path
 * @param recipients RCPT TO, at least one
 */
public record Envelope(String sender, List<String> recipients) {
    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("An envelope has at least one recipient");
        }
    }
}
