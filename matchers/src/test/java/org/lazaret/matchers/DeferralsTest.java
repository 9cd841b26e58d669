package org.lazaret.matchers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.Deferral;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;

class DeferralsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Deferrals deferrals = new Deferrals(Policies.of(new Policy(PolicySettings.DEFAULT)));
    private Mail mail;

    @BeforeEach
    void setUp() throws Exception {
        mail = FakeMail.builder().name("mail").build();
    }

    @Test
    void possibleShouldBeFalseWhenNoMatcherAsksForMailToDefer() throws Exception {
        assertThat(deferrals.possible(mail)).isFalse();

        deferrals.asked();

        assertThat(deferrals.possible(mail)).isTrue();
    }

    @Test
    void possibleShouldBeFalseWhenTheAttemptsAreUsedUp() throws Exception {
        deferrals.asked();
        for (int attempt = 0; attempt < Deferral.DEFAULT.attempts(); attempt++) {
            assertThat(deferrals.possible(mail)).isTrue();
            Deferrals.count(mail, NOW, Duration.ofMinutes(1));
        }

        assertThat(Deferrals.attempts(mail)).isEqualTo(8);
        assertThat(deferrals.possible(mail)).isFalse();
    }

    @Test
    void backTooEarlyShouldUseUpTheAttemptsWhenTheQueueDidNotDelay() throws Exception {
        deferrals.asked();
        Deferrals.count(mail, NOW, Duration.ofMinutes(2));

        assertThat(Deferrals.backTooEarly(mail, NOW.plusSeconds(59))).isTrue();
        assertThat(deferrals.possible(mail)).isFalse();
    }

    @Test
    void backTooEarlyShouldChangeNothingWhenTheQueueDelayed() throws Exception {
        deferrals.asked();
        Deferrals.count(mail, NOW, Duration.ofMinutes(2));

        assertThat(Deferrals.backTooEarly(mail, NOW.plusSeconds(60))).isFalse();
        assertThat(deferrals.possible(mail)).isTrue();
        assertThat(Deferrals.attempts(mail)).isOne();
    }

    @Test
    void countShouldSurviveASplit() throws Exception {
        Deferrals.count(mail, NOW, Duration.ofMinutes(2));

        assertThat(Deferrals.attempts(mail.duplicate())).isOne();
    }
}
