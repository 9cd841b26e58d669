package org.lazaret.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import javax.mail.Folder;
import javax.mail.Message;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.Store;

/** Somebody's inbox, read over IMAP (RFC 3501). */
public final class Mailbox {
    private final int port;
    private final JamesServer.Account account;

    public Mailbox(int port, JamesServer.Account account) {
        this.port = port;
        this.account = account;
    }

    public JamesServer.Account account() {
        return account;
    }

    /** All messages as delivered, oldest first. */
    public List<Received> messages() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("mail.imap.timeout", "60000");
        // In chunks of the default size, a mail of 50 MB needs thousands of round trips.
        properties.setProperty("mail.imap.fetchsize", "1048576");
        try (Store store = Session.getInstance(properties).getStore("imap")) {
            store.connect("127.0.0.1", port, account.address(), account.password());
            Folder inbox = store.getFolder("INBOX");
            if (!inbox.exists()) {
                return List.of();
            }
            inbox.open(Folder.READ_ONLY);
            List<Received> received = new ArrayList<>();
            for (Message message : inbox.getMessages()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                message.writeTo(bytes);
                received.add(Received.of(bytes.toByteArray()));
            }
            inbox.close(false);
            return received;
        } catch (MessagingException e) {
            throw new IOException("IMAP for " + account.address(), e);
        }
    }

    /**
     * The first message that is wanted, as soon as it is there.
     *
     * @throws IOException when it is not there in time; says what is
     */
    public Received await(String what, Predicate<Received> wanted) throws IOException {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (true) {
            List<Received> messages = messages();
            for (Received message : messages) {
                if (wanted.test(message)) {
                    return message;
                }
            }
            if (Instant.now().isAfter(end)) {
                throw new IOException(account.address() + " did not receive " + what + " but " + messages.stream().map(Received::subject).toList());
            }
            Await.pause();
        }
    }
}
