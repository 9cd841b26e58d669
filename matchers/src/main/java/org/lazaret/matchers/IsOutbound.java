package org.lazaret.matchers;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.lazaret.policy.Direction;

/**
 * Matches the recipients elsewhere of a mail whose client may relay through this server, as the policy's {@code outbound.*} settings do. It
 * has no condition, and can stand anywhere.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.IsOutbound" class="ToProcessor"&gt;
 *     &lt;processor&gt;outbound&lt;/processor&gt;
 * &lt;/mailet&gt;
 * </code></pre>
 */
public class IsOutbound extends GenericMatcher {
    private final Directions directions;

    @Inject
    public IsOutbound(Directions directions) {
        this.directions = directions;
    }

    @Override
    public Collection<MailAddress> match(Mail mail) throws MessagingException {
        List<MailAddress> matched = new ArrayList<>();
        for (MailAddress recipient : mail.getRecipients()) {
            if (directions.of(mail, recipient) == Direction.OUTBOUND) {
                matched.add(recipient);
            }
        }
        return matched;
    }
}
