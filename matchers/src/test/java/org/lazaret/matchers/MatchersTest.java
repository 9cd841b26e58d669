package org.lazaret.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import java.util.List;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.apache.mailet.base.MailAddressFixture;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMatcherConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

class MatchersTest {
    private static final Policy POLICY = new Policy(PolicySettings.DEFAULT);

    private Mail mail;

    @BeforeEach
    void setUp() throws MessagingException {
        mail = FakeMail.builder().name("mail").recipients(MailAddressFixture.RECIPIENT1, MailAddressFixture.RECIPIENT2).build();
    }

    @ParameterizedTest
    @CsvSource({"9.0,quarantine", "5.0,warn", "0.0,permit"})
    void actionIsShouldMatchAllRecipientsForTheActionAlone(String score, String action) throws Exception {
        VerdictAttribute.set(mail, scanned(Score.parse(score)));

        for (String condition : List.of("quarantine", "warn", "permit")) {
            assertThat(init(new ActionIs(POLICY), condition).match(mail))
                .isEqualTo(condition.equals(action) ? mail.getRecipients() : List.of());
        }
    }

    @Test
    void actionIsShouldPermitWhenTheMailWasReleased() throws Exception {
        VerdictAttribute.setReleased(mail);

        assertThat(init(new ActionIs(POLICY), "permit").match(mail)).hasSize(2);
        assertThat(init(new ActionIs(POLICY), "quarantine").match(mail)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"7.0,7,true", "6.9,7,false", "8.5,8.5,true", "0.0,0,true"})
    void threatScoreAtLeastShouldCompareExactly(String score, String condition, boolean expected) throws Exception {
        VerdictAttribute.set(mail, scanned(Score.parse(score)));

        assertThat(!init(new ThreatScoreAtLeast(), condition).match(mail).isEmpty()).isEqualTo(expected);
    }

    @Test
    void threatScoreAtLeastShouldCountWhatCouldBeSeenWhenTheMailIsUnscannable() throws Exception {
        VerdictAttribute.set(mail, unscannable());

        assertThat(init(new ThreatScoreAtLeast(), "8").match(mail)).hasSize(2);
    }

    @Test
    void hasVerdictShouldTellTheOutcomesApart() throws Exception {
        assertThat(outcomeOf(Verdict.Scanned.NO_ATTACHMENT)).isEqualTo("no-attachment");
        assertThat(outcomeOf(scanned(Score.NONE))).isEqualTo("scanned");
        assertThat(outcomeOf(unscannable())).isEqualTo("unscannable");
        assertThat(outcomeOf(new Verdict.Failed(Score.NONE, List.of(), List.of(), "broken"))).isEqualTo("failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hold", "QUARANTINE", "quarantine,warn"})
    void initShouldNameWhatIsAllowedWhenTheConditionIsNot(String condition) {
        assertThatThrownBy(() -> init(new ActionIs(POLICY), condition))
            .isInstanceOf(MessagingException.class)
            .hasMessageContaining("permit, warn, quarantine");
        assertThatThrownBy(() -> init(new HasVerdict(), condition)).isInstanceOf(MessagingException.class);
        assertThatThrownBy(() -> init(new ThreatScoreAtLeast(), condition)).isInstanceOf(MessagingException.class);
    }

    @Test
    void matchShouldThrowWhenTheMailWasNotScanned() {
        assertThatThrownBy(() -> init(new ActionIs(POLICY), "permit").match(mail))
            .isInstanceOf(MessagingException.class)
            .hasMessageContaining("was not scanned");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "clean", "{\"v\":1,\"outcome\":\"scanned\"}", "[[[[["})
    void matchShouldThrowWhenTheAttributeIsNotOurs(String text) {
        mail.setAttribute(new Attribute(VerdictAttribute.NAME, AttributeValue.of(text)));

        assertThatThrownBy(() -> init(new HasVerdict(), "scanned").match(mail)).isInstanceOf(MessagingException.class);
    }

    @Test
    void attributeShouldSurviveASplit() throws Exception {
        VerdictAttribute.set(mail, unscannable());

        assertThat(VerdictAttribute.get(mail.duplicate())).isEqualTo(new Examined.Judged(unscannable()));
    }

    private String outcomeOf(Verdict verdict) throws MessagingException {
        VerdictAttribute.set(mail, verdict);
        StringBuilder matched = new StringBuilder();
        for (String outcome : List.of("no-attachment", "scanned", "unscannable", "failed", "released")) {
            if (!init(new HasVerdict(), outcome).match(mail).isEmpty()) {
                matched.append(outcome);
            }
        }
        return matched.toString();
    }

    private static Verdict scanned(Score score) {
        return new Verdict.Scanned(score, List.of(), List.of(new Attachment("a.bin", "", "application/octet-stream", 1, "00", score)));
    }

    private static Verdict unscannable() {
        return new Verdict.NotScannable(Score.of(8), List.of(new Finding("name.blocked", Score.of(8), List.of("a.zip", "b.exe"), "b.exe", "")),
            List.of(), List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, "zip", List.of("a.zip"))));
    }

    private static <T extends Matcher> T init(T matcher, String condition) throws MessagingException {
        matcher.init(FakeMatcherConfig.builder().matcherName("matcher").condition(condition).build());
        return matcher;
    }
}
