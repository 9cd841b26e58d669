package org.lazaret.quarantine.index;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresTalliesTest implements TalliesContract {
    private Database node;
    private Database otherNode;

    @BeforeEach
    void open() {
        String url = PostgresServer.shared().newDatabase();
        node = new PostgresDatabase(url, "", "", 4);
        otherNode = new PostgresDatabase(url, "", "", 4);
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
