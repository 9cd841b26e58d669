package org.lazaret.policy.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings in memory, with what the audit would say. */
public final class InMemorySettingsStore implements SettingsStore {
    private final List<SettingsVersion> versions = new ArrayList<>();
    private final List<String> details = new ArrayList<>();
    private int asked;
    /** Thrown by whatever is asked; null for none. */
    public RuntimeException broken;

    @Override
    public synchronized long version() {
        asked++;
        if (broken != null) {
            throw broken;
        }
        return versions.size();
    }

    @Override
    public synchronized Optional<SettingsVersion> find(long number) {
        return number < 1 || number > versions.size() ? Optional.empty() : Optional.of(versions.get((int) number - 1));
    }

    @Override
    public synchronized List<SettingsVersion> history(long before, int limit) {
        return versions.reversed().stream().filter(version -> version.number() < before).limit(limit).toList();
    }

    @Override
    public synchronized boolean save(SettingsVersion version, String detail) {
        if (version.number() != versions.size() + 1) {
            return false;
        }
        versions.add(version);
        details.add(detail);
        return true;
    }

    public synchronized List<String> details() {
        return List.copyOf(details);
    }

    synchronized int asked() {
        return asked;
    }
}
