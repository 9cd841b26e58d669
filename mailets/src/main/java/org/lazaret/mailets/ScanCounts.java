package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.lazaret.mailets.Meters.Count;
import org.lazaret.matchers.Deferrals;
import org.lazaret.matchers.Directions;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Action;
import org.lazaret.policy.Context;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.Policy.Threat;
import org.lazaret.quarantine.Statistics;
import org.lazaret.quarantine.Statistics.Kind;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.log.Log;

/**
 * Counts what was scanned, for the administrators' dashboard and for James' metrics. On the dashboard a mail that was deferred and is scanned again
 * counts once, unless it turns out worse than before; in the metrics each scan counts.
 */
public final class ScanCounts {
    private static final Log LOGGER = Log.of(ScanCounts.class);
    private static final AttributeName COUNTED = AttributeName.of("org.lazaret.counted");

    private final Statistics statistics;
    private final Policies policies;
    private final Directions directions;
    private final Deferrals deferrals;
    private final Meters meters;

    @Inject
    public ScanCounts(Statistics statistics, Policies policies, Directions directions, Deferrals deferrals, Meters meters) {
        this.statistics = statistics;
        this.policies = policies;
        this.directions = directions;
        this.deferrals = deferrals;
        this.meters = meters;
    }

    void count(Mail mail, Examined.Judged judged) {
        boolean attachments = !judged.verdict().attachments().isEmpty();
        if (Deferrals.attempts(mail) == 0) {
            statistics.count(Kind.SCANNED, 1);
            if (attachments) {
                statistics.count(Kind.ATTACHMENTS, 1);
                meters.count(Count.ATTACHMENTS);
            }
        }
        if (!attachments && judged.verdict().findings().isEmpty() && judged.listings().isEmpty() && judged.verdict() instanceof Verdict.Scanned) {
            return;
        }
        try {
            outcome(mail, judged, attachments);
        } catch (MessagingException e) {
            // Which way a mail goes is asked again where it matters.
            LOGGER.warn("Mail {} is missing in the statistics: {}", mail.getName(), e.getMessage());
        }
    }

    /** One for each scan: what is worst. */
    private static Count kind(Verdict verdict, Threat threat) {
        return switch (verdict) {
            case Verdict.Failed failed -> Count.FAILED;
            case Verdict any when threat == Threat.MALICIOUS -> Count.MALICIOUS;
            case Verdict.NotScannable unscannable -> Count.UNSCANNABLE;
            case Verdict.Scanned scanned -> threat == Threat.SUSPICIOUS ? Count.SUSPICIOUS : Count.CLEAN;
        };
    }

    private void outcome(Mail mail, Examined.Judged judged, boolean attachments) throws MessagingException {
        Policy policy = VerdictAttribute.policy(mail, policies);
        Threat worst = Threat.NONE;
        boolean permitted = false;
        for (MailAddress address : mail.getRecipients()) {
            String recipient = address.asString();
            Context context = new Context(recipient, directions.of(mail, address), deferrals.possible(mail));
            Threat threat = policy.threat(judged.verdictFor(recipient), context);
            worst = threat.compareTo(worst) > 0 ? threat : worst;
            permitted |= judged.action(policy, context) == Action.PERMIT;
        }
        meters.count(kind(judged.verdict(), worst));
        if (permitted && attachments) {
            statistics.count(Kind.PERMITTED, 1);
            meters.count(Count.PERMITTED);
        }
        Threat counted = AttributeUtils.getValueAndCastFromMail(mail, COUNTED, String.class).map(Threat::valueOf).orElse(Threat.NONE);
        if (worst.compareTo(counted) > 0) {
            statistics.count(worst == Threat.MALICIOUS ? Kind.MALICIOUS : Kind.SUSPICIOUS, 1);
            mail.setAttribute(new Attribute(COUNTED, AttributeValue.of(worst.name())));
        }
    }
}
