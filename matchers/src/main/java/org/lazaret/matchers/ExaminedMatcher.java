package org.lazaret.matchers;

import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.lazaret.policy.Keyword;

/**
 * A matcher over {@link Examined}. An {@link Error} becomes a {@link MessagingException}: James catches no other, and would lose the mail
 * together with a thread of the spooler.
 */
abstract class ExaminedMatcher extends GenericMatcher {

    @Override
    public final Collection<MailAddress> match(Mail mail) throws MessagingException {
        try {
            Examined examined = VerdictAttribute.get(mail);
            List<MailAddress> matched = new ArrayList<>();
            for (MailAddress recipient : mail.getRecipients()) {
                if (matches(examined, mail, recipient)) {
                    matched.add(recipient);
                }
            }
            return matched;
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            throw new MessagingException("Mail " + mail.getName() + ": " + e, new IllegalStateException(e));
        }
    }

    abstract boolean matches(Examined examined, Mail mail, MailAddress recipient) throws MessagingException;

    @SuppressWarnings("NullAway") // James gives null for a matcher without a condition
    final String condition() {
        String condition = getCondition();
        return condition == null ? "" : condition.strip();
    }

    /** The condition as one of these constants. */
    final <E extends Enum<E>> E word(Class<E> constants) throws MessagingException {
        try {
            return Keyword.parse(constants, condition());
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    final MessagingException refused(String allowed) {
        return new MessagingException(getClass().getSimpleName() + "=" + condition() + ": allowed is " + allowed);
    }
}
