package org.lazaret.it.kill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lazaret.it.client.Samples.Fate;

/**
 * Compares what the server was given and told with what is there: every mail that was accepted is delivered, held or in an error repository;
 * one record each; what was decided holds; content and records belong together. A copy too many is allowed where the mail server delivers at
 * least once, and then it has the same Message-ID.
 */
final class Reconciliation {
    private final Ledger ledger;
    private final List<Delivered> people;
    private final Delivered administrator;
    private final Store store;
    private final Set<String> inErrorRepositories;
    private final Set<String> opened;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Long> figures = new LinkedHashMap<>();

    /**
     * @param inErrorRepositories subjects of mail that James keeps because of a failure
     * @param opened              records whose content was found whole already; what is opened is added
     */
    Reconciliation(Ledger ledger, List<Delivered> people, Delivered administrator, Store store, Set<String> inErrorRepositories, Set<String> opened) {
        this.ledger = ledger;
        this.people = people;
        this.administrator = administrator;
        this.store = store;
        this.inErrorRepositories = inErrorRepositories;
        this.opened = opened;
    }

    /** What is wrong; nothing when all is well. */
    List<String> problems() throws IOException {
        Map<String, List<Store.Entry>> records = new LinkedHashMap<>();
        List<Store.Entry> entries = store.entries();
        entries.forEach(entry -> records.computeIfAbsent(entry.subject(), any -> new ArrayList<>()).add(entry));
        for (Ledger.Mail mail : ledger.mails()) {
            count(ledger.isAccepted(mail) ? "accepted" : "not acknowledged");
            if (inErrorRepositories.contains(mail.title())) {
                count("in an error repository");
            } else if (mail.fate() == Fate.HELD) {
                held(mail, records.getOrDefault(mail.title(), List.of()));
            } else {
                delivered(mail, records.getOrDefault(mail.title(), List.of()));
            }
        }
        contents(entries);
        Set<String> titles = new HashSet<>();
        ledger.mails().forEach(mail -> titles.add(mail.title()));
        records.keySet().stream().filter(title -> !titles.contains(title)).forEach(title -> problem("a record of a mail that nobody sent: " + title));
        store.brokenLinks().forEach(link -> problem("the audit is broken: " + link));
        repetitions();
        return List.copyOf(problems);
    }

    Map<String, Long> figures() {
        return figures;
    }

    private void delivered(Ledger.Mail mail, List<Store.Entry> records) {
        check(records.isEmpty(), mail, "is held, though harmless");
        for (Delivered person : people) {
            String recipient = person.account().address();
            boolean wanted = mail.recipients().contains(recipient);
            int copies = (mail.fate() == Fate.WARNED ? person.warned : person.plain).of(mail.title()).size();
            check(wanted || copies == 0, mail, "was delivered to " + recipient + ", who is no recipient");
            check(!wanted || copies > 0 || !ledger.isAccepted(mail), mail, "was accepted and not delivered to " + recipient);
            if (wanted && copies > 0) {
                count("delivered");
            }
        }
    }

    private void held(Ledger.Mail mail, List<Store.Entry> records) throws IOException {
        check(records.size() <= 1, mail, "has " + records.size() + " records");
        if (records.isEmpty()) {
            check(!ledger.isAccepted(mail), mail, "was accepted and has no record");
            check(people.stream().allMatch(person -> person.notices.of(mail.title()).isEmpty()), mail, "has notices and no record");
            return;
        }
        count("held");
        Store.Entry entry = records.getFirst();
        check(entry.states().keySet().equals(new HashSet<>(mail.recipients())), mail, "is held for " + entry.states().keySet());
        check(entry.held() == 1, mail, "is in the audit as held " + entry.held() + " times");
        check(administrator.isTold("Mail held: " + mail.title()), mail, "was not told to the administrator");
        for (Delivered person : people) {
            String recipient = person.account().address();
            check(person.plain.of(mail.title()).isEmpty() && person.warned.of(mail.title()).isEmpty(), mail,
                "was held and all the same delivered to " + recipient);
            check(person.notices.of(mail.title()).isEmpty() != mail.recipients().contains(recipient), mail,
                "has " + person.notices.of(mail.title()).size() + " notices to " + recipient);
            if (mail.recipients().contains(recipient)) {
                decided(mail, recipient, entry.states().get(recipient), person.released.of(mail.title()).size());
            }
        }
        boolean keeps = entry.states().values().stream().anyMatch(state -> !state.equals("DELETED") && !state.equals("EXPIRED"));
        check(entry.hasContent() == keeps, mail, "has states " + entry.states() + (entry.hasContent() ? " and content" : " and no content"));
        if (keeps && opened.add(entry.id())) {
            whole(mail, entry);
        }
    }

    private void decided(Ledger.Mail mail, String recipient, String state, int copies) {
        String expected = ledger.wish(mail.title(), recipient).map(wish -> wish == Ledger.Wish.RELEASE ? "RELEASED" : "DELETED").orElse("HELD");
        boolean sure = ledger.isGranted(mail.title(), recipient);
        check(state.equals(expected) || !sure && state.equals("HELD"), mail, "is " + state + " for " + recipient + ", "
            + ledger.wish(mail.title(), recipient) + (sure ? ", which was confirmed" : ""));
        check(copies > 0 == state.equals("RELEASED"), mail, "is " + state + " for " + recipient + " and came " + copies + " times");
        count(state.toLowerCase(Locale.ROOT) + " for a recipient");
    }

    /** The content is the mail that was sent, but for what James put in front on receipt. */
    private void whole(Ledger.Mail mail, Store.Entry entry) throws IOException {
        try {
            String content = new String(store.open(entry.id()), StandardCharsets.ISO_8859_1);
            String sent = new String(mail.bytes(), StandardCharsets.ISO_8859_1);
            check(content.startsWith("X-Quarantine-ID: " + entry.id() + "\r\n"), mail, "has the content of another record");
            check(content.endsWith(sent.substring(sent.indexOf("MIME-Version:"))), mail, "is not stored as it was sent");
        } catch (IOException e) {
            problem(mail.title() + ": " + e.getMessage());
        }
    }

    private void contents(List<Store.Entry> entries) throws IOException {
        Set<String> wanted = new TreeSet<>();
        entries.stream().filter(Store.Entry::hasContent).forEach(entry -> wanted.add(entry.id()));
        Set<String> there = store.contents();
        wanted.stream().filter(id -> !there.contains(id)).forEach(id -> problem("the content of " + id + " is missing"));
        there.removeAll(wanted);
        there.forEach(id -> problem("content without a record: " + id));
        figures.put("temporary files left", (long) store.leftovers().size());
    }

    private void repetitions() {
        long repeated = 0;
        List<Delivered> all = new ArrayList<>(people);
        all.add(administrator);
        for (Delivered person : all) {
            for (Delivered.Copies copies : List.of(person.plain, person.warned, person.notices, person.released, person.administrators)) {
                repeated += copies.repeated();
                copies.all().forEach((title, ids) -> {
                    if (new HashSet<>(ids).size() > 1) {
                        problem(title + ": copies with different Message-IDs for " + person.account().address() + ": " + ids);
                    }
                });
            }
        }
        figures.put("copies more than once", repeated);
    }

    private void check(boolean holds, Ledger.Mail mail, String otherwise) {
        if (!holds) {
            problem("'" + mail.title() + "' (" + (ledger.isAccepted(mail) ? "accepted" : "not acknowledged") + ") " + otherwise);
        }
    }

    private void problem(String text) {
        problems.add(text);
    }

    private void count(String what) {
        figures.merge(what, 1L, Long::sum);
    }
}
