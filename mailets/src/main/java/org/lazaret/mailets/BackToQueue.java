package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.lazaret.matchers.Deferrals;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Deferral;
import org.lazaret.policy.Policies;
import org.lazaret.scan.log.Log;

/**
 * Puts a mail back into James' queue, into the processor that it is in and without its verdict, after a delay that grows with each attempt
 * ({@code defer.*} in {@code lazaret.properties}). The queue has the mail before this one ends: a crash in between makes two of it, never none.
 * Nothing waits in memory of ours, and how long the mail survives there is up to James' queue. Attempts are counted together, whatever a mail
 * is put back for.
 */
final class BackToQueue {
    private static final Log LOGGER = Log.of(BackToQueue.class);

    private final MailQueueFactory<?> queues;
    private final Policies policies;
    private final Clock clock;
    private final Meters meters;

    BackToQueue(MailQueueFactory<?> queues, Policies policies, Clock clock, Meters meters) {
        this.queues = queues;
        this.policies = policies;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * The mail given ends here, unless this throws.
     *
     * @param why for the log
     * @throws MessagingException when the queue does not take it, or it was put back as often as it may be
     */
    void put(Mail mail, String why) throws MessagingException {
        Deferral deferral = VerdictAttribute.policy(mail, policies).deferral();
        int done = Deferrals.attempts(mail);
        if (done >= deferral.attempts()) {
            throw new MessagingException("Mail " + mail.getName() + " was deferred as often as defer.attempts allows: " + why);
        }
        Instant now = clock.instant();
        Duration delay = deferral.delay(done);
        String arrivalId = Transit.arrivalId(mail);
        MailImpl copy = MailImpl.duplicate(mail);
        try {
            if (!Transit.arrivalId(copy).equals(arrivalId)) {
                throw new MessagingException("Mail " + mail.getName() + " has an attribute that James cannot copy");
            }
            // A fresh name: each split makes a name longer, and one that is too long cannot be split.
            copy.setName(MailImpl.getId());
            copy.setState(mail.getState());
            copy.removeAttribute(VerdictAttribute.NAME);
            Deferrals.count(copy, now, delay);
            queues.createQueue(MailQueueFactory.SPOOL).enQueue(copy, delay);
            LOGGER.info("Mail {} from <{}> to {} is deferred for {} as {}, attempt {} of {}: {}", mail.getName(), Transit.sender(mail),
                Transit.recipients(mail), delay, copy.getName(), done + 1, deferral.attempts(), why);
        } finally {
            LifecycleUtil.dispose(copy);
        }
        meters.count(Meters.Count.DEFERRED);
        mail.setState(Mail.GHOST);
    }
}
