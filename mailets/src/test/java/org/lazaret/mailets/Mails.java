package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailetConfig;

/** Mail as James has it in transit, and the way back to its bytes. */
final class Mails {
    private Mails() {
    }

    /** @param message raw bytes, a character each; lines end in LF and become CRLF */
    static MailImpl mail(String message, String... recipients) throws MessagingException {
        byte[] bytes = message.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        MailImpl mail = MailImpl.builder().name("Mail-1").sender("sender@elsewhere.example").addRecipients(recipients).build();
        mail.setMessageContent(MimeMessageInputStreamSource.create("test", new ByteArrayInputStream(bytes)));
        return mail;
    }

    static String raw(Mail mail) throws MessagingException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        mail.getMessage().writeTo(out);
        return out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    }

    static <T extends StrictMailet> T init(T mailet, String... parameters) throws MessagingException {
        FakeMailetConfig.Builder config = FakeMailetConfig.builder().mailetName(mailet.getClass().getSimpleName());
        for (int i = 0; i < parameters.length; i += 2) {
            config.setProperty(parameters[i], parameters[i + 1]);
        }
        mailet.init(config.build());
        return mailet;
    }
}
