package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.time.Clock;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.mailet.Mail;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Policies;
import org.lazaret.scan.log.Log;

/**
 * Puts a mail back into James' queue, to be scanned again after a delay that grows with each attempt ({@code defer.*} in
 * {@code lazaret.properties}). The queue has the mail before this one ends: a crash in between makes two of it, never none.
 *
 * <p>When the queue does not take the mail, or the mail was deferred as often as it may be, this mailet throws and James keeps the mail.
 *
 * <p>Place: in the processor that {@code ScanAttachments} is in, behind it, since the mail enters the same processor again. It has no
 * parameters.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.ActionIs=defer" class="org.lazaret.mailets.Defer"&gt;
 *     &lt;onMatchException&gt;lazaret-failed&lt;/onMatchException&gt;
 *     &lt;onMailetException&gt;lazaret-failed&lt;/onMailetException&gt;
 * &lt;/mailet&gt;
 * </code></pre>
 */
public class Defer extends StrictMailet {
    private static final Log LOGGER = Log.of(Defer.class);

    private final BackToQueue queue;

    @Inject
    public Defer(MailQueueFactory<?> queues, Policies policies, Clock clock, Meters meters) {
        this.queue = new BackToQueue(queues, policies, clock, meters);
    }

    @Override
    void process(Mail mail) throws MessagingException {
        if (VerdictAttribute.isReleased(mail)) {
            LOGGER.debug("Mail {} was released", mail.getName());
            return;
        }
        queue.put(mail, "the policy says so");
    }
}
