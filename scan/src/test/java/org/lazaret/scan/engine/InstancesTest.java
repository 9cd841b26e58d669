package org.lazaret.scan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.examine.Spool;

class InstancesTest {
    private final FakeEngine one = new FakeEngine("one");
    private final FakeEngine two = new FakeEngine("two");
    private final FakeEngine three = new FakeEngine("three");
    private final Engine all = new Instances("all", List.of(one, two, three));

    private Answer ask() throws Exception {
        return all.ask(new Sample("a", "text/plain", Spool.of(new byte[] {1})), Deadline.in(Duration.ofSeconds(10)));
    }

    @Test
    void askShouldTakeTurnsWhenAllAreWell() throws Exception {
        for (int i = 0; i < 6; i++) {
            assertThat(ask()).isEqualTo(new Answer.Clean());
        }

        assertThat(List.of(one.asked().size(), two.asked().size(), three.asked().size())).containsExactly(2, 2, 2);
    }

    @Test
    void askShouldGoOnToTheNextWhenOneIsDown() throws Exception {
        one.behave(FakeEngine.DOWN);

        for (int i = 0; i < 6; i++) {
            assertThat(ask()).isEqualTo(new Answer.Clean());
        }

        assertThat(one.asked()).as("avoided after its failure").hasSize(1);
    }

    @Test
    void askShouldReachTheOthersWhenOneDoesNotAnswer() throws Exception {
        one.behave((sample, deadline) -> {
            Thread.sleep(deadline.remaining());
            throw new SocketTimeoutException();
        });
        two.behave(FakeEngine.harmful("X", 10));

        Answer answer = all.ask(new Sample("a", "text/plain", Spool.of(new byte[0])), Deadline.in(Duration.ofMillis(600)));

        assertThat(answer).isInstanceOf(Answer.Harmful.class);
    }

    @Test
    void askShouldThrowWhenAllAreDown() {
        one.behave(FakeEngine.DOWN);
        two.behave(FakeEngine.DOWN);
        three.behave(FakeEngine.DOWN);

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessage("connection refused");
        assertThatThrownBy(this::ask).as("still asked although avoided").isInstanceOf(IOException.class);
        assertThat(two.asked()).hasSize(2);
    }

    @Test
    void askShouldAskAnInstanceThatWasDownWhenTheOthersFail() throws Exception {
        one.behave(FakeEngine.DOWN);
        ask();
        one.behave(FakeEngine.CLEAN);
        two.behave(FakeEngine.DOWN);
        three.behave(FakeEngine.DOWN);

        assertThat(ask()).isEqualTo(new Answer.Clean());
    }

    @Test
    void versionShouldBeThatOfAllWhenTheyAgree() {
        assertThat(all.version()).hasValue("1");
    }

    @Test
    void versionShouldBeEmptyWhenTheyDiffer() {
        two.version(Optional.of("2"));
        assertThat(all.version()).isEmpty();

        two.version(Optional.empty());
        assertThat(all.version()).isEmpty();
    }

    @Test
    void closeShouldCloseAll() {
        all.close();

        assertThat(List.of(one, two, three)).allMatch(FakeEngine::isClosed);
    }
}
