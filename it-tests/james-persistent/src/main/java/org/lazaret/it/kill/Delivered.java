package org.lazaret.it.kill;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.it.JamesServer;
import org.lazaret.it.Mailbox;
import org.lazaret.it.Received;

/** What a person's inbox holds, sorted by what it is and by the title of the mail that it is about. Grows with the inbox. */
final class Delivered {
    private static final Pattern ABOUT = Pattern.compile("(?m)^Subject: (.*?)\\s*$");
    private static final String WARNING = "[SUSPICIOUS] ";

    /** Message-IDs of the copies that arrived, by title. */
    static final class Copies {
        private final Map<String, List<String>> ids = new HashMap<>();

        private void add(String title, Received message) {
            ids.computeIfAbsent(title, any -> new ArrayList<>()).add(message.header("Message-ID").orElse(""));
        }

        List<String> of(String title) {
            return ids.getOrDefault(title, List.of());
        }

        /** Copies beyond the first. */
        long repeated() {
            return ids.values().stream().mapToLong(copies -> copies.size() - 1).sum();
        }

        Map<String, List<String>> all() {
            return ids;
        }
    }

    private final JamesServer.Account account;
    private final Mailbox mailbox;
    private final int portal;
    private final Map<String, URI> links = new HashMap<>();
    private int seen;

    final Copies plain = new Copies();
    final Copies warned = new Copies();
    final Copies notices = new Copies();
    final Copies released = new Copies();
    /** By Message-ID: several letters of one subject are about several recipients. */
    final Copies administrators = new Copies();
    private final Set<String> told = new HashSet<>();

    Delivered(JamesServer.Account account, int imap, int portal) {
        this.account = account;
        this.mailbox = new Mailbox(imap, account);
        this.portal = portal;
    }

    JamesServer.Account account() {
        return account;
    }

    /** Fetches what is new. */
    void look() throws IOException {
        List<Received> messages = mailbox.messages();
        for (Received message : messages.subList(seen, messages.size())) {
            sort(message);
            seen++;
        }
    }

    /** Whether there is a letter to administrators with that subject. */
    boolean isTold(String subject) {
        return told.contains(subject);
    }

    /** The link in the notice about a mail. */
    Optional<URI> link(String title) {
        return Optional.ofNullable(links.get(title));
    }

    private void sort(Received message) throws IOException {
        String id = message.header("Message-ID").orElse("");
        if (message.header("Auto-Submitted").isPresent()) {
            Matcher about = ABOUT.matcher(message.text());
            if (!about.find()) {
                throw new IOException("A notice about nothing: " + message.subject());
            }
            if (id.startsWith("<notice-")) {
                notices.add(about.group(1), message);
                message.link(URI.create("http://127.0.0.1:" + portal + "/")).ifPresent(link -> links.put(about.group(1), link));
            } else {
                told.add(message.subject());
                administrators.add(id, message);
            }
        } else if (message.header("X-Lazaret-Release").isPresent()) {
            released.add(message.subject(), message);
        } else if (message.subject().startsWith(WARNING)) {
            warned.add(message.subject().substring(WARNING.length()), message);
        } else {
            plain.add(message.subject(), message);
        }
    }
}
