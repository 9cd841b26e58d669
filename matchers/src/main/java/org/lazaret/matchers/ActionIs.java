package org.lazaret.matchers;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.lazaret.policy.Action;
import org.lazaret.policy.Context;
import org.lazaret.policy.Policies;

/**
 * Matches exactly those recipients of a mail for whom the policy decides on an action: {@code permit},
 * {@code warn}, {@code defer} or {@code quarantine}. Where policy differs between recipients, James splits the mail. Stands behind
 * {@code ScanAttachments}; the policy is the one that held when the mail was scanned.
 *
 * <p>Once a mail was deferred as often as {@code defer.attempts} allows, {@code defer} matches nobody, and {@code action.failed.after} holds;
 * likewise where {@code mailetcontainer.xml} does not ask for {@code defer} at all.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.ActionIs=quarantine" class="org.lazaret.mailets.Quarantine"/&gt;
 * </code></pre>
 */
public class ActionIs extends ExaminedMatcher {
    private final Policies policies;
    private final Directions directions;
    private final Deferrals deferrals;
    private Action action = Action.QUARANTINE;

    @Inject
    public ActionIs(Policies policies, Directions directions, Deferrals deferrals) {
        this.policies = policies;
        this.directions = directions;
        this.deferrals = deferrals;
    }

    @Override
    public void init() throws MessagingException {
        action = word(Action.class);
        if (action == Action.DEFER) {
            deferrals.asked();
        }
    }

    @Override
    boolean matches(Examined examined, Mail mail, MailAddress recipient) throws MessagingException {
        Context context = new Context(recipient.asString(), directions.of(mail, recipient), deferrals.possible(mail));
        return examined.action(VerdictAttribute.policy(mail, policies), context) == action;
    }
}
