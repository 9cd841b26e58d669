package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteIndexTest implements IndexContract {
    @TempDir
    Path folder;

    private final List<Index> opened = new ArrayList<>();
    private Index index;

    @BeforeEach
    void open() {
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
        Index more = new JdbcIndex(new SqliteDatabase(folder.resolve("index.db")));
        opened.add(more);
        return more;
    }

    @Test
    void auditShouldRefuseToBeChanged() throws Exception {
        insert(1, "alice@example.org");

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
             Statement statement = connection.createStatement()) {
            for (String change : List.of("UPDATE audit SET detail = ''", "DELETE FROM audit")) {
                assertThatThrownBy(() -> statement.executeUpdate(change)).hasMessageContaining("only appended");
            }
        }
    }
}
