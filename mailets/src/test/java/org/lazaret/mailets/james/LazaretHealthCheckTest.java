package org.lazaret.mailets.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.healthcheck.Result;
import org.apache.james.core.healthcheck.ResultStatus;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Condition;
import org.lazaret.scan.engine.EngineHealth;

class LazaretHealthCheckTest {
    private static final EngineHealth WELL = health(Optional.empty(), Optional.empty());

    private static EngineHealth health(Optional<Instant> failingSince, Optional<String> error) {
        return new EngineHealth("clam", "clamd", true, failingSince, error, "closed", Optional.of("1"), 1, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void resultsShouldShowEachPartBehindTheWhole() {
        List<Result> results = LazaretHealthCheck.results(List.of(Condition.well("index"), Condition.well("outbox")), true, List.of(WELL));

        assertThat(results).extracting(result -> result.getComponentName().getName())
            .containsExactly("Lazaret", "Lazaret index", "Lazaret outbox", "Lazaret portal", "Lazaret engine clam");
        assertThat(results).allMatch(Result::isHealthy);
    }

    @Test
    void resultsShouldBeginWithTheWorstAndNameAllThatIsNotWell() {
        List<Result> results = LazaretHealthCheck.results(List.of(Condition.broken("index", "No answer in 5 s"), Condition.impaired("keys", "gone")),
            false, List.of());

        assertThat(results.getFirst().getStatus()).isEqualTo(ResultStatus.UNHEALTHY);
        assertThat(results.getFirst().getCause()).hasValue("index: No answer in 5 s; keys: gone; portal: It takes no connections");
        assertThat(results).extracting(Result::getStatus)
            .containsExactly(ResultStatus.UNHEALTHY, ResultStatus.UNHEALTHY, ResultStatus.DEGRADED, ResultStatus.DEGRADED);
    }

    @Test
    void resultsShouldBeDegradedAndNameTheEngineWhenOneFails() {
        EngineHealth failing = health(Optional.of(Instant.parse("2026-11-23T12:00:00.5Z")), Optional.of("refused"));

        List<Result> results = LazaretHealthCheck.results(List.of(), true, List.of(WELL, failing));

        assertThat(results.getFirst().isDegraded()).isTrue();
        assertThat(results.getLast().getCause()).hasValue("clamd, required, fails since 2026-11-23T12:00:00Z: refused");
    }

    @Test
    void resultsShouldBeDegradedWhenAnEngineAnswersButIsNotWell() {
        EngineHealth unwell = health(Optional.empty(), Optional.of("list.csv: there is no such file"));

        List<Result> results = LazaretHealthCheck.results(List.of(), true, List.of(unwell));

        assertThat(results.getLast().getCause()).hasValue("clamd, required, is not well: list.csv: there is no such file");
    }

    @Test
    void resultsShouldHoldNothingThatBeginsALineOfALog() {
        List<Result> results = LazaretHealthCheck.results(List.of(Condition.impaired("outbox", "421\r\nforged")), true, List.of());

        assertThat(results).extracting(Result::getCause).filteredOn(Optional::isPresent).extracting(Optional::get)
            .containsExactly("outbox: 421\\u{000D}\\u{000A}forged", "421\\u{000D}\\u{000A}forged");
    }
}
