package org.lazaret.portal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T13:00:00Z"));
    private final Throttle throttle = new Throttle(2, LONGEST, new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    });

    private void advance(Duration duration) {
        now.updateAndGet(instant -> instant.plus(duration));
    }

    @Test
    void waitShouldDoubleUpToItsLimit() {
        throttle.ask("a");
        throttle.ask("a");
        List<Duration> waits = new ArrayList<>();

        for (int i = 0; i < 13; i++) {
            assertThat(throttle.ask("a")).isZero();
            Duration wait = throttle.ask("a");
            waits.add(wait);
            advance(wait);
        }

        assertThat(waits.subList(0, 5)).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8),
            Duration.ofSeconds(16));
        assertThat(waits.subList(10, 13)).containsOnly(LONGEST);
    }

    @Test
    void keysShouldNotTouchEachOther() {
        for (int i = 0; i < 5; i++) {
            throttle.ask("a");
        }

        assertThat(throttle.ask("a")).isPositive();
        assertThat(throttle.ask("b")).isZero();
    }

    @Test
    void keyShouldBeForgottenWhenForgivenOrLongPast() {
        for (int i = 0; i < 5; i++) {
            throttle.ask("a");
            throttle.ask("b");
        }

        throttle.forgive("a");
        assertThat(throttle.ask("a")).isZero();
        assertThat(throttle.ask("b")).isPositive();
        advance(Throttle.MEMORY);
        assertThat(throttle.ask("b")).isZero();
        assertThat(throttle.ask("b")).isZero();
        assertThat(throttle.ask("b")).isZero();
    }

    @Test
    void guessesSentAtOnceShouldNotPassTogether() throws Exception {
        AtomicInteger passed = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();

        for (int i = 0; i < 20; i++) {
            Thread thread = new Thread(() -> {
                if (throttle.ask("a").isZero()) {
                    passed.incrementAndGet();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(passed).hasValue(3);
    }
}
