package org.lazaret.quarantine.notice;

import java.util.List;
import org.lazaret.quarantine.Outgoing;

/**
 * A mail to send, as bytes that can be kept in the outbox.
 *
 * @param name    stable and unique: two letters of one name are the same letter
 * @param sender  MAIL FROM; empty for the null reverse-path
 * @param summary its line in a digest, should it go into one; else empty
 */
public record Letter(Outgoing.Kind kind, String name, String sender, List<String> recipients, byte[] bytes, String summary) {
    public Letter {
        recipients = List.copyOf(recipients);
        bytes = bytes.clone();
    }

    public Letter(Outgoing.Kind kind, String name, String sender, List<String> recipients, byte[] bytes) {
        this(kind, name, sender, recipients, bytes, "");
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    public Outgoing.Message message() {
        return new Outgoing.Message(kind, name, sender, recipients, out -> out.write(bytes));
    }
}
