package org.lazaret.mailets.james;

import jakarta.mail.MessagingException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.lazaret.mailets.Meters;
import org.lazaret.matchers.Directions;
import org.lazaret.policy.Keyword;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.scan.log.Log;

/**
 * Sends by putting mail on James' spool. Each time under a fresh name: two copies of one release are two mails to James, and the release
 * marker tells them apart. Not through {@code MailetContext.sendMail}, which marks mail as sent by a mailet and so as allowed to relay.
 */
final class SpoolOutgoing implements Outgoing {
    private static final Log LOGGER = Log.of(SpoolOutgoing.class);

    private final MailQueueFactory<?> queues;
    private final String processor;
    private final Meters meters;

    /** @param processor the processor that the mail enters */
    SpoolOutgoing(MailQueueFactory<?> queues, String processor, Meters meters) {
        this.queues = queues;
        this.processor = processor;
        this.meters = meters;
    }

    @Override
    public void send(Message message) throws IOException {
        MailImpl mail = null;
        try {
            mail = mail(message);
            queues.createQueue(MailQueueFactory.SPOOL).enQueue(mail);
            LOGGER.info("Mail {} to {} is {}", mail.getName(), message.recipients(), message.name());
            meters.count(switch (message.kind()) {
                case NOTICE -> Meters.Count.SENT_NOTICES;
                case ADMINISTRATOR_NOTICE -> Meters.Count.SENT_ADMINISTRATOR_NOTICES;
                case RELEASE -> Meters.Count.SENT_RELEASES;
            });
        } catch (MessagingException e) {
            throw new IOException("The mail queue did not take " + message.name() + ": " + e.getMessage(), e);
        } finally {
            LifecycleUtil.dispose(mail);
        }
    }

    private MailImpl mail(Message message) throws MessagingException, IOException {
        List<MailAddress> recipients = new ArrayList<>();
        for (String recipient : message.recipients()) {
            recipients.add(new MailAddress(recipient));
        }
        MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create("Lazaret-" + message.name());
        try (OutputStream out = new BufferedOutputStream(source.getWritableOutputStream(), 1 << 16)) {
            message.body().writeTo(out);
        } catch (IOException | RuntimeException e) {
            source.dispose();
            throw e;
        }
        MailImpl mail = MailImpl.builder()
            .name(MailImpl.getId())
            .sender(message.sender().isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(new MailAddress(message.sender())))
            .addRecipients(recipients)
            .state(processor)
            .addAttribute(new Attribute(Directions.OURS, AttributeValue.of(Keyword.of(message.kind()))))
            .build();
        mail.setMessageContent(source);
        return mail;
    }
}
