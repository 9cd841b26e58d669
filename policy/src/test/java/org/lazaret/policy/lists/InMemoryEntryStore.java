package org.lazaret.policy.lists;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Entries in memory, with the notes for the audit. */
public final class InMemoryEntryStore implements EntryStore {
    private final List<Entry> entries = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private long version;
    private int reads;

    @Override
    public synchronized long version() {
        return version;
    }

    @Override
    public synchronized Contents read() {
        reads++;
        return new Contents(version, entries);
    }

    @Override
    public synchronized boolean change(long expected, Collection<String> removed, Collection<Entry> added, Note note) {
        if (expected != version) {
            return false;
        }
        entries.removeIf(entry -> removed.contains(entry.id()));
        entries.addAll(added);
        notes.add(note);
        version++;
        return true;
    }

    synchronized List<Note> notes() {
        return List.copyOf(notes);
    }

    synchronized int reads() {
        return reads;
    }
}
