package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.policy.PolicySettings;

class ExitStatusTest {

    @ParameterizedTest
    @CsvSource({"0.0,0", "3.9,0", "4.0,1", "6.9,1", "7.0,2", "10.0,2"})
    void ofShouldGoByTheThresholdsWhenAllWasSeen(double score, int code) {
        assertThat(ExitStatus.of(VerdictFixture.scanned(score), PolicySettings.DEFAULT).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"0.0,3", "6.9,3", "7.0,2"})
    void ofShouldBeUnscannableUnlessMaliciousIsKnown(double score, int code) {
        assertThat(ExitStatus.of(VerdictFixture.unscannable(score), PolicySettings.DEFAULT).code()).isEqualTo(code);
    }

    @Test
    void ofShouldBeFailedWhenTheScanBroke() {
        assertThat(ExitStatus.of(VerdictFixture.failed(), PolicySettings.DEFAULT).code()).isEqualTo(4);
    }

    @Test
    void worstShouldOrderCleanSuspiciousUnscannableMaliciousFailed() {
        assertThat(ExitStatus.CLEAN.worst(ExitStatus.SUSPICIOUS)).isEqualTo(ExitStatus.SUSPICIOUS);
        assertThat(ExitStatus.UNSCANNABLE.worst(ExitStatus.SUSPICIOUS)).isEqualTo(ExitStatus.UNSCANNABLE);
        assertThat(ExitStatus.UNSCANNABLE.worst(ExitStatus.MALICIOUS)).isEqualTo(ExitStatus.MALICIOUS);
        assertThat(ExitStatus.FAILED.worst(ExitStatus.MALICIOUS)).isEqualTo(ExitStatus.FAILED);
    }
}
