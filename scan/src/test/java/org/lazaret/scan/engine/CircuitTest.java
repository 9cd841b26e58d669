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
        pass(Circuit.PAUSE.minusMillis(1));
        assertThat(circuit.admits()).isFalse();
    }

    @Test
    void admitsShouldLetOneThroughWhenThePauseIsOver() {
        failUntilOpen();
        pass(Circuit.PAUSE);

        assertThat(circuit.admits()).isTrue();
        assertThat(circuit.admits()).isFalse();

        circuit.succeeded();
        assertThat(circuit.admits()).isTrue();
        assertThat(circuit.admits()).isTrue();
        assertThat(circuit.state()).isEqualTo(Circuit.State.CLOSED);
    }

    @Test
    void admitsShouldBeFalseForAnotherPauseWhenTheProbeFailed() {
        failUntilOpen();
        for (int probe = 1; probe <= 8; probe++) {
            pass(Circuit.PAUSE);
            assertThat(circuit.admits()).isTrue();
            circuit.failed();
            pass(Circuit.PAUSE.minusMillis(1));
            assertThat(circuit.admits()).as("after %d probes", probe).isFalse();
            now -= Circuit.PAUSE.minusMillis(1).toNanos();
        }
    }

    @Test
    void admitsShouldLetAnotherThroughWhenTheProbeWasAbandoned() {
        failUntilOpen();
        pass(Circuit.PAUSE);
        assertThat(circuit.admits()).isTrue();

        circuit.abandoned();

        assertThat(circuit.admits()).isTrue();
    }
}
