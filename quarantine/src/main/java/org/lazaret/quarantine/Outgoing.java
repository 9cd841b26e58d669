package org.lazaret.quarantine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Port: the mail server's queue. */
public interface Outgoing {

    /** Bytes of a message, RFC 5322 with CRLF; can be written any number of times. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** What the mail is, so that it takes the right way through the server. */
    enum Kind {
        /** To a recipient, in place of or about a held mail. */
        NOTICE,
        /** To an administrator. */
        ADMINISTRATOR_NOTICE,
        /** A released mail. */
        RELEASE
    }

    /**
     * One mail to send.
     *
     * @param name   stable name of the mail, the same when sending is repeated
     * @param sender MAIL FROM; empty for the null reverse-path
     */
    record Message(Kind kind, String name, String sender, List<String> recipients, Body body) {
        public Message {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * Returns once the queue has the mail.
     *
     * @throws IOException when it has not
     */
    void send(Message message) throws IOException;
}
