package org.lazaret.matchers;

import jakarta.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.lazaret.scan.Verdict;

/**
 * Matches the recipients of a mail by the outcome of its scan: {@code no-attachment}, {@code scanned} (with attachments, all looked at),
 * {@code unscannable}, {@code failed}, {@code released} or
 * {@code allowed} (by an entry of the lists). Stands behind {@code ScanAttachments}.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.HasVerdict=failed" class="org.lazaret.mailets.Quarantine"/&gt;
 * </code></pre>
 */
public class HasVerdict extends ExaminedMatcher {
    private enum Outcome {
        NO_ATTACHMENT, SCANNED, UNSCANNABLE, FAILED, RELEASED, ALLOWED
    }

    private Outcome outcome = Outcome.FAILED;

    @Override
    public void init() throws MessagingException {
        outcome = word(Outcome.class);
    }

    @Override
    boolean matches(Examined examined, Mail mail, MailAddress recipient) {
        return outcome == switch (examined) {
            case Examined.Released released -> Outcome.RELEASED;
            case Examined.Allowed allowed -> Outcome.ALLOWED;
            case Examined.Judged judged when judged.listing(recipient.asString()).allowed().isPresent() -> Outcome.ALLOWED;
            case Examined.Judged judged -> switch (judged.verdictFor(recipient.asString())) {
                case Verdict.Scanned scanned -> scanned.attachments().isEmpty() && scanned.findings().isEmpty()
                    ? Outcome.NO_ATTACHMENT : Outcome.SCANNED;
                case Verdict.NotScannable unscannable -> Outcome.UNSCANNABLE;
                case Verdict.Failed failed -> Outcome.FAILED;
            };
        };
    }
}
