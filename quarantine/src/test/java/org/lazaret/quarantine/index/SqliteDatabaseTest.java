package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Works of several threads share a commit: none may notice the others. */
class SqliteDatabaseTest {
    private static final int WRITERS = 100;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Database database;

    @BeforeEach
    void open() {
        database = new SqliteDatabase(folder.resolve("index.db"));
        database.write(handle -> handle.execute("CREATE TABLE line (writer INTEGER PRIMARY KEY)"));
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    private static int insert(Handle handle, int writer) {
        return handle.execute("INSERT INTO line (writer) VALUES (?)", writer);
    }

    private List<Integer> lines() {
        return database.read(handle -> handle.createQuery("SELECT writer FROM line ORDER BY writer").mapTo(Integer.class).list());
    }

    /** Has all of them wait while one is at work, so that they go together. */
    private <T> List<Future<T>> together(List<Callable<T>> works) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> first = threads.submit(() -> database.write(handle -> {
            begun.countDown();
            awaits(goOn);
            return 0;
        }));
        begun.await();
        CountDownLatch started = new CountDownLatch(works.size());
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<T> work : works) {
            futures.add(threads.submit(() -> {
                started.countDown();
                return work.call();
            }));
        }
        started.await();
        goOn.countDown();
        first.get();
        return futures;
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void writeShouldReturnEachWorksOwnResult() throws Exception {
        List<Callable<Integer>> works = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int own = writer;
            works.add(() -> database.write(handle -> insert(handle, own) + own));
        }

        List<Future<Integer>> results = together(works);

        for (int writer = 0; writer < WRITERS; writer++) {
            assertThat(results.get(writer).get()).isEqualTo(writer + 1);
        }
        assertThat(lines()).hasSize(WRITERS);
    }

    @Test
    void writeShouldFailForThatWorkAloneWhenItThrows() throws Exception {
        List<Callable<Integer>> works = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int own = writer;
            works.add(() -> database.write(handle -> {
                insert(handle, own);
                return switch (own % 10) {
                    case 3 -> insert(handle, own);
                    case 5 -> throw new IllegalStateException("work " + own);
                    case 7 -> throw new AssertionError("work " + own);
                    default -> own;
                };
            }));
        }

        List<Future<Integer>> results = together(works);

        for (int writer = 0; writer < WRITERS; writer++) {
            Future<Integer> result = results.get(writer);
            switch (writer % 10) {
                case 3 -> assertThatThrownBy(result::get).isInstanceOf(ExecutionException.class).rootCause().hasMessageContaining("UNIQUE");
                case 5 -> assertThatThrownBy(result::get).hasCause(new IllegalStateException("work " + writer));
                case 7 -> assertThatThrownBy(result::get).cause().isInstanceOf(AssertionError.class).hasMessage("work " + writer);
                default -> assertThat(result.get()).isEqualTo(writer);
            }
        }
        assertThat(lines()).hasSize(WRITERS * 7 / 10).noneMatch(writer -> writer % 10 == 3 || writer % 10 == 5 || writer % 10 == 7);
    }
}
