package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.lazaret.quarantine.Envelope;
import org.lazaret.scan.MessageSource;

/** What the mailets read of a mail in transit. */
public final class Transit {
    private static final AttributeName ARRIVAL = AttributeName.of("org.lazaret.arrival");

    private Transit() {
    }

    /**
     * Identifies the mail however often James splits, renames or repeats it: the name it had when the first of our mailets saw it, which is
     * the one it was queued under. After a crash the queue hands out the mail as it was queued, and the same id results.
     */
    static String arrivalId(Mail mail) {
        Optional<String> known = AttributeUtils.getValueAndCastFromMail(mail, ARRIVAL, String.class);
        if (known.isPresent()) {
            return known.get();
        }
        mail.setAttribute(new Attribute(ARRIVAL, AttributeValue.of(mail.getName())));
        return mail.getName();
    }

    /**
     * The raw message, from James' source without parsing the body. Not by {@code writeTo} where it can be had otherwise: that replaces 8-bit
     * bytes of the header by question marks.
     */
    public static MessageSource message(Mail mail) {
        return out -> {
            try {
                if (mail.getMessage() instanceof MimeMessageWrapper wrapper) {
                    try (InputStream in = wrapper.getMessageInputStream()) {
                        in.transferTo(out);
                    }
                } else {
                    mail.getMessage().writeTo(out);
                }
            } catch (MessagingException e) {
                throw new IOException("The message of " + mail.getName() + " cannot be read: " + e.getMessage(), e);
            }
        };
    }

    public static Envelope envelope(Mail mail) {
        return new Envelope(sender(mail), recipients(mail));
    }

    /** Empty for the null reverse-path. */
    static String sender(Mail mail) {
        return mail.getMaybeSender().asOptional().map(MailAddress::asString).orElse("");
    }

    static List<String> recipients(Mail mail) {
        return mail.getRecipients().stream().map(MailAddress::asString).toList();
    }
}
