package org.lazaret.quarantine.simulation;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.lazaret.policy.Keyword;

/** What a simulation comes to. Not safe for concurrent use. */
public final class Totals {
    private long mails;
    private long changed;
    private long unread;
    private final Map<String, Long> actions = new TreeMap<>();

    public void add(Row row) {
        mails++;
        if (row.changes()) {
            changed++;
        }
        row.differences().stream().map(difference -> Keyword.of(difference.before().action()) + " → " + Keyword.of(difference.after().action()))
            .distinct().forEach(action -> actions.merge(action, 1L, Long::sum));
    }

    /** A mail that could not be read. */
    public void addUnread() {
        unread++;
    }

    public long mails() {
        return mails;
    }

    /** Mails of which something else becomes for at least one recipient. */
    public long changed() {
        return changed;
    }

    public long unread() {
        return unread;
    }

    /** Mails by {@code before → after}; one whose recipients differ counts for each. */
    public Map<String, Long> actions() {
        return Collections.unmodifiableMap(actions);
    }
}
