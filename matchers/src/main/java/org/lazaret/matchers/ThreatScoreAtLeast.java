package org.lazaret.matchers;

import jakarta.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.lazaret.scan.Score;

/**
 * Matches the recipients of a mail whose threat score (0 to 10, one decimal) is at least the condition. The score counts what could be
 * seen: pair it with {@code HasVerdict} for mail that could not be looked into. Stands behind {@code ScanAttachments}.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.ThreatScoreAtLeast=8.5" class="org.lazaret.mailets.Quarantine"/&gt;
 * </code></pre>
 */
public class ThreatScoreAtLeast extends ExaminedMatcher {
    private Score least = Score.NONE;

    @Override
    public void init() throws MessagingException {
        try {
            least = Score.parse(condition());
        } catch (IllegalArgumentException e) {
            throw refused("a number from 0 to 10 with at most one decimal");
        }
    }

    @Override
    boolean matches(Examined examined, Mail mail, MailAddress recipient) {
        return switch (examined) {
            case Examined.Judged judged when judged.listing(recipient.asString()).allowed().isPresent() -> false;
            case Examined.Judged judged -> judged.verdictFor(recipient.asString()).score().atLeast(least);
            case Examined.Released released -> false;
            case Examined.Allowed allowed -> false;
        };
    }
}
