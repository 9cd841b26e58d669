package org.lazaret.scan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.engine.Engines.Member;
import org.lazaret.scan.engine.Engines.Round;
import org.lazaret.scan.examine.Spool;

class EnginesTest {
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final Duration KEEP = Duration.ofHours(1);
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final FakeEngine one = new FakeEngine("one");
    private final FakeEngine two = new FakeEngine("two");
    private final AtomicLong nanos = new AtomicLong();
    private Engines engines = engines(TIME);

    private Engines engines(Duration time) {
        return new Engines(List.of(new Member(one, "fake", true, 4, time), new Member(two, "fake", false, 4, time)), KEEP,
            Clock.fixed(NOW, ZoneOffset.UTC), nanos::get);
    }

    private static Sample sample(String text) {
        return new Sample(text + ".txt", "text/plain", Spool.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Result> ask(String text) {
        Sample sample = sample(text);
        try (Round round = engines.round()) {
            round.ask(sample);
            return round.results(sample.content().sha256());
        }
    }

    private static Result answered(String engine, Answer answer) {
        return new Result.Answered(engine, answer, Optional.of("1"));
    }

    private EngineHealth health(String name) {
        return engines.health().stream().filter(health -> health.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void resultsShouldBeThoseOfAllEnginesInOrder() {
        two.behave(FakeEngine.unable("too large"));

        assertThat(ask("a")).containsExactly(answered("one", new Answer.Clean()), answered("two", new Answer.Unable("too large")));
    }

    @Test
    void askShouldPutAllQuestionsAtTheSameTime() throws Exception {
        CyclicBarrier meeting = new CyclicBarrier(4);
        FakeEngine.Behaviour meet = (sample, deadline) -> {
            try {
                meeting.await(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException("was alone", e);
            }
            return new Answer.Clean();
        };
        one.behave(meet);
        two.behave(meet);

        try (Round round = engines.round()) {
            round.ask(sample("a"));
            round.ask(sample("b"));

            assertThat(round.results(sample("a").content().sha256())).allMatch(Result.Answered.class::isInstance);
            assertThat(round.results(sample("b").content().sha256())).allMatch(Result.Answered.class::isInstance);
        }
    }

    @Test
    void resultsShouldBeFailuresWhenAnEngineThrowsAnything() {
        one.behave(FakeEngine.DOWN);
        two.behave((sample, deadline) -> {
            throw new StackOverflowError();
        });

        assertThat(ask("a")).containsExactly(new Result.Failed("one", true, "IOException: connection refused"),
            new Result.Failed("two", false, "StackOverflowError"));
        assertThat(health("one").failingSince()).hasValue(NOW);
        assertThat(health("one").isWell()).isFalse();
    }

    @Test
    void resultsShouldBeFailuresWhenAnEngineMissesItsDeadline() {
        engines = engines(Duration.ofMillis(200));
        CountDownLatch ended = new CountDownLatch(1);
        one.behave((sample, deadline) -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
            return new Answer.Clean();
        });

        assertThat(ask("a")).contains(new Result.Failed("one", true, "No answer in time"), answered("two", new Answer.Clean()));

        assertThat(ended).as("ended when the round was closed").satisfies(latch -> assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue());
    }

    @Test
    void askShouldNotAskAgainWhenTheAnswerIsKnown() {
        one.behave(FakeEngine.harmful("X", 10));
        List<Result> first = ask("a");

        assertThat(ask("a")).isEqualTo(first);
        assertThat(one.asked()).hasSize(1);
        assertThat(two.asked()).hasSize(1);
        assertThat(health("one").known()).isEqualTo(1);
    }

    @Test
    void askShouldAskAgainWhenTheVersionChangedOrIsNotKnown() {
        ask("a");
        one.version(Optional.of("2"));
        two.version(Optional.empty());

        ask("a");
        ask("a");

        assertThat(one.asked()).hasSize(2);
        assertThat(two.asked()).hasSize(3);
    }

    @Test
    void askShouldAskAgainWhenTheAnswerIsOld() {
        ask("a");
        nanos.addAndGet(KEEP.toNanos() + 1);

        ask("a");

        assertThat(one.asked()).hasSize(2);
    }

    @Test
    void askShouldAskAgainAfterAFailure() {
        one.behave(FakeEngine.DOWN);
        ask("a");
        one.behave(FakeEngine.harmful("X", 10));

        assertThat(ask("a").getFirst()).isInstanceOfSatisfying(Result.Answered.class,
            answered -> assertThat(answered.answer()).isInstanceOf(Answer.Harmful.class));
        assertThat(health("one").isWell()).isTrue();
    }

    @Test
    void askShouldAskOnceWhenTheSameContentComesTwiceInAMail() {
        one.version(Optional.empty());
        try (Round round = engines.round()) {
            round.ask(sample("a"));
            round.ask(sample("a"));
            round.results(sample("a").content().sha256());
        }

        assertThat(one.asked()).hasSize(1);
    }

    @Test
    void askShouldLeaveADeadEngineAloneAndTryItAgain() {
        one.behave(FakeEngine.DOWN);
        for (int i = 0; i < 10; i++) {
            assertThat(ask("a").getFirst()).isInstanceOf(Result.Failed.class);
        }
        assertThat(one.asked()).hasSize(Circuit.FAILURES);
        assertThat(health("one").circuit()).isEqualTo("open");

        nanos.addAndGet(Circuit.PAUSE.toNanos());
        one.behave(FakeEngine.CLEAN);

        assertThat(ask("a").getFirst()).isEqualTo(answered("one", new Answer.Clean()));
        assertThat(health("one").circuit()).isEqualTo("closed");
    }

    @Test
    void askShouldGoOnAskingWhenTheEngineIsThereButCannotJudge() {
        one.behave((sample, deadline) -> {
            throw new EngineError("cannot read this one");
        });

        for (int i = 0; i < 10; i++) {
            assertThat(ask("a").getFirst()).isInstanceOf(Result.Failed.class);
        }

        assertThat(one.asked()).hasSize(10);
    }

    @Test
    void askShouldAskNoMoreAtOnceThanTheEngineTakes() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        one.behave((sample, deadline) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.sleep(5);
            now.decrementAndGet();
            return new Answer.Clean();
        });

        try (Round round = engines.round()) {
            for (int i = 0; i < 40; i++) {
                round.ask(sample("a" + i));
            }
            for (int i = 0; i < 40; i++) {
                assertThat(round.results(sample("a" + i).content().sha256())).allMatch(Result.Answered.class::isInstance);
            }
        }

        assertThat(most.get()).isBetween(2, 4);
    }

    @Test
    void healthShouldTellWhatWasAnswered() {
        ask("a");
        one.behave(FakeEngine.harmful("X", 10));
        ask("b");
        one.behave(FakeEngine.unable("too large"));
        ask("c");

        EngineHealth health = health("one");

        assertThat(List.of(health.clean(), health.harmful(), health.unable(), health.failed())).containsExactly(1L, 1L, 1L, 0L);
        assertThat(health.isWell()).isTrue();
        assertThat(health.version()).hasValue("1");
        assertThat(health.slowest()).isPositive();
    }

    @Test
    void closeShouldCloseAllEngines() {
        engines.close();

        assertThat(one.isClosed() && two.isClosed()).isTrue();
    }
}
