package org.lazaret.it.soak;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.it.client.Samples.Fate;
import org.lazaret.it.load.Letter;
import org.lazaret.it.load.Mix;

/** What was sent, what came out, and what people wished. All methods may be called by any thread. */
final class Accounts {

    /** What a recipient does with the notice of a held mail. */
    enum Wish { LEAVE, RELEASE, DELETE }

    /** A held mail whose notice has come. */
    record Notice(String id, URI link) {
    }

    private static final class Way {
        private final Fate fate;
        private final long check;
        private boolean accepted;
        private int copies;
        private int notices;
        private int released;
        private boolean changed;
        private boolean otherwise;
        private Wish wish = Wish.LEAVE;
        private boolean granted;

        Way(Fate fate, long check) {
            this.fate = fate;
            this.check = check;
        }

        boolean isOut() {
            return fate == Fate.HELD ? notices > 0 : copies > 0;
        }
    }

    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/\\S+");

    private final Map<String, Way> ways = new LinkedHashMap<>();
    private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
    synchronized void sending(Mix.Mail mail) {
        ways.put(mail.id(), new Way(mail.fate(), mail.check()));
    }

    synchronized void accepted(Mix.Mail mail) {
        way(mail.id()).accepted = true;
    }

    synchronized void arrived(Letter letter) {
        Way way = ways.get(letter.id());
        if (way == null) {
            return;
        }
        switch (letter.kind()) {
            case MAIL -> {
                way.copies++;
                way.changed |= letter.arrival().check() != way.check;
            }
            case NOTICE -> {
                Matcher matcher = LINK.matcher(Letter.text(letter.arrival()));
                if (way.notices++ == 0 && matcher.find()) {
                    notices.add(new Notice(letter.id(), URI.create(matcher.group())));
                }
            }
            case RELEASED -> way.released++;
            case WARNED, OTHER -> way.otherwise = true;
        }
    }

    BlockingQueue<Notice> notices() {
        return notices;
    }

    synchronized void wishing(String id, Wish wish) {
        way(id).wish = wish;
    }

    synchronized void granted(String id) {
        way(id).granted = true;
    }

    /** Accepted and not out yet, or a release that is wished and not out yet. */
    synchronized long open() {
        return ways.values().stream()
            .filter(way -> way.accepted && !way.isOut() || way.granted && way.wish == Wish.RELEASE && way.released == 0)
            .count();
    }

    synchronized int size() {
        return ways.size();
    }

    /** Counts for the report. */
    synchronized Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("sent", (long) ways.size());
        figures.put("accepted", ways.values().stream().filter(way -> way.accepted).count());
        figures.put("delivered", ways.values().stream().filter(way -> way.copies > 0).count());
        figures.put("held", ways.values().stream().filter(way -> way.notices > 0).count());
        figures.put("released", ways.values().stream().filter(way -> way.released > 0).count());
        figures.put("deleted", ways.values().stream().filter(way -> way.granted && way.wish == Wish.DELETE).count());
        figures.put("copies more than once", ways.values().stream()
            .mapToLong(way -> Math.max(0, way.copies - 1) + Math.max(0, way.notices - 1) + Math.max(0, way.released - 1)).sum());
        return figures;
    }

    /**
     * What is wrong, when all should be out.
     *
     * @param records recipients' states of held mail, by the id of the mail
     */
    synchronized List<String> problems(Map<String, List<String>> records) {
        List<String> problems = new ArrayList<>();
        ways.forEach((id, way) -> {
            List<String> states = records.getOrDefault(id, List.of());
            if (way.fate == Fate.HELD) {
                check(problems, way.copies == 0 && !way.otherwise, id, "was to be held and came out");
                check(problems, !way.accepted || way.notices > 0, id, "was accepted, was to be held, and no notice came");
                check(problems, states.size() <= 1, id, "has " + states.size() + " records");
                check(problems, way.notices == 0 || states.size() == 1, id, "has a notice and no record");
                Optional<String> state = states.stream().findFirst();
                check(problems, !way.granted || state.equals(Optional.of(way.wish == Wish.RELEASE ? "RELEASED" : "DELETED")), id,
                    "is " + state.orElse("nowhere") + ", and " + way.wish + " was confirmed");
                check(problems, way.released == 0 || way.wish == Wish.RELEASE, id, "came out released, which nobody wished");
                check(problems, !way.granted || way.wish != Wish.RELEASE || way.released > 0, id, "is released and did not come");
            } else {
                check(problems, states.isEmpty() && way.notices == 0, id, "is harmless and held");
                check(problems, !way.accepted || way.copies > 0, id, "was accepted and did not come out");
                check(problems, !way.otherwise, id, "is harmless and came out with a warning");
                check(problems, !way.changed, id, "came out with another body");
            }
        });
        records.keySet().stream().filter(id -> !ways.containsKey(id)).forEach(id -> problems.add("A record of a mail that nobody sent: " + id));
        return problems;
    }

    private static void check(List<String> problems, boolean holds, String id, String otherwise) {
        if (!holds) {
            problems.add(id + " " + otherwise);
        }
    }

    private Way way(String id) {
        return Optional.ofNullable(ways.get(id)).orElseThrow();
    }
}
