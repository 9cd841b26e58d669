package org.lazaret.policy.settings;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.lazaret.policy.lists.Author;

/**
 * What was saved at a time: all lines that differ from the defaults, not only those that changed.
 *
 * @param number  from 1 on, without gaps
 * @param at      to the millisecond
 * @param comment why, in the author's words; may be empty; escape before display
 * @param lines   keys with their values, as they would stand in the file, sorted by key
 */
public record SettingsVersion(long number, Instant at, Author author, String comment, Map<String, String> lines) {
    public SettingsVersion {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        lines = Collections.unmodifiableMap(new TreeMap<>(lines));
    }
}
