package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.lazaret.quarantine.QuarantineContract.together;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What leases do, between two nodes. */
interface LeasesContract {
    Duration LONG = Duration.ofMinutes(5);
    Duration SHORT = Duration.ofMillis(300);

    Database node();

    Database otherNode();

    default Leases leases() {
        return new JdbcLeases(node());
    }

    default Leases others() {
        return new JdbcLeases(otherNode());
    }

    @Test
    default void acquireShouldGiveALeaseToOneOwnerAlone() {
        assertThat(leases().acquire("job", "a", LONG)).isTrue();
        assertThat(others().acquire("job", "b", LONG)).isFalse();
        assertThat(leases().acquire("job", "a", LONG)).isTrue();
        assertThat(others().acquire("other job", "b", LONG)).isTrue();
        assertThat(others().isHeld("job")).isTrue();
        assertThat(others().isHeld("third job")).isFalse();
    }

    @Test
    default void acquireShouldGiveALeaseToOneOwnerAloneWhenManyAskAtOnce() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        Leases mine = leases();
        Leases other = others();

        List<Boolean> given = together(16, () -> {
            int number = turn.incrementAndGet();
            return (number % 2 == 0 ? mine : other).acquire("job", "owner" + number, LONG);
        });

        assertThat(given).containsOnlyOnce(true);
    }

    @Test
    default void acquireShouldTakeOverWhenTheOwnerDoesNotRenew() {
        leases().acquire("job", "dead", SHORT);

        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50)).until(() -> others().acquire("job", "b", LONG));

        assertThat(leases().acquire("job", "dead", LONG)).isFalse();
    }

    @Test
    default void leaseShouldNotBeHeldWhenItsTimeIsOver() {
        leases().acquire("job", "a", SHORT);

        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50)).until(() -> !others().isHeld("job"));
    }

    @Test
    default void acquireShouldTakeOverWhenTheLeaseEndsFartherAwayThanAnyDoes() {
        leases().acquire("job", "a", LONG);
        // As after a clock that was an hour ahead was set right.
        node().write(handle -> handle.execute("UPDATE lease SET held_until = held_until + 3600000"));

        assertThat(others().isHeld("job")).isFalse();
        assertThat(others().acquire("job", "b", LONG)).isTrue();
        assertThatThrownBy(() -> leases().acquire("job", "a", Duration.ofHours(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void releaseShouldEndTheOwnLeaseAlone() {
        leases().acquire("job", "a", LONG);

        others().release("job", "b");
        assertThat(others().acquire("job", "b", LONG)).isFalse();

        leases().release("job", "a");
        assertThat(others().acquire("job", "b", LONG)).isTrue();
    }

    @Test
    default void factShouldBeWhatTheFirstNodeSaid() {
        Facts facts = new Facts(node());
        assertThat(facts.find("secrets")).isEmpty();

        assertThat(facts.agree("secrets", "1")).isEqualTo("1");
        assertThat(new Facts(otherNode()).agree("secrets", "2")).isEqualTo("1");
        assertThat(facts.find("secrets")).contains("1");
    }
}
