package org.lazaret.quarantine.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.quarantine.QuarantineContract;

class EmbeddedQuarantineTest implements QuarantineContract {
    @TempDir
    Path folder;

    private EmbeddedBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new EmbeddedBench(folder.resolve("lazaret"));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Override
    public Bench bench() {
        return bench;
    }
}
