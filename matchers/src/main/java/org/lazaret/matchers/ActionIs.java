package org.lazaret.matchers;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import org.lazaret.policy.Action;
import org.lazaret.policy.Policy;

/**
 * Matches all recipients of a mail for which the policy of {@code lazaret.properties} decides on an action: {@code permit},
 * {@code warn} or {@code quarantine}. Stands behind {@code ScanAttachments}.
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.ActionIs=quarantine" class="org.lazaret.mailets.Quarantine"/&gt;
 * </code></pre>
 */
public class ActionIs extends ExaminedMatcher {
    private final Policy policy;
    private Action action = Action.QUARANTINE;

    @Inject
    public ActionIs(Policy policy) {
        this.policy = policy;
    }

    @Override
    public void init() throws MessagingException {
        action = word(Action.class);
    }

    @Override
    boolean matches(Examined examined) {
        return examined.action(policy) == action;
    }
}
