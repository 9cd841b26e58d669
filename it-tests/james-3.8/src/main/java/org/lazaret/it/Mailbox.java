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
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.Store;
import org.lazaret.it.client.Await;

/** Somebody's inbox, read over IMAP (RFC 3501). */
public final class Mailbox {
    private static final int ATTEMPTS = 5;
    private static final String TIMEOUT_MILLIS = "10000";

    private final int port;
    private final JamesServer.Account account;
    private final List<Received> fetched = new ArrayList<>();

    public Mailbox(int port, JamesServer.Account account) {
        this.port = port;
        this.account = account;
    }

    public JamesServer.Account account() {
        return account;
    }

    /** All messages as delivered, oldest first. Each is fetched once: nothing here deletes any. */
    public synchronized List<Received> messages() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                fetchNew();
                return List.copyOf(fetched);
            } catch (MessagingException | IOException e) {
                // Now and then the server of James 3.8 leaves a command without an answer.
                if (attempt == ATTEMPTS) {
                    throw new IOException("IMAP for " + account.address(), e);
                }
            }
        }
    }

    private void fetchNew() throws MessagingException, IOException {
        try (Store store = connect()) {
            Folder inbox = store.getFolder("INBOX");
            if (inbox.exists()) {
                inbox.open(Folder.READ_ONLY);
                for (int number = fetched.size() + 1; number <= inbox.getMessageCount(); number++) {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    inbox.getMessage(number).writeTo(bytes);
                    fetched.add(Received.of(bytes.toByteArray()));
                }
            }
        }
    }

    private Store connect() throws MessagingException {
        Properties properties = new Properties();
        properties.setProperty("mail.imap.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.imap.connectiontimeout", TIMEOUT_MILLIS);
        // In chunks of the default size, a mail of 50 MB needs thousands of round trips.
        properties.setProperty("mail.imap.fetchsize", "1048576");
        Store store = Session.getInstance(properties).getStore("imap");
        store.connect("127.0.0.1", port, account.address(), account.password());
        return store;
    }

    /** Waits for a message, and tells only its subject: for mail that is better not read into memory. */
    public String subjectWhenThere() throws IOException {
        String[] subject = new String[1];
        Await.until("a mail for " + account.address(), () -> {
            try (Store store = connect()) {
                Folder inbox = store.getFolder("INBOX");
                if (inbox.exists()) {
                    inbox.open(Folder.READ_ONLY);
                    subject[0] = inbox.getMessageCount() == 0 ? null : inbox.getMessage(1).getSubject();
                }
                return subject[0] != null;
            } catch (MessagingException e) {
                return false;
            }
        });
        return subject[0];
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
