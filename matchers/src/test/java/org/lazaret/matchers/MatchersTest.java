package org.lazaret.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
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
import org.lazaret.policy.Action;
import org.lazaret.policy.Deferral;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicyScopes;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

class MatchersTest {
    private static final Policy POLICY = new Policy(PolicySettings.DEFAULT);

    private static final Verdict FAILED = new Verdict.Failed(Score.NONE, List.of(), List.of(), "broken");

    private final DomainList domains = mock(DomainList.class);
    private final Directions directions = new Directions(domains);
    private Mail mail;

    @BeforeEach
    void setUp() throws Exception {
        when(domains.containsDomain(Domain.of("local.example"))).thenReturn(true);
        mail = FakeMail.builder().name("mail").recipients(MailAddressFixture.RECIPIENT1, MailAddressFixture.RECIPIENT2).build();
    }

    @ParameterizedTest
    @CsvSource({"9.0,quarantine", "5.0,warn", "0.0,permit"})
    void actionIsShouldMatchAllRecipientsForTheActionAlone(String score, String action) throws Exception {
        VerdictAttribute.set(mail, scanned(Score.parse(score)));

        for (String condition : List.of("quarantine", "warn", "permit")) {
            assertThat(init(actionIs(POLICY), condition).match(mail))
                .isEqualTo(condition.equals(action) ? mail.getRecipients() : List.of());
        }
    }

    @Test
    void actionIsShouldDeferWhenTheScanFailedUntilTheAttemptsAreUsedUp() throws Exception {
        VerdictAttribute.set(mail, FAILED);
        Deferrals deferrals = new Deferrals(Policies.of(POLICY));
        Matcher defer = init(new ActionIs(Policies.of(POLICY), directions, deferrals), "defer");
        Matcher quarantine = init(new ActionIs(Policies.of(POLICY), directions, deferrals), "quarantine");

        assertThat(defer.match(mail)).hasSize(2);
        assertThat(quarantine.match(mail)).isEmpty();

        for (int attempt = 0; attempt < POLICY.deferral().attempts(); attempt++) {
            Deferrals.count(mail, Instant.EPOCH, Duration.ofMinutes(1));
        }

        assertThat(defer.match(mail)).isEmpty();
        assertThat(quarantine.match(mail)).hasSize(2);
    }

    @Test
    void actionIsShouldNotDeferWhenNoMatcherAsksForIt() throws Exception {
        VerdictAttribute.set(mail, FAILED);

        assertThat(init(actionIs(POLICY), "quarantine").match(mail)).hasSize(2);
    }

    @Test
    void actionIsShouldAskThePolicyThatHeldWhenTheMailWasScanned() throws Exception {
        PolicySettings lenient = new PolicySettings(Action.WARN, Action.PERMIT, Map.of(), Action.QUARANTINE, Action.QUARANTINE, Score.of(7),
            Score.of(4));
        Policies policies = new Policies() {
            @Override
            public long version() {
                return 2;
            }

            @Override
            public Policy at(long version) {
                if (version > 2) {
                    throw new IllegalStateException("There is no version " + version);
                }
                return new Policy(version == 1 ? lenient : PolicySettings.DEFAULT);
            }
        };
        ActionIs quarantine = init(new ActionIs(policies, directions, new Deferrals(policies)), "quarantine");
        ActionIs warn = init(new ActionIs(policies, directions, new Deferrals(policies)), "warn");

        VerdictAttribute.set(mail, scanned(Score.of(9)), Map.of(), 1);
        assertThat(quarantine.match(mail)).isEmpty();
        assertThat(warn.match(mail)).hasSize(2);

        VerdictAttribute.set(mail, scanned(Score.of(9)), Map.of(), policies.version());
        assertThat(quarantine.match(mail)).hasSize(2);

        VerdictAttribute.set(mail, scanned(Score.of(9)), Map.of(), 3);
        assertThatThrownBy(() -> quarantine.match(mail)).isInstanceOf(MessagingException.class).hasMessageContaining("There is no version 3");
    }

    @Test
    void actionIsShouldMatchExactlyTheRecipientsTheActionIsFor() throws Exception {
        PolicySettings lenient = new PolicySettings(Action.WARN, Action.PERMIT, Map.of(), Action.QUARANTINE, Action.QUARANTINE, Score.of(7),
            Score.of(4));
        PolicyScopes.Both both = new PolicyScopes.Both(lenient, lenient);
        Policy policy = new Policy(new PolicyScopes(new PolicyScopes.Both(PolicySettings.DEFAULT, PolicySettings.DEFAULT),
            Map.of(MailAddressFixture.RECIPIENT2.asString(), both), Deferral.DEFAULT));
        VerdictAttribute.set(mail, scanned(Score.of(9)));

        assertThat(init(actionIs(policy), "quarantine").match(mail)).containsExactly(MailAddressFixture.RECIPIENT1);
        assertThat(init(actionIs(policy), "warn").match(mail)).containsExactly(MailAddressFixture.RECIPIENT2);
    }

    @Test
    void isOutboundShouldMatchRecipientsElsewhereWhenTheClientMayRelay() throws Exception {
        Mail outbound = FakeMail.builder().name("mail").sender("a@local.example").recipients("b@local.example", "c@elsewhere.example").build();
        IsOutbound matcher = init(new IsOutbound(directions), "");

        assertThat(matcher.match(outbound)).as("a sender that anybody can write").isEmpty();

        outbound.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("a@local.example")));

        assertThat(matcher.match(outbound)).extracting(MailAddress::asString).containsExactly("c@elsewhere.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.james.SMTPIsAuthNetwork", "org.apache.james.jmap.send.MailMetaData.username"})
    void isOutboundShouldKnowNetworksThatMayRelayAndJmap(String attribute) throws Exception {
        Mail outbound = FakeMail.builder().name("mail").recipients("c@elsewhere.example").build();
        AttributeValue<?> value = attribute.endsWith("username") ? AttributeValue.of("a") : AttributeValue.of(true);
        outbound.setAttribute(new Attribute(AttributeName.of(attribute), value));

        assertThat(init(new IsOutbound(directions), "").match(outbound)).hasSize(1);
    }

    @Test
    void matchShouldThrowWhenTheDomainListDoesNotAnswer() throws Exception {
        when(domains.containsDomain(any())).thenThrow(new DomainListException("down"));
        mail.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("a@local.example")));
        VerdictAttribute.set(mail, FAILED);

        assertThatThrownBy(() -> init(actionIs(POLICY), "permit").match(mail)).isInstanceOf(MessagingException.class);
    }

    @Test
    void actionIsShouldPermitWhenTheMailWasReleased() throws Exception {
        VerdictAttribute.setReleased(mail);

        assertThat(init(actionIs(POLICY), "permit").match(mail)).hasSize(2);
        assertThat(init(actionIs(POLICY), "quarantine").match(mail)).isEmpty();
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
        assertThatThrownBy(() -> init(actionIs(POLICY), condition))
            .isInstanceOf(MessagingException.class)
            .hasMessageContaining("permit, warn, defer, quarantine");
        assertThatThrownBy(() -> init(new HasVerdict(), condition)).isInstanceOf(MessagingException.class);
        assertThatThrownBy(() -> init(new ThreatScoreAtLeast(), condition)).isInstanceOf(MessagingException.class);
    }

    @Test
    void matchShouldThrowWhenTheMailWasNotScanned() {
        assertThatThrownBy(() -> init(actionIs(POLICY), "permit").match(mail))
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

    private ActionIs actionIs(Policy policy) {
        return new ActionIs(Policies.of(policy), directions, new Deferrals(Policies.of(policy)));
    }

    private static <T extends Matcher> T init(T matcher, String condition) throws MessagingException {
        matcher.init(FakeMatcherConfig.builder().matcherName("matcher").condition(condition).build());
        return matcher;
    }
}
