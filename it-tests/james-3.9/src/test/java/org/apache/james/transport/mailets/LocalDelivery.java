package org.apache.james.transport.mailets;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Keeps what each recipient gets, by address. */
public class LocalDelivery extends GenericMailet {
    private static final Map<String, List<MimeMessage>> DELIVERED = new ConcurrentHashMap<>();

    public static List<MimeMessage> delivered(String address) {
        return DELIVERED.getOrDefault(address, List.of());
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        for (MailAddress recipient : mail.getRecipients()) {
            DELIVERED.computeIfAbsent(recipient.asString(), address -> new CopyOnWriteArrayList<>()).add(new MimeMessage(mail.getMessage()));
        }
        mail.setState(Mail.GHOST);
    }
}
