package org.lazaret.mailets.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.healthcheck.Result;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.scan.engine.EngineHealth;

class LazaretHealthCheckTest {
    private static final EngineHealth WELL = health(Optional.empty(), Optional.empty());

    private static EngineHealth health(Optional<Instant> failingSince, Optional<String> error) {
        return new EngineHealth("clam", "clamd", true, failingSince, error, "closed", Optional.of("1"), 1, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void resultShouldBeHealthyWhenAllEnginesAreWell() {
        assertThat(LazaretHealthCheck.result(List.of(WELL, WELL), List.of()).isHealthy()).isTrue();
        assertThat(LazaretHealthCheck.result(List.of(), List.of()).isHealthy()).isTrue();
    }

    @Test
    void resultShouldNameHeldMailThatIsNotWhatWasStored() {
        RecordId record = new RecordId("0123456789abcdef0123456789abcdef");

        Result result = LazaretHealthCheck.result(List.of(WELL), List.of(new Upkeep.Damage(record, Instant.EPOCH, "cut")));

        assertThat(result.isDegraded()).isTrue();
        assertThat(result.getCause()).hasValueSatisfying(cause -> assertThat(cause).contains(record.value(), "not what was stored"));
    }

    @Test
    void resultShouldBeDegradedAndNameTheEngineWhenOneFails() {
        EngineHealth failing = health(Optional.of(Instant.parse("2026-11-23T12:00:00.5Z")), Optional.of("refused"));

        Result result = LazaretHealthCheck.result(List.of(WELL, failing), List.of());

        assertThat(result.isDegraded()).isTrue();
        assertThat(result.getCause()).hasValue("Engine clam (clamd, required) fails since 2026-11-23T12:00:00Z: refused");
    }

    @Test
    void resultShouldBeDegradedWhenAnEngineAnswersButIsNotWell() {
        Result result = LazaretHealthCheck.result(List.of(health(Optional.empty(), Optional.of("list.csv: there is no such file"))), List.of());

        assertThat(result.isDegraded()).isTrue();
        assertThat(result.getCause()).hasValue("Engine clam (clamd, required) is not well: list.csv: there is no such file");
    }
}
