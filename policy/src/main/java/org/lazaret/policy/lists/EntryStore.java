package org.lazaret.policy.lists;

import java.util.Collection;
import java.util.List;

/** Port: where the entries are kept. Safe for concurrent use, also by several processes on the same store. */
public interface EntryStore {
    /** Grows with each change, whoever makes it; cheap to ask. */
    long version();

    /** Every entry at one moment. */
    record Contents(long version, List<Entry> entries) {
        public Contents {
            entries = List.copyOf(entries);
        }
    }

    Contents read();

    /** What is written to the audit with a change. */
    record Note(Author author, String action, String detail) {
    }

    /**
     * Removes and adds entries in one transaction, together with the audit's note.
     *
     * @param expected the version that the change was decided on
     * @return false when the store is at another version; nothing was changed then
     */
    boolean change(long expected, Collection<String> removed, Collection<Entry> added, Note note);
}
