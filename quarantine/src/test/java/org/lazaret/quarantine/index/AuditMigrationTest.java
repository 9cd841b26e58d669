package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;

/** An audit from the time before it was a chain. */
class AuditMigrationTest {
    private static final int ENTRIES = 2_500;

    @TempDir
    Path folder;

    @Test
    void oldEntriesShouldBeChainedInSqlite() throws Exception {
        Path file = folder.resolve("index.db");

        oldEntriesShouldBeChained("jdbc:sqlite:" + file, "sqlite", () -> new SqliteDatabase(file));
    }

    @Test
    void oldEntriesShouldBeChainedInPostgres() throws Exception {
        String url = PostgresServer.shared().newDatabase();

        oldEntriesShouldBeChained(url, "postgresql", () -> new PostgresDatabase(url, "", "", 2));
    }

    private static void oldEntriesShouldBeChained(String url, String dialect, Supplier<Database> open) throws Exception {
        Flyway.configure().dataSource(url, null, null).locations("classpath:org/lazaret/quarantine/index/" + dialect).table("schema_version")
            .target("1").load().migrate();
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO audit (at, role, actor, address, action, record_id, recipients,"
                + " detail) VALUES (?, 'RECIPIENT', 'alice@example.org', '::1', 'opened', ?, '[\"a\"]', 'old')")) {
                for (int number = 0; number < ENTRIES; number++) {
                    insert.setLong(1, 1_000L * number);
                    insert.setString(2, IndexContract.id(number).value());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }

        AuditHead head;
        try (Index index = new JdbcIndex(open.get())) {
            head = index.audit().head();
            assertThat(head.sequence()).isEqualTo(ENTRIES);
            assertThat(index.audit().check(Optional.empty())).isEqualTo(new AuditCheck.Intact(head));
            assertThat(index.audit().page(AuditQuery.of(IndexContract.id(7)))).singleElement()
                .satisfies(link -> assertThat(link.entry().detail()).isEqualTo("old")).extracting(ChainedEntry::sequence).isEqualTo(8L);
        }
        try (Index again = new JdbcIndex(open.get())) {
            assertThat(again.audit().head()).isEqualTo(head);
        }
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("UPDATE audit SET detail = ''")).hasMessageContaining("only appended");
            assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM audit")).hasMessageContaining("only appended");
        }
    }
}
