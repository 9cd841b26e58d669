package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Statistics.Hour;
import org.lazaret.quarantine.Statistics.Kind;
import org.lazaret.quarantine.index.Tallies;

class CountingTest {
    private final EmbeddedBench.TestClock clock = new EmbeddedBench.TestClock();
    private final List<Hour> written = new ArrayList<>();
    private boolean failing;
    private final Counting counting = new Counting(new Tallies() {
        @Override
        public void add(List<Hour> hours) {
            if (failing) {
                throw new IllegalStateException("the database is down");
            }
            written.addAll(hours);
        }

        @Override
        public List<Hour> hours(Instant from, Instant until) {
            return List.copyOf(written);
        }
    }, clock);
    private final Instant hour = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.HOURS);

    @Test
    void countShouldBeWrittenOnceAndUnderItsHour() {
        counting.count(Kind.SCANNED, 2);
        clock.advance(Duration.ofHours(1));
        counting.count(Kind.SCANNED, 1);

        counting.flush();
        counting.flush();

        assertThat(written).containsExactlyInAnyOrder(new Hour(hour, Map.of(Kind.SCANNED, 2L)),
            new Hour(hour.plus(Duration.ofHours(1)), Map.of(Kind.SCANNED, 1L)));
    }

    @Test
    void flushShouldKeepWhatCouldNotBeWritten() {
        counting.count(Kind.SCANNED, 2);
        failing = true;
        assertThatThrownBy(counting::flush).isInstanceOf(IllegalStateException.class);
        clock.advance(Duration.ofHours(5));
        counting.count(Kind.RELEASED, 1);
        failing = false;

        counting.flush();

        assertThat(written).containsExactlyInAnyOrder(new Hour(hour, Map.of(Kind.SCANNED, 2L)),
            new Hour(hour.plus(Duration.ofHours(5)), Map.of(Kind.RELEASED, 1L)));
    }

    @Test
    void countShouldLoseNothingBetweenThreads() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 5_000; round++) {
                    counting.count(Kind.SCANNED, 1);
                }
            }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            counting.flush();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        counting.flush();

        assertThat(written.stream().mapToLong(one -> one.of(Kind.SCANNED)).sum()).isEqualTo(20_000);
    }
}
