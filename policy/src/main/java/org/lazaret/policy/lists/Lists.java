package org.lazaret.policy.lists;

import java.io.IOException;
import java.io.Reader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.lazaret.policy.Keyword;
import org.lazaret.scan.Verdict;

/**
 * The allow and block lists: the facade for mailets, portal and routes. Safe for concurrent use. Changes hold at once on the node that makes
 * them and within {@link #FRESH} on others.
 */
public final class Lists {
    /** How long what was read is used before the store is asked whether it changed. */
    static final Duration FRESH = Duration.ofSeconds(2);

    private final EntryStore store;
    private final Supplier<ListSettings> settings;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Known known = new Known(Entries.NONE, Instant.MIN);

    private record Known(Entries entries, Instant asked) {
    }

    public Lists(EntryStore store, Supplier<ListSettings> settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /** The lists at one moment, so that one mail is judged by one state of them. */
    public final class Moment {
        private final Entries entries;
        private final ListSettings trust;

        private Moment(Entries entries, ListSettings trust) {
            this.entries = entries;
            this.trust = trust;
        }

        /** Whether they say nothing of any mail. */
        public boolean isEmpty() {
            return entries.all().isEmpty();
        }

        /** What the addresses say for a recipient. */
        public Listing byAddress(Correspondence mail, String recipient) {
            return entries.byAddress(mail, recipient, trust, clock.instant());
        }

        /** What the addresses said, and what the attachments say. */
        public Listing byContent(Listing listing, Verdict verdict, String recipient) {
            return entries.byContent(listing, verdict, recipient, clock.instant());
        }
    }

    /** @throws RuntimeException when the store does not answer; the mail is not listed and not unlisted then */
    public Moment now() {
        if (!isFresh()) {
            reading.lock();
            try {
                // Somebody else may have asked while this thread waited.
                if (!isFresh()) {
                    refreshed();
                }
            } finally {
                reading.unlock();
            }
        }
        return new Moment(known.entries(), settings.get());
    }

    /** As {@link #now()}, with settings to be tried out. */
    public Moment now(ListSettings trust) {
        return new Moment(now().entries, trust);
    }

    private boolean isFresh() {
        Instant asked = known.asked();
        return !asked.equals(Instant.MIN) && !asked.isBefore(clock.instant().minus(FRESH));
    }

    private Known refreshed() {
        reading.lock();
        try {
            Instant now = clock.instant();
            Entries entries = known.entries();
            if (store.version() != entries.version()) {
                entries = new Entries(store.read());
            }
            known = new Known(entries, now);
            return known;
        } finally {
            reading.unlock();
        }
    }

    /** By pattern; all of them, also those that have expired. */
    public List<Entry> all() {
        return sorted(refreshed().entries().all());
    }

    public Optional<Entry> find(String id) {
        return refreshed().entries().all().stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    /**
     * Adds an entry.
     *
     * @throws RefusedEntryException when it is none, or there is one at its place
     */
    public Entry add(Draft draft, Author author) throws RefusedEntryException {
        Entry entry = draft.entry(id(), author.name(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        while (true) {
            Entries entries = refreshed().entries();
            Optional<Entry> there = entries.at(entry.place());
            if (there.isPresent()) {
                throw new RefusedEntryException("There is an entry for " + entry.place() + " already: " + Keyword.of(there.get().effect()) + ", "
                    + there.get().id());
            }
            if (change(entries.version(), List.of(), List.of(entry), new EntryStore.Note(author, "list entry added", describe(entry)))) {
                return entry;
            }
        }
    }

    /**
     * Gives an entry another reason or time.
     *
     * @return false when there is no such entry
     * @throws RefusedEntryException when the lists do not take that
     */
    public boolean edit(String id, Optional<Instant> expires, String reason, Author author) throws RefusedEntryException {
        while (true) {
            Entries entries = refreshed().entries();
            Optional<Entry> there = entries.all().stream().filter(entry -> entry.id().equals(id)).findFirst();
            if (there.isEmpty()) {
                return false;
            }
            Entry old = there.get();
            Entry edited = new Draft(old.effect(), old.field(), old.pattern().toString(), old.recipient().map(EntryPattern::toString).orElse(""),
                expires, reason).entry(id, old.author(), old.created());
            EntryStore.Note note = new EntryStore.Note(author, "list entry changed", describe(old) + " -> " + describe(edited));
            if (change(entries.version(), List.of(id), List.of(edited), note)) {
                return true;
            }
        }
    }

    /** @return false when there is no such entry */
    public boolean remove(String id, Author author) {
        while (true) {
            Entries entries = refreshed().entries();
            Optional<Entry> there = entries.all().stream().filter(entry -> entry.id().equals(id)).findFirst();
            if (there.isEmpty()) {
                return false;
            }
            EntryStore.Note note = new EntryStore.Note(author, "list entry removed", describe(there.get()));
            if (change(entries.version(), List.of(id), List.of(), note)) {
                return true;
            }
        }
    }

    /**
     * What an import did.
     *
     * @param kept entries that were there before, just so
     */
    public record Imported(int added, int removed, int kept) {
    }

    /**
     * Makes the lists what a CSV file says, all of it or nothing. Entries that stay the same keep id, author and time.
     *
     * @throws CsvException when lines are broken, naming each
     */
    public Imported replace(Reader csv, Author author) throws IOException, CsvException {
        EntryCsv.Parsed parsed = EntryCsv.read(csv, author.name(), clock.instant().truncatedTo(ChronoUnit.MILLIS), Lists::id);
        while (true) {
            Entries entries = refreshed().entries();
            List<Entry> added = new ArrayList<>();
            Set<String> kept = new HashSet<>();
            for (Entry entry : parsed.entries()) {
                Optional<Entry> same = entries.at(entry.place()).filter(there -> saysTheSame(there, entry));
                same.ifPresentOrElse(there -> kept.add(there.id()), () -> added.add(entry));
            }
            List<String> removed = entries.all().stream().map(Entry::id).filter(id -> !kept.contains(id)).toList();
            Imported result = new Imported(added.size(), removed.size(), kept.size());
            String detail = result.added() + " added, " + result.removed() + " removed, " + result.kept() + " kept; SHA-256 of the file "
                + parsed.sha256();
            if (change(entries.version(), removed, added, new EntryStore.Note(author, "lists imported", detail))) {
                return result;
            }
        }
    }

    /** Every entry as CSV (RFC 4180), as {@link #replace} reads it. */
    public void export(Appendable out) throws IOException {
        EntryCsv.write(all(), out);
    }

    private boolean change(long expected, Collection<String> removed, Collection<Entry> added, EntryStore.Note note) {
        boolean done = store.change(expected, removed, added, note);
        refreshed();
        return done;
    }

    private static boolean saysTheSame(Entry one, Entry other) {
        return one.effect() == other.effect() && one.expires().equals(other.expires()) && one.reason().equals(other.reason());
    }

    private static String describe(Entry entry) {
        return entry.id() + ": " + Keyword.of(entry.effect()) + " " + entry.place() + entry.expires().map(until -> " until " + until).orElse("")
            + (entry.reason().isEmpty() ? "" : ", " + entry.reason());
    }

    private static List<Entry> sorted(List<Entry> entries) {
        return entries.stream()
            .sorted(Comparator.comparing(Entry::field).thenComparing(entry -> entry.pattern().toString())
                .thenComparing(entry -> entry.recipient().map(EntryPattern::toString).orElse("")))
            .toList();
    }

    private static String id() {
        return UUID.randomUUID().toString().replace("-", "").toLowerCase(Locale.ROOT);
    }
}
