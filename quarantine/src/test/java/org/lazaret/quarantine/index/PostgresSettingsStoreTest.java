package org.lazaret.quarantine.index;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.lazaret.policy.settings.SettingsStore;
import org.lazaret.policy.settings.SettingsStoreContract;

class PostgresSettingsStoreTest implements SettingsStoreContract {
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
    public SettingsStore store() {
        return new JdbcSettingsStore(one);
    }

    @Override
    public SettingsStore otherNode() {
        return new JdbcSettingsStore(other);
    }
}
