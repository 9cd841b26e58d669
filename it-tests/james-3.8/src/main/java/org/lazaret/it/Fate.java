package org.lazaret.it;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/**
 * What became of a sample, as its recipient sees it.
 *
 * @param where   a folder, or the link to the held mail
 * @param message what arrived
 */
public record Fate(Samples.Fate fate, String where, Received message) {

    /** Sends the sample to somebody, and waits for what arrives in its place. */
    static Fate of(JamesServer server, Recipient recipient, Sample sample) throws IOException {
        Set<String> before = new HashSet<>();
        for (Received message : recipient.mailbox().messages()) {
            before.add(message.header("Message-ID").orElse(""));
        }
        server.smtp().send("sender@example.com", List.of(recipient.account().address()), sample.message(List.of(recipient.account().address())));

        Fate[] fate = new Fate[1];
        Await.until("'" + sample.title() + "' or what comes in its place, for " + recipient.account().address(), () -> {
            for (Received message : recipient.mailbox().messages()) {
                if (!before.contains(message.header("Message-ID").orElse(""))) {
                    fate[0] = judge(server, sample, message);
                    return true;
                }
            }
            return false;
        });
        return fate[0];
    }

    private static Fate judge(JamesServer server, Sample sample, Received message) throws IOException {
        Optional<URI> link = message.link(server.portal("/"));
        if (link.isPresent() && message.header("Auto-Submitted").isPresent()) {
            return new Fate(Samples.Fate.HELD, link.get().toString(), message);
        }
        if (message.header("X-Lazaret-Verdict").isPresent() && message.subject().endsWith(sample.title())) {
            return new Fate(Samples.Fate.WARNED, "INBOX: " + message.subject(), message);
        }
        if (message.subject().equals(sample.title())) {
            return new Fate(Samples.Fate.DELIVERED, "INBOX: " + message.subject(), message);
        }
        throw new IOException("In place of '" + sample.title() + "' came '" + message.subject() + "'");
    }
}
