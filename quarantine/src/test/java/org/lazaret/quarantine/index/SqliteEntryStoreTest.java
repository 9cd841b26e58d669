package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.lists.EntryStore;
import org.lazaret.policy.lists.EntryStoreContract;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.audit.ChainedEntry;

class SqliteEntryStoreTest implements EntryStoreContract {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

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
    public EntryStore store() {
        return new JdbcEntryStore(one, CLOCK);
    }

    @Override
    public EntryStore otherNode() {
        return new JdbcEntryStore(other, CLOCK);
    }

    @Test
    void changeShouldBeInTheAuditWhenItHappened() {
        store().change(0, List.of(), List.of(BLOCK), NOTE);
        store().change(0, List.of(), List.of(ALLOW), NOTE);

        assertThat(new JdbcAudit(one).after(0, 10)).extracting(ChainedEntry::entry).singleElement().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo(new Actor(Actor.Role.ADMINISTRATOR, "admin@example.org", "192.0.2.1"));
            assertThat(entry.action()).isEqualTo("list entry added");
            assertThat(entry.detail()).isEqualTo("why");
        });
    }
}
