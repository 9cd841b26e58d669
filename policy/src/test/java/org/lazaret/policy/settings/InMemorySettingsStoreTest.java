package org.lazaret.policy.settings;

class InMemorySettingsStoreTest implements SettingsStoreContract {
    private final InMemorySettingsStore store = new InMemorySettingsStore();

    @Override
    public SettingsStore store() {
        return store;
    }

    @Override
    public SettingsStore otherNode() {
        return store;
    }
}
