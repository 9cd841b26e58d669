package org.lazaret.matchers;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.lazaret.policy.Policies;

/**
 * How often {@code Defer} put a mail back into the queue, counted in mail attributes. Some of James' queues do not delay (RabbitMQ's
 * ignores the delay): a mail that is back before half of its time is over has used up its attempts, or it would go round at full speed.
 */
@Singleton
public final class Deferrals {
    private static final AttributeName ATTEMPTS = AttributeName.of("org.lazaret.deferred");
    private static final AttributeName NOT_BEFORE = AttributeName.of("org.lazaret.deferred.not-before");
    private static final int SPENT = Integer.MAX_VALUE;

    private final Policies policies;
    private volatile boolean asked;

    @Inject
    public Deferrals(Policies policies) {
        this.policies = policies;
    }

    /** Some matcher asks for mail to defer. Where none does, nothing is: such mail would otherwise go on to delivery. */
    void asked() {
        asked = true;
    }

    /** Whether the mail can be put back once more. */
    public boolean possible(Mail mail) throws MessagingException {
        return asked && attempts(mail) < VerdictAttribute.policy(mail, policies).deferral().attempts();
    }

    public static int attempts(Mail mail) {
        return AttributeUtils.getValueAndCastFromMail(mail, ATTEMPTS, Integer.class).orElse(0);
    }

    /** Notes one more attempt. */
    public static void count(Mail mail, Instant now, Duration delay) {
        mail.setAttribute(new Attribute(ATTEMPTS, AttributeValue.of(attempts(mail) + 1)));
        mail.setAttribute(new Attribute(NOT_BEFORE, AttributeValue.of(now.plus(delay.dividedBy(2)).toEpochMilli())));
    }

    /**
     * To be called when the mail comes out of the queue.
     *
     * @return whether it was deferred and is back too early
     */
    public static boolean backTooEarly(Mail mail, Instant now) {
        boolean early = AttributeUtils.getValueAndCastFromMail(mail, NOT_BEFORE, Long.class)
            .filter(notBefore -> now.toEpochMilli() < notBefore)
            .isPresent();
        if (early) {
            mail.setAttribute(new Attribute(ATTEMPTS, AttributeValue.of(SPENT)));
        }
        mail.removeAttribute(NOT_BEFORE);
        return early;
    }
}
