package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.quarantine.QuarantineContract.ADMIN;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.MESSAGE;
import static org.lazaret.quarantine.QuarantineContract.NOW;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.index.PostgresServer;

/**
 * Opens the folders that released versions left: {@code store-VERSION} in the resources, made by that version. Each holds five mails: asked
 * for, released for one of two recipients, deleted, denied, and held; and the administrators' letters, not yet sent.
 */
class UpgradeTest {
    private static final RecordId REQUESTED = new RecordId("b50d00c6787bad68bfec737138f2553c");
    private static final RecordId RELEASED = new RecordId("22b20c60c25773c45e5599d54c12e61f");
    private static final RecordId DELETED = new RecordId("d3927982b10a0db081dc4b4605a2c9c1");
    private static final RecordId DENIED = new RecordId("73c8f5baeba4afc518e5d7923e3d08e2");
    private static final RecordId HELD = new RecordId("6f9af394fe5ca0daafe8322052069d0b");

    @TempDir
    Path temporary;

    @Test
    void quarantineShouldGoOnWithWhatVersion010Left() throws Exception {
        quarantineShouldGoOnWithWhatWasLeft(copy("store-0.1.0"), UnaryOperator.identity());
    }

    /** The same rows in the tables that 0.1.0 made in PostgreSQL, and the same files. */
    @Test
    void quarantineShouldGoOnWithWhatVersion010LeftInPostgres() throws Exception {
        Path folder = copy("store-0.1.0");
        String url = PostgresServer.shared().newDatabase();
        Flyway.configure().dataSource(url, null, null).locations("classpath:org/lazaret/quarantine/index/postgresql").table("schema_version")
            .target("1").load().migrate();
        try (Connection from = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
             Connection to = DriverManager.getConnection(url)) {
            for (String table : List.of("record", "record_recipient", "attachment", "outbox", "marker_use", "audit")) {
                assertThat(copy(table, from, to)).as(table).isGreaterThan(table.equals("marker_use") ? -1 : 0);
            }
        }
        Files.delete(folder.resolve("index.db"));
        Settings.Server server = new Settings.Server(url, "", Optional.empty(), 4);

        quarantineShouldGoOnWithWhatWasLeft(folder, store -> Stores.with(store, Optional.empty(), Optional.of(server)));
    }

    private static int copy(String table, Connection from, Connection to) throws SQLException {
        int rows = 0;
        try (Statement statement = from.createStatement(); ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
            ResultSetMetaData columns = row.getMetaData();
            List<String> names = new ArrayList<>();
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                names.add(columns.getColumnName(column));
            }
            try (PreparedStatement insert = to.prepareStatement("INSERT INTO " + table + " (" + String.join(", ", names) + ") OVERRIDING SYSTEM VALUE"
                + " VALUES (" + String.join(", ", Collections.nCopies(names.size(), "?")) + ")")) {
                while (row.next()) {
                    for (int column = 1; column <= names.size(); column++) {
                        insert.setObject(column, row.getObject(column));
                    }
                    rows += insert.executeUpdate();
                }
            }
        }
        return rows;
    }

    private void quarantineShouldGoOnWithWhatWasLeft(Path folder, UnaryOperator<Settings.Store> store) throws Exception {
        for (int start = 1; start <= 2; start++) {
            try (EmbeddedBench bench = new EmbeddedBench(folder, store)) {
                Quarantine quarantine = bench.quarantine();

                assertThat(quarantine.search(Query.all())).extracting(HeldMail::id).hasSize(5).first().isEqualTo(HELD);
                assertThat(quarantine.search(Query.all()).getLast().received()).isEqualTo(NOW);
                assertThat(ids(quarantine, Query.all().withText("rechnung"))).hasSize(5);
                assertThat(ids(quarantine, Query.of(ALICE).withAttachment("*.exe").withStates(Set.of(State.HELD)))).containsExactly(HELD, RELEASED);
                assertThat(ids(quarantine, Query.of("bob@example.org"))).containsExactly(RELEASED);
                assertThat(ids(quarantine, Query.all().withStates(Set.of(State.REQUESTED, State.DENIED)))).containsExactly(DENIED, REQUESTED);
                for (RecordId id : List.of(REQUESTED, RELEASED, DENIED, HELD)) {
                    assertThat(open(quarantine, id)).isEqualTo(MESSAGE);
                }
                assertThat(quarantine.open(DELETED, BY_ADMIN, (mail, message) -> 1)).isEmpty();
                assertThat(quarantine.releasePassword(RELEASED, "bob@example.org")).isPresent();
            }
        }
        try (EmbeddedBench bench = new EmbeddedBench(folder, store)) {
            assertThat(bench.quarantine().release(REQUESTED, Set.of(), BY_ADMIN)).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
            bench.runBackground();

            assertThat(bench.quarantine().audit().check(Optional.empty())).isInstanceOf(AuditCheck.Intact.class);
            assertThat(bench.sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).hasSize(11)
                .allSatisfy(sent -> assertThat(sent.message().recipients()).containsExactly(ADMIN));
        }
    }

    private static List<RecordId> ids(Quarantine quarantine, Query query) {
        return quarantine.search(query).stream().map(HeldMail::id).toList();
    }

    private static byte[] open(Quarantine quarantine, RecordId id) throws Exception {
        return quarantine.open(id, BY_ADMIN, (mail, message) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        }).orElseThrow();
    }

    private Path copy(String name) throws Exception {
        Path from = Path.of(UpgradeTest.class.getResource("/" + name).toURI());
        Path folder = temporary.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = folder.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
                }
            }
        }
        return folder;
    }
}
