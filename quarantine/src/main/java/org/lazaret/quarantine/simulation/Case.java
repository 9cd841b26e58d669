package org.lazaret.quarantine.simulation;

import java.util.Optional;
import org.lazaret.policy.Direction;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;

/**
 * A mail as if it came now.
 *
 * @param label    what to call it: an id, or the name of a file
 * @param heldWith score of the verdict that it is in quarantine for; empty when it is not
 */
public record Case(String label, Envelope envelope, Direction direction, Optional<Score> heldWith, MessageSource message) {

    /** A held mail. Which way it went is not known any more: for mail that was leaving the settings for mail that comes in are taken too. */
    public static Case of(HeldMail mail, MessageSource message) {
        return new Case(mail.id().value(), mail.envelope(), Direction.INBOUND, Optional.of(mail.verdict().score()), message);
    }
}
