package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;

class PostgresIndexTest implements IndexContract {
    private static final int CONNECTIONS = 4;

    private final List<Index> opened = new ArrayList<>();
    private String url;
    private Index index;

    @BeforeEach
    void open() {
        url = PostgresServer.shared().newDatabase();
        index = another();
    }

    @AfterEach
    void close() {
        opened.forEach(Index::close);
    }

    @Override
    public Index index() {
        return index;
    }

    @Override
    public Index another() {
        Index more = new JdbcIndex(new PostgresDatabase(url, "", "", CONNECTIONS));
        opened.add(more);
        return more;
    }

    @Test
    void auditShouldRefuseToBeChanged() throws Exception {
        insert(1, ALICE);

        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
            for (String change : List.of("UPDATE audit SET detail = ''", "DELETE FROM audit", "TRUNCATE audit")) {
                assertThatThrownBy(() -> statement.executeUpdate(change)).hasMessageContaining("only appended");
            }
        }
    }

    @Test
    void commitsShouldBeDurableWhenTheServersDefaultIsNot() throws Exception {
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + connection.getCatalog() + " SET synchronous_commit = off");
        }

        try (Database database = new PostgresDatabase(url, "", "", CONNECTIONS)) {
            assertThat(database.<String>write(handle -> handle.createQuery("SHOW synchronous_commit").mapTo(String.class).one())).isEqualTo("on");
        }
    }

    @Test
    void openingShouldRefuseAServerThatForgetsWhatItCommitted() throws Exception {
        try (PostgresServer server = new PostgresServer(null, false)) {
            String forgetful = server.newDatabase();

            assertThatThrownBy(() -> new PostgresDatabase(forgetful, "", "", CONNECTIONS)).hasMessageContaining("fsync=off");
        }
    }

    @Test
    void openingShouldSayWhatIsWrong() {
        assertThatThrownBy(() -> new PostgresDatabase(url.replace("lazaret", "nothing"), "", "", CONNECTIONS)).hasMessageContaining("nothing");
        assertThatThrownBy(() -> new PostgresDatabase("jdbc:postgresql://127.0.0.1:1/lazaret", "", "", CONNECTIONS))
            .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void indexShouldGoOnWhenTheServerWasRestarted(@TempDir Path data) throws Exception {
        try (PostgresServer server = new PostgresServer(data.resolve("pg"));
             Index restarted = new JdbcIndex(new PostgresDatabase(server.newDatabase(), "", "", CONNECTIONS))) {
            restarted.insert(IndexContract.mail(1, ALICE), "arrival", List.of(), IndexContract.entry(BY_ADMIN, "held", 1));
            List<CompletableFuture<List<String>>> moving = new ArrayList<>();

            // One that comes while there is no server, and one right behind its start.
            server.restart(() -> moving.add(CompletableFuture.supplyAsync(() -> restarted.move(IndexContract.id(1), List.of(ALICE), State.REQUESTED,
                "owner", IndexContract.entry(BY_ADMIN, "requested", 1), moved -> List.of()))));

            assertThat(restarted.find(IndexContract.id(1))).isPresent();
            assertThat(moving.get(0).get()).containsExactly(ALICE);
            assertThat(IndexContract.auditOf(restarted, IndexContract.id(1))).extracting(AuditEntry::action).containsExactly("held", "requested");
        }
    }

}
