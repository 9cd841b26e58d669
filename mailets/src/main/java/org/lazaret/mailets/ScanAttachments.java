package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.time.Clock;
import java.util.List;
import org.apache.mailet.Mail;
import org.lazaret.matchers.Deferrals;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Policies;
import org.lazaret.policy.lists.Lists;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Rules;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.log.Log;

/**
 * Classifies the attachments of a mail and keeps the verdict in a mail attribute, for {@code ActionIs}, {@code ThreatScoreAtLeast} and
 * {@code HasVerdict}. The message is read once, as a stream, and is not changed. A mail released from quarantine (recognised by
 * {@code RemoveForgedHeaders}) is not looked at again, nor is one that the allow list lets through for every recipient; a mail without
 * attachments costs next to nothing. When the lists cannot be read, the scan has failed.
 *
 * <p>Place: behind {@code RemoveForgedHeaders}, before the matchers named above. It has no parameters: limits and thresholds are in
 * {@code lazaret.properties}. Whatever goes wrong in a scan is itself a verdict, <em>failed</em>, that the policy decides on.
 *
 * <pre><code>
 * &lt;mailet match="All" class="org.lazaret.mailets.ScanAttachments"&gt;
 *     &lt;onMailetException&gt;lazaret-failed&lt;/onMailetException&gt;
 * &lt;/mailet&gt;
 * </code></pre>
 */
public class ScanAttachments extends StrictMailet {
    private static final Log LOGGER = Log.of(ScanAttachments.class);

    private static final String FORGED_MARKER = "header.release.forged";

    private final Scanner scanner;
    private final Lists lists;
    private final Policies policies;
    private final Meters meters;
    private final Clock clock;
    private final ScanCounts counts;
    private final Finding forgedMarker = new Finding(FORGED_MARKER, Rules.load().rule(FORGED_MARKER).weight(), List.of(), "X-Lazaret-Release", "");

    @Inject
    public ScanAttachments(Scanner scanner, Lists lists, Policies policies, Meters meters, Clock clock, ScanCounts counts) {
        this.scanner = scanner;
        this.lists = lists;
        this.policies = policies;
        this.meters = meters;
        this.clock = clock;
        this.counts = counts;
    }

    @Override
    void process(Mail mail) throws MessagingException {
        Transit.arrivalId(mail);
        if (VerdictAttribute.isReleased(mail)) {
            return;
        }
        if (Deferrals.backTooEarly(mail, clock.instant())) {
            LOGGER.warn("Mail {} came back from the queue early: it is not deferred again", mail.getName());
        }
        Listed listed = Listed.of(mail, lists);
        if (listed.isAllowedForAll()) {
            VerdictAttribute.setAllowed(mail);
            meters.count(Meters.Count.ALLOWED);
            LOGGER.info("Mail {} from <{}> to {} is not scanned: allowed by {}", mail.getName(), Transit.sender(mail), Transit.recipients(mail),
                listed.hits());
            return;
        }
        Meters.Timing timing = meters.start(Meters.Span.SCAN);
        Verdict verdict = scanner.scanMessage(Transit.message(mail));
        timing.stop();
        if (RemoveForgedHeaders.hadForgedMarker(mail)) {
            verdict = verdict.with(forgedMarker);
        }
        Listed known = listed.with(verdict);
        if (known.problem().isPresent()) {
            verdict = new Verdict.Failed(verdict.score(), verdict.findings(), verdict.attachments(), verdict.obstacles(), known.problem().get());
        }
        VerdictAttribute.set(mail, verdict, known.listings(), policies.version());
        counts.count(mail, new Examined.Judged(verdict, known.listings()));
        if (!known.hits().isEmpty()) {
            LOGGER.info("Mail {} is listed: {}", mail.getName(), known.hits());
        }
        if (verdict instanceof Verdict.Failed failed) {
            LOGGER.error("Mail {} from <{}> to {} could not be scanned: {}", mail.getName(), Transit.sender(mail), Transit.recipients(mail),
                failed.cause());
        } else if (!verdict.findings().isEmpty()) {
            LOGGER.info("Mail {} from <{}> to {} has score {}: {}", mail.getName(), Transit.sender(mail), Transit.recipients(mail), verdict.score(),
                verdict.findings().stream().map(Finding::rule).distinct().toList());
        }
    }
}
