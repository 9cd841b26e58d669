package org.lazaret.matchers;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.Mail;
import org.lazaret.policy.Direction;

/**
 * Tells for a recipient which way a mail goes. It leaves when the recipient's domain is not of this server, and James recorded that its
 * client may relay (signed in by SMTP, a network of {@code authorizedAddresses}, or JMAP) or the quarantine sends it. Addresses in the mail
 * prove nothing: anybody can write a sender of this server.
 */
public final class Directions {
    /** On mail that this server's quarantine sends: released mail goes where it was going. */
    public static final AttributeName OURS = AttributeName.of("org.lazaret.sent");
    private static final AttributeName MAY_RELAY = AttributeName.of("org.apache.james.SMTPIsAuthNetwork");
    private static final AttributeName JMAP_USER = AttributeName.of("org.apache.james.jmap.send.MailMetaData.username");

    private final DomainList domains;

    @Inject
    public Directions(DomainList domains) {
        this.domains = domains;
    }

    /** @throws MessagingException when the domains of this server cannot be asked for */
    public Direction of(Mail mail, MailAddress recipient) throws MessagingException {
        return mayRelay(mail) && !isLocal(recipient.getDomain()) ? Direction.OUTBOUND : Direction.INBOUND;
    }

    private static boolean mayRelay(Mail mail) {
        return AttributeUtils.getValueAndCastFromMail(mail, Mail.SMTP_AUTH_USER, String.class).isPresent()
            || AttributeUtils.getValueAndCastFromMail(mail, MAY_RELAY, Boolean.class).orElse(false)
            || mail.getAttribute(JMAP_USER).isPresent() || mail.getAttribute(OURS).isPresent();
    }

    private boolean isLocal(Domain domain) throws MessagingException {
        try {
            return domains.containsDomain(domain);
        } catch (DomainListException e) {
            throw new MessagingException("The domain list does not answer", e);
        }
    }
}
