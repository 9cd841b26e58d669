package org.lazaret.matchers;

import jakarta.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.lazaret.policy.lists.Effect;

/**
 * Matches the recipients for whom an entry of the lists decides about a mail: {@code allow} or {@code block}. Stands behind
 * {@code ScanAttachments}. That an attachment alone is allowed does not count.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.IsListed=block" class="Null"/&gt;
 * </code></pre>
 */
public class IsListed extends ExaminedMatcher {
    private Effect effect = Effect.BLOCK;

    @Override
    public void init() throws MessagingException {
        effect = word(Effect.class);
    }

    @Override
    boolean matches(Examined examined, Mail mail, MailAddress recipient) {
        return switch (examined) {
            case Examined.Judged judged -> switch (effect) {
                case ALLOW -> judged.listing(recipient.asString()).allowed().isPresent();
                case BLOCK -> !judged.listing(recipient.asString()).blocked().isEmpty();
            };
            case Examined.Allowed allowed -> effect == Effect.ALLOW;
            case Examined.Released released -> false;
        };
    }
}
