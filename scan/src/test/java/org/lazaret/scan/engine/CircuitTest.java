package org.lazaret.scan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitTest {
    private long now = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();
    private final Circuit circuit = new Circuit(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void failUntilOpen() {
        for (int i = 0; i < Circuit.FAILURES; i++) {
            assertThat(circuit.admits()).isTrue();
            circuit.failed();
        }
    }

    @Test
    void admitsShouldBeTrueWhenFailuresAreNotInARow() {
        for (int i = 0; i < 10; i++) {
            circuit.failed();
            circuit.failed();
            circuit.succeeded();
        }

        assertThat(circuit.admits()).isTrue();
    }

    @Test
    void admitsShouldBeFalseForAWhileWhenItFailedSeveralTimes() {
        failUntilOpen();

        assertThat(circuit.admits()).isFalse();
        pass(Circuit.FIRST_PAUSE.minusMillis(1));
        assertThat(circuit.admits()).isFalse();
    }

    @Test
    void admitsShouldLetOneThroughWhenThePauseIsOver() {
        failUntilOpen();
        pass(Circuit.FIRST_PAUSE);

        assertThat(circuit.admits()).isTrue();
        assertThat(circuit.admits()).isFalse();

        circuit.succeeded();
        assertThat(circuit.admits()).isTrue();
        assertThat(circuit.admits()).isTrue();
        assertThat(circuit.state()).isEqualTo(Circuit.State.CLOSED);
    }

    @Test
    void pauseShouldGrowToALimitWhenProbesFail() {
        failUntilOpen();
        Duration pause = Circuit.FIRST_PAUSE;
        for (int i = 0; i < 8; i++) {
            pass(pause);
            assertThat(circuit.admits()).isTrue();
            circuit.failed();
            pause = pause.multipliedBy(2).compareTo(Circuit.LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : Circuit.LONGEST_PAUSE;
            pass(pause.minusMillis(1));
            assertThat(circuit.admits()).as("after %d probes", i + 1).isFalse();
            pass(Duration.ofMillis(1));
            now -= pause.toNanos();
        }
    }

    @Test
    void admitsShouldLetAnotherThroughWhenTheProbeWasAbandoned() {
        failUntilOpen();
        pass(Circuit.FIRST_PAUSE);
        assertThat(circuit.admits()).isTrue();

        circuit.abandoned();

        assertThat(circuit.admits()).isTrue();
    }
}
