package org.lazaret.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMatcherConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.Listing;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class ListedMatchersTest {
    private static final Listing.Hit HIT = new Listing.Hit("1".repeat(32), Field.MAIL_FROM, "news.example", List.of());
    private static final Verdict SUSPICIOUS = new Verdict.Scanned(Score.of(5), List.of(), List.of());

    private Mail mail;

    @BeforeEach
    void setUp() throws Exception {
        mail = FakeMail.builder().name("mail").recipients("allowed@example.org", "blocked@example.org", "other@example.org").build();
        VerdictAttribute.set(mail, SUSPICIOUS, Map.of("allowed@example.org", new Listing(Optional.of(HIT), List.of(), Set.of()),
            "blocked@example.org", new Listing(Optional.empty(), List.of(HIT), Set.of())), 0);
    }

    @Test
    void matchersShouldTellTheRecipientsApart() throws Exception {
        assertThat(match(new IsListed(), "allow")).containsExactly("allowed@example.org");
        assertThat(match(new IsListed(), "block")).containsExactly("blocked@example.org");
        assertThat(match(new HasVerdict(), "allowed")).containsExactly("allowed@example.org");
        assertThat(match(new ThreatScoreAtLeast(), "5")).containsExactly("blocked@example.org", "other@example.org");
        assertThat(match(new ThreatScoreAtLeast(), "10")).containsExactly("blocked@example.org");
    }

    @Test
    void matchersShouldKnowAMailThatIsAllowedForAll() throws Exception {
        VerdictAttribute.setAllowed(mail);

        assertThat(match(new IsListed(), "allow")).hasSize(3);
        assertThat(match(new IsListed(), "block")).isEmpty();
        assertThat(match(new HasVerdict(), "allowed")).hasSize(3);
        assertThat(match(new ThreatScoreAtLeast(), "0")).isEmpty();
    }

    @Test
    void verdictForSeveralShouldCountWhateverCountsForOneOfThem() throws Exception {
        Examined.Judged judged = (Examined.Judged) VerdictAttribute.get(mail);

        assertThat(judged.verdictFor(List.of("blocked@example.org", "other@example.org")).score()).isEqualTo(Score.WORST);
        assertThat(judged.verdictFor(List.of("other@example.org"))).isEqualTo(SUSPICIOUS);
    }

    @Test
    void matchShouldThrowWhenTheListingsAreMissingOrNotOurs() throws Exception {
        AttributeName name = AttributeName.of("org.lazaret.listings");
        mail.removeAttribute(name);
        assertThatThrownBy(() -> match(new IsListed(), "allow")).isInstanceOf(MessagingException.class);

        mail.setAttribute(new Attribute(name, AttributeValue.of("{}")));
        assertThatThrownBy(() -> match(new IsListed(), "allow")).isInstanceOf(MessagingException.class);
    }

    private Collection<String> match(Matcher matcher, String condition) throws MessagingException {
        matcher.init(FakeMatcherConfig.builder().matcherName("matcher").condition(condition).build());
        return matcher.match(mail).stream().map(MailAddress::asString).toList();
    }
}
