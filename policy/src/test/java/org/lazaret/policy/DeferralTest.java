package org.lazaret.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeferralTest {
    @Test
    void delayShouldDoubleUpToTheLongest() {
        Deferral deferral = new Deferral(9, Duration.ofSeconds(10), Duration.ofSeconds(60));

        assertThat(deferral.delay(0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(deferral.delay(2)).isEqualTo(Duration.ofSeconds(40));
        assertThat(deferral.delay(3)).isEqualTo(Duration.ofSeconds(60));
        assertThat(deferral.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void deferralShouldBeRefusedWhenItCouldNotWork() {
        assertThatThrownBy(() -> new Deferral(0, Duration.ofSeconds(1), Duration.ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Deferral(1, Duration.ZERO, Duration.ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Deferral(1, Duration.ofSeconds(2), Duration.ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Deferral(1, Duration.ofSeconds(2), Duration.ofDays(8))).isInstanceOf(IllegalArgumentException.class);
    }
}
