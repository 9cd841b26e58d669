package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InOrderTest {

    @Test
    void runShouldKeepTheOrderWhenTheFirstIsTheSlowest() {
        CountDownLatch othersDone = new CountDownLatch(3);
        List<Integer> results = new ArrayList<>();

        InOrder.run(List.of(0, 1, 2, 3).iterator(), 2, thing -> {
            if (thing == 0) {
                await(othersDone);
            } else {
                othersDone.countDown();
            }
            return thing * 10;
        }, results::add);

        assertThat(results).containsExactly(0, 10, 20, 30);
    }

    @Test
    void runShouldNotRunAheadOfASlowFirst() {
        AtomicInteger taken = new AtomicInteger();
        List<Integer> aheadAtResult = new ArrayList<>();
        Iterator<Integer> things = IntStream.range(0, 1000).peek(i -> taken.incrementAndGet()).iterator();

        InOrder.run(things, 2, thing -> thing, result -> aheadAtResult.add(taken.get() - result));

        assertThat(aheadAtResult).hasSize(1000).allMatch(ahead -> ahead <= 17);
    }

    @Test
    void runShouldEndWhenTheWorkThrows() {
        assertThatThrownBy(() -> InOrder.run(List.of(1).iterator(), 1, thing -> {
            throw new IllegalStateException("broken");
        }, result -> { })).hasRootCauseMessage("broken");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
