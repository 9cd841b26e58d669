package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.mailet.Mail;
import org.lazaret.matchers.Directions;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Policies;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.QuotaException;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.log.Log;

/**
 * Holds a mail in quarantine and sends each of its local recipients a notice in its place, with that recipient's own link to the portal.
 * The mail itself ends here. It is on disk, encrypted, before anything else happens. Repeated after a crash it makes neither a second record
 * nor, for the recipient, a different notice.
 *
 * <p>When it cannot be stored, since the database is away, the disk is full, or the {@code quota} is reached and nothing is to make room, the
 * mail goes back into James' queue as by {@link Defer}, and is scanned again later; once it was put back as often as {@code defer.attempts}
 * allows, this mailet throws, and James keeps the mail.
 *
 * <p>Of a mail that leaves this server (see {@code IsOutbound}) the local sender is told instead; recipients elsewhere are told nothing.
 *
 * <p>Place: behind {@code ScanAttachments}, before delivery. A mail that was not scanned is held too; one that was just released passes.
 * It has no parameters: store, notice and portal are set in {@code lazaret.properties}.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.ActionIs=quarantine" class="org.lazaret.mailets.Quarantine"&gt;
 *     &lt;onMatchException&gt;lazaret-failed&lt;/onMatchException&gt;
 *     &lt;onMailetException&gt;lazaret-failed&lt;/onMailetException&gt;
 * &lt;/mailet&gt;
 * </code></pre>
 */
public class Quarantine extends StrictMailet {
    private static final Log LOGGER = Log.of(Quarantine.class);

    /** Held by a matcher of somebody else. */
    private static final Verdict NOT_SCANNED = new Verdict.Failed(Score.NONE, List.of(), List.of(), "not scanned: the allow list lets it through");

    private final org.lazaret.quarantine.Quarantine quarantine;
    private final Outgoing outgoing;
    private final Directions directions;
    private final BackToQueue queue;
    private final Meters meters;

    @Inject
    public Quarantine(org.lazaret.quarantine.Quarantine quarantine, Outgoing outgoing, Directions directions, MailQueueFactory<?> queues,
                      Policies policies, Clock clock, Meters meters) {
        this.quarantine = quarantine;
        this.outgoing = outgoing;
        this.directions = directions;
        this.queue = new BackToQueue(queues, policies, clock, meters);
        this.meters = meters;
    }

    @Override
    void process(Mail mail) throws MessagingException {
        switch (examined(mail)) {
            case Examined.Judged judged -> holdNowOrLater(mail, judged.verdictFor(Transit.recipients(mail)));
            case Examined.Allowed allowed -> holdNowOrLater(mail, NOT_SCANNED);
            case Examined.Released released -> LOGGER.debug("Mail {} was released", mail.getName());
        }
    }

    private void holdNowOrLater(Mail mail, Verdict verdict) throws MessagingException {
        try {
            hold(mail, verdict);
        } catch (QuotaException e) {
            queue.put(mail, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOGGER.error("Mail {} cannot be held", mail.getName(), e);
            queue.put(mail, "it cannot be held: " + e.getMessage());
        }
    }

    private void hold(Mail mail, Verdict verdict) throws MessagingException, IOException {
        Arrival arrival = new Arrival(Transit.arrivalId(mail), Transit.envelope(mail), mail.getLastUpdated().toInstant());
        Meters.Timing timing = meters.start(Meters.Span.HOLD);
        HeldMail held = quarantine.hold(arrival, Transit.message(mail), verdict);
        timing.stop();
        meters.count(Meters.Count.HELD_BYTES, held.size());
        for (MailAddress recipient : mail.getRecipients()) {
            Optional<Outgoing.Message> notice = quarantine.notice(held, recipient.asString());
            if (notice.isPresent()) {
                outgoing.send(notice.get());
            }
        }
        List<String> outbound = outbound(mail);
        if (!outbound.isEmpty()) {
            Optional<Outgoing.Message> notice = quarantine.senderNotice(held, outbound);
            if (notice.isPresent()) {
                outgoing.send(notice.get());
            }
        }
        LOGGER.info("Mail {} from <{}> to {} is held as {} with score {}, subject: {}", mail.getName(), Transit.sender(mail),
            Transit.recipients(mail), held.id(), verdict.score(), held.subject());
        mail.setState(Mail.GHOST);
    }

    private List<String> outbound(Mail mail) throws MessagingException {
        List<String> outbound = new ArrayList<>();
        for (MailAddress recipient : mail.getRecipients()) {
            if (directions.of(mail, recipient) == Direction.OUTBOUND) {
                outbound.add(recipient.asString());
            }
        }
        return outbound;
    }

    private static Examined examined(Mail mail) {
        try {
            return VerdictAttribute.get(mail);
        } catch (MessagingException e) {
            LOGGER.error("Mail {} is held unseen: {}", mail.getName(), e.getMessage());
            return new Examined.Judged(new Verdict.Failed(Score.NONE, List.of(), List.of(), String.valueOf(e.getMessage())));
        }
    }
}
