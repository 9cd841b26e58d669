package org.lazaret.quarantine.index;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteTalliesTest implements TalliesContract {
    @TempDir
    Path folder;

    private Database node;
    private Database otherNode;

    @BeforeEach
    void open() {
        node = new SqliteDatabase(folder.resolve("index.db"));
        otherNode = new SqliteDatabase(folder.resolve("index.db"));
    }

    @AfterEach
    void close() {
        node.close();
        otherNode.close();
    }

    @Override
    public Database node() {
        return node;
    }

    @Override
    public Database otherNode() {
        return otherNode;
    }
}
