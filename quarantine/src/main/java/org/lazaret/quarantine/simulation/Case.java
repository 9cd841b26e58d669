package org.lazaret.quarantine.simulation;

import java.util.Optional;
import org.lazaret.policy.Action;
import org.lazaret.policy.Direction;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.scan.MessageSource;

/**
 * A mail as if it came now.
 *
 * @param label what to call it: an id, or the name of a file
 * @param done  what was done with it when it came; empty when it did not
 */
public record Case(String label, Envelope envelope, Direction direction, Optional<Decision> done, MessageSource message) {

    /** A held mail. Which way it went is not known any more: for mail that was leaving the settings for mail that comes in are taken too. */
    public static Case of(HeldMail mail, MessageSource message) {
        Decision done = new Decision(mail.verdict().score(), Action.QUARANTINE);
        return new Case(mail.id().value(), mail.envelope(), Direction.INBOUND, Optional.of(done), message);
    }
}
