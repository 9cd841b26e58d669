package org.lazaret.quarantine.store;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.quarantine.content.S3Server;
import org.lazaret.quarantine.index.PostgresServer;

/** The two mixes; files with SQLite are {@link EmbeddedQuarantineTest}, S3 with PostgreSQL {@link SharedQuarantineTest}. */
class MixedQuarantineTest {
    private static S3Server s3;

    @BeforeAll
    static void start() throws Exception {
        s3 = new S3Server();
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    /** Files, and the index in PostgreSQL. */
    @Nested
    class FilesWithPostgres implements QuarantineContract {
        @TempDir
        Path folder;

        private EmbeddedBench bench;

        @BeforeEach
        void open() throws Exception {
            Settings.Server server = new Settings.Server(PostgresServer.shared().newDatabase(), "", Optional.empty(), 4);
            bench = new EmbeddedBench(folder, store -> Stores.with(store, Optional.empty(), Optional.of(server)));
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

    /** Objects, and the index in SQLite. */
    @Nested
    class ObjectsWithSqlite implements QuarantineContract {
        @TempDir
        Path folder;

        private EmbeddedBench bench;

        @BeforeEach
        void open() throws Exception {
            Settings.Bucket bucket = Stores.bucket(s3, folder);
            bench = new EmbeddedBench(folder.resolve("lazaret"), store -> Stores.with(store, Optional.of(bucket), Optional.empty()));
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
}
