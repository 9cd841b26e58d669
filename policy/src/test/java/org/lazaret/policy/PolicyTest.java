package org.lazaret.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

class PolicyTest {
    private final Policy policy = new Policy(PolicySettings.DEFAULT);

    @ParameterizedTest
    @CsvSource({"0.0,PERMIT", "3.9,PERMIT", "4.0,WARN", "6.9,WARN", "7.0,QUARANTINE", "10.0,QUARANTINE"})
    void decideShouldFollowTheThresholdsWhenScanned(String score, Action expected) {
        Verdict verdict = new Verdict.Scanned(Score.parse(score), List.of(), List.of());

        assertThat(policy.decide(verdict)).isEqualTo(expected);
    }

    @Test
    void decideShouldQuarantineWhenTheScanFailed() {
        assertThat(policy.decide(new Verdict.Failed(Score.NONE, List.of(), List.of(), "broken"))).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void decideShouldQuarantineWhenWhatCouldBeSeenOfAnEncryptedMailIsMalicious() {
        assertThat(policy.decide(unscannable(Score.of(8), Reason.ENCRYPTED))).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void decideShouldTakeTheStrictestActionWhenThereAreSeveralObstacles() {
        assertThat(policy.decide(unscannable(Score.NONE, Reason.END_TO_END_ENCRYPTED, Reason.AMBIGUOUS, Reason.ENCRYPTED)))
            .isEqualTo(Action.QUARANTINE);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void decideShouldQuarantineWhenNoActionIsSetForAReason(Reason reason) {
        PolicySettings bare = new PolicySettings(Action.QUARANTINE, Action.PERMIT, Map.of(), Action.PERMIT, Score.of(7), Score.of(4));

        assertThat(new Policy(bare).decide(unscannable(Score.NONE, reason))).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void settingsShouldBeRefusedWhenSuspiciousIsAboveMalicious() {
        assertThatThrownBy(() -> new PolicySettings(Action.QUARANTINE, Action.WARN, Map.of(), Action.WARN, Score.of(4), Score.of(7)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("7.0");
    }

    private static Verdict unscannable(Score score, Reason... reasons) {
        return new Verdict.NotScannable(score, List.of(), List.of(),
            Arrays.stream(reasons).map(reason -> new Unscannable(reason, "because", List.of("a.zip"))).toList());
    }
}
