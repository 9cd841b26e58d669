package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.SettingsStore;
import org.lazaret.policy.settings.SettingsStoreContract;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.audit.ChainedEntry;

class SqliteSettingsStoreTest implements SettingsStoreContract {
    @TempDir
    Path folder;

    private Database one;
    private Database other;

    @BeforeEach
    void open() {
        one = new SqliteDatabase(folder.resolve("index.db"));
        other = new SqliteDatabase(folder.resolve("index.db"));
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

    @Test
    void saveShouldBeInTheAuditWhenItHappened() {
        store().save(SettingsStoreContract.version(1, Map.of("quota", "1G")), "version 1: quota");
        store().save(SettingsStoreContract.version(1, Map.of("quota", "2G")), "not saved");

        assertThat(new JdbcAudit(one).after(0, 10)).extracting(ChainedEntry::entry).singleElement().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo(new Actor(Actor.Role.ADMINISTRATOR, "admin@example.org", "192.0.2.1"));
            assertThat(entry.action()).isEqualTo("settings changed");
            assertThat(entry.detail()).isEqualTo("version 1: quota");
        });
    }
}
