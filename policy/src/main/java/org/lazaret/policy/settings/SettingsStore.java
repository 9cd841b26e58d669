package org.lazaret.policy.settings;

import java.util.List;
import java.util.Optional;

/** Port: where saved settings are kept. Safe for concurrent use, also by several processes on the same store. */
public interface SettingsStore {
    /** The number of the last version, 0 when nothing was saved; cheap to ask. */
    long version();

    Optional<SettingsVersion> find(long number);

    /**
     * Latest first.
     *
     * @param before only versions with a lower number
     */
    List<SettingsVersion> history(long before, int limit);

    /**
     * Saves a version in one transaction, together with an entry of the audit.
     *
     * @param version its number is the next one
     * @param detail  of the audit's entry
     * @return false when there is a version of that number already; nothing was saved then
     */
    boolean save(SettingsVersion version, String detail);
}
