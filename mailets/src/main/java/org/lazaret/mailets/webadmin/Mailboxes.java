package org.lazaret.mailets.webadmin;

import com.google.inject.ConfigurationException;
import com.google.inject.Injector;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.model.FetchGroup;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.MessageRange;
import org.apache.james.mailbox.model.MessageResult;
import org.lazaret.scan.MessageSource;

/** Mail that was delivered, as James keeps it; only read. A James that only passes mail on has none. */
final class Mailboxes {
    private final Optional<MailboxManager> manager;

    Mailboxes(Injector injector) {
        this(find(injector));
    }

    Mailboxes(Optional<MailboxManager> manager) {
        this.manager = manager;
    }

    private static Optional<MailboxManager> find(Injector injector) {
        try {
            return Optional.of(injector.getInstance(MailboxManager.class));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    /**
     * Looks for a mailbox.
     *
     * @throws IOException when the mailboxes do not answer
     */
    boolean isThere(String user, String mailbox) throws IOException {
        return open(user, mailbox).isPresent();
    }

    private record Opened(MessageManager messages, MailboxSession session) {
    }

    private Optional<Opened> open(String user, String mailbox) throws IOException {
        if (manager.isEmpty()) {
            return Optional.empty();
        }
        try {
            Username name = Username.of(user);
            MailboxSession session = manager.get().createSystemSession(name);
            return Optional.of(new Opened(manager.get().getMailbox(MailboxPath.forUser(name, mailbox), session), session));
        } catch (MailboxNotFoundException | IllegalArgumentException e) {
            return Optional.empty();
        } catch (MailboxException e) {
            throw new IOException("The mailbox cannot be opened: " + e.getMessage(), e);
        }
    }

    /** The mails of a mailbox that came then or later, by number. */
    List<Long> find(String user, String mailbox, Instant from) throws IOException {
        List<Long> found = new ArrayList<>();
        Optional<Opened> opened = open(user, mailbox);
        if (opened.isPresent()) {
            try {
                Iterator<MessageResult> all = opened.get().messages().getMessages(MessageRange.all(), FetchGroup.MINIMAL, opened.get().session());
                while (all.hasNext()) {
                    MessageResult one = all.next();
                    if (!one.getInternalDate().toInstant().isBefore(from)) {
                        found.add(one.getUid().asLong());
                    }
                }
            } catch (MailboxException e) {
                throw new IOException("The mailbox cannot be read: " + e.getMessage(), e);
            }
        }
        return found;
    }

    /** A mail; its source fails when the mail is gone. */
    MessageSource message(String user, String mailbox, long uid) {
        return out -> {
            Opened opened = open(user, mailbox).orElseThrow(() -> new IOException("The mailbox is gone"));
            try {
                Iterator<MessageResult> one = opened.messages().getMessages(MessageRange.one(MessageUid.of(uid)), FetchGroup.FULL_CONTENT,
                    opened.session());
                if (!one.hasNext()) {
                    throw new IOException("The mail is gone");
                }
                try (InputStream in = one.next().getFullContent().getInputStream()) {
                    in.transferTo(out);
                }
            } catch (MailboxException e) {
                throw new IOException("The mail cannot be read: " + e.getMessage(), e);
            }
        };
    }
}
