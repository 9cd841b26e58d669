package org.lazaret.it.kill;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lazaret.it.client.Samples;

/** What was asked of the server and what it answered. What it did not answer may have happened or not. Safe for concurrent use. */
final class Ledger {

    /** @param title its subject, which no other mail has */
    record Mail(String title, Samples.Fate fate, List<String> recipients, byte[] bytes) {
    }

    /** What a recipient asked for. */
    enum Wish { RELEASE, DELETE }

    private final Map<String, Mail> mails = new LinkedHashMap<>();
    private final Map<String, Boolean> accepted = new LinkedHashMap<>();
    private final Map<String, Wish> wishes = new LinkedHashMap<>();
    private final Map<String, Boolean> granted = new LinkedHashMap<>();

    synchronized void sending(Mail mail) {
        mails.put(mail.title(), mail);
        accepted.put(mail.title(), false);
    }

    /** It said 250. */
    synchronized void accepted(Mail mail) {
        accepted.put(mail.title(), true);
    }

    synchronized void wishing(String title, String recipient, Wish wish) {
        wishes.put(key(title, recipient), wish);
        granted.put(key(title, recipient), false);
    }

    /** The page said so. */
    synchronized void granted(String title, String recipient) {
        granted.put(key(title, recipient), true);
    }

    synchronized Collection<Mail> mails() {
        return List.copyOf(mails.values());
    }

    synchronized boolean isAccepted(Mail mail) {
        return accepted.get(mail.title());
    }

    synchronized Optional<Wish> wish(String title, String recipient) {
        return Optional.ofNullable(wishes.get(key(title, recipient)));
    }

    synchronized boolean isGranted(String title, String recipient) {
        return granted.getOrDefault(key(title, recipient), false);
    }

    /** Held mails that nobody has decided about, oldest first. */
    synchronized List<Mail> undecided() {
        List<Mail> undecided = new ArrayList<>();
        for (Mail mail : mails.values()) {
            boolean decided = mail.recipients().stream().anyMatch(recipient -> wishes.containsKey(key(mail.title(), recipient)));
            if (mail.fate() == Samples.Fate.HELD && !decided) {
                undecided.add(mail);
            }
        }
        return undecided;
    }

    private static String key(String title, String recipient) {
        return recipient + " " + title;
    }
}
