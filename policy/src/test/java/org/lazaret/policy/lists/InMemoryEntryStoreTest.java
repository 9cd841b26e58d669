package org.lazaret.policy.lists;

class InMemoryEntryStoreTest implements EntryStoreContract {
    private final EntryStore store = new InMemoryEntryStore();

    @Override
    public EntryStore store() {
        return store;
    }

    @Override
    public EntryStore otherNode() {
        return store;
    }
}
