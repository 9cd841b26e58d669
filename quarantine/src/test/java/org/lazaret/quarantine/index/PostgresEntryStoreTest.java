package org.lazaret.quarantine.index;

import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.lazaret.policy.lists.EntryStore;
import org.lazaret.policy.lists.EntryStoreContract;

class PostgresEntryStoreTest implements EntryStoreContract {
    private Database one;
    private Database other;

    @BeforeEach
    void open() {
        String url = PostgresServer.shared().newDatabase();
        one = new PostgresDatabase(url, "", "", 2);
        other = new PostgresDatabase(url, "", "", 2);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Override
    public EntryStore store() {
        return new JdbcEntryStore(one, Clock.systemUTC());
    }

    @Override
    public EntryStore otherNode() {
        return new JdbcEntryStore(other, Clock.systemUTC());
    }
}
