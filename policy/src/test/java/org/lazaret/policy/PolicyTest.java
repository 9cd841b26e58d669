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
    private static final Context CONTEXT = new Context("a@example.org", Direction.INBOUND, true);

    private final Policy policy = new Policy(PolicySettings.DEFAULT);

    @ParameterizedTest
    @CsvSource({"0.0,PERMIT", "3.9,PERMIT", "4.0,WARN", "6.9,WARN", "7.0,QUARANTINE", "10.0,QUARANTINE"})
    void decideShouldFollowTheThresholdsWhenScanned(String score, Action expected) {
        Verdict verdict = new Verdict.Scanned(Score.parse(score), List.of(), List.of());

        assertThat(policy.decide(verdict, CONTEXT)).isEqualTo(expected);
    }

    @Test
    void decideShouldDeferWhenTheScanFailedAndThenDoWhatIsSetForAfterwards() {
        Verdict failed = failed(Score.NONE);

        assertThat(policy.decide(failed, CONTEXT)).isEqualTo(Action.DEFER);
        assertThat(policy.decide(failed, new Context("a@example.org", Direction.INBOUND, false))).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void decideShouldQuarantineRatherThanDeferWhenWhatWasSeenIsMalicious() {
        assertThat(policy.decide(failed(Score.of(9)), CONTEXT)).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void decideShouldDeferRatherThanWarnWhenWhatWasSeenIsSuspicious() {
        assertThat(policy.decide(failed(Score.of(5)), CONTEXT)).isEqualTo(Action.DEFER);
    }

    @Test
    void decideShouldTakeTheNarrowestScope() {
        PolicyScopes.Both lenient = new PolicyScopes.Both(settings(Action.PERMIT), settings(Action.WARN));
        PolicyScopes.Both strict = new PolicyScopes.Both(settings(Action.QUARANTINE), settings(Action.QUARANTINE));
        Policy scoped = new Policy(new PolicyScopes(lenient, Map.of("example.org", strict, "anna@example.org", lenient), Deferral.DEFAULT));
        Verdict malicious = new Verdict.Scanned(Score.of(9), List.of(), List.of());

        assertThat(scoped.decide(malicious, new Context("a@other.example", Direction.INBOUND, true))).isEqualTo(Action.PERMIT);
        assertThat(scoped.decide(malicious, new Context("a@other.example", Direction.OUTBOUND, true))).isEqualTo(Action.WARN);
        assertThat(scoped.decide(malicious, new Context("bob@Example.ORG", Direction.OUTBOUND, true))).isEqualTo(Action.QUARANTINE);
        assertThat(scoped.decide(malicious, new Context("Anna@Example.ORG", Direction.INBOUND, true))).isEqualTo(Action.PERMIT);
    }

    @Test
    void decideShouldTakeTheStrictestActionWhenTheScanFailedAndMetObstacles() {
        PolicySettings lax = new PolicySettings(Action.QUARANTINE, Action.WARN, Map.of(Reason.AMBIGUOUS, Action.QUARANTINE), Action.PERMIT,
            Action.PERMIT, Score.of(7), Score.of(4));
        Unscannable obstacle = new Unscannable(Reason.AMBIGUOUS, "because", List.of());

        assertThat(new Policy(lax).decide(new Verdict.Failed(Score.NONE, List.of(), List.of(), List.of(obstacle), "broken"), CONTEXT))
            .isEqualTo(Action.QUARANTINE);
        assertThat(new Policy(lax).decide(failed(Score.of(5)), CONTEXT)).isEqualTo(Action.WARN);
    }

    @Test
    void decideShouldQuarantineWhenWhatCouldBeSeenOfAnEncryptedMailIsMalicious() {
        assertThat(policy.decide(unscannable(Score.of(8), Reason.ENCRYPTED), CONTEXT)).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void decideShouldTakeTheStrictestActionWhenThereAreSeveralObstacles() {
        assertThat(policy.decide(unscannable(Score.NONE, Reason.END_TO_END_ENCRYPTED, Reason.AMBIGUOUS, Reason.ENCRYPTED), CONTEXT))
            .isEqualTo(Action.QUARANTINE);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void decideShouldQuarantineWhenNoActionIsSetForAReason(Reason reason) {
        PolicySettings bare = new PolicySettings(Action.QUARANTINE, Action.PERMIT, Map.of(), Action.PERMIT, Action.PERMIT, Score.of(7), Score.of(4));

        assertThat(new Policy(bare).decide(unscannable(Score.NONE, reason), CONTEXT)).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void settingsShouldBeRefusedWhenSuspiciousIsAboveMalicious() {
        assertThatThrownBy(() -> new PolicySettings(Action.QUARANTINE, Action.WARN, Map.of(), Action.WARN, Action.WARN, Score.of(4), Score.of(7)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("7.0");
    }

    private static Verdict unscannable(Score score, Reason... reasons) {
        return new Verdict.NotScannable(score, List.of(), List.of(),
            Arrays.stream(reasons).map(reason -> new Unscannable(reason, "because", List.of("a.zip"))).toList());
    }

    private static PolicySettings settings(Action malicious) {
        return new PolicySettings(malicious, Action.PERMIT, Map.of(), Action.WARN, Action.WARN, Score.of(7), Score.of(4));
    }

    private static Verdict failed(Score score) {
        return new Verdict.Failed(score, List.of(), List.of(), "an engine is down");
    }
}
