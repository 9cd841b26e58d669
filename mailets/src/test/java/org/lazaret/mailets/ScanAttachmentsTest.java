package org.lazaret.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.matchers.Deferrals;
import org.lazaret.matchers.Directions;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Action;
import org.lazaret.policy.Context;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.EntryStore;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.InMemoryEntryStore;
import org.lazaret.policy.lists.ListSettings;
import org.lazaret.policy.lists.Lists;
import org.lazaret.quarantine.Statistics.Kind;
import org.lazaret.scan.Finding;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class ScanAttachmentsTest {
    private static final String PROGRAM = "MZ, as it were";
    private static final String MESSAGE = """
        From: Author <author@news.example>
        To: anna@example.org
        Subject: x
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        see the attachment
        --b
        Content-Type: application/octet-stream
        Content-Disposition: attachment; filename="invoice.exe"
        Content-Transfer-Encoding: base64

        TVosIGFzIGl0IHdlcmU=
        --b--
        """;
    private static final AttributeName DKIM = AttributeName.of("jDKIM.AUTHRESULT");
    private static final AttributeName SPF = AttributeName.of("org.apache.james.transport.mailets.spf.result");

    private final RecordingMetricFactory metrics = new RecordingMetricFactory();
    private final Meters meters = new Meters(metrics);
    private final Policy policy = new Policy(PolicySettings.DEFAULT);
    private Lists lists = new Lists(new InMemoryEntryStore(), () -> ListSettings.DEFAULT, Clock.systemUTC());
    private final FakeStatistics statistics = new FakeStatistics();
    private MailImpl mail;

    @BeforeEach
    void setUp() throws Exception {
        mail = Mails.mail(MESSAGE, "anna@example.org", "bob@example.org");
    }

    @Test
    void serviceShouldJudgeWhatIsOnNoList() throws Exception {
        assertThat(scan()).isInstanceOfSatisfying(Examined.Judged.class,
            judged -> assertThat(judged.verdict().score().atLeast(Score.of(4))).isTrue());
    }

    @Test
    void serviceShouldNotScanWhenEveryRecipientIsAllowed() throws Exception {
        add(Effect.ALLOW, Field.MAIL_FROM, "elsewhere.example", "");

        assertThat(scan()).isEqualTo(new Examined.Allowed());
        assertThat(action("anna@example.org")).isEqualTo(Action.PERMIT);
    }

    @Test
    void serviceShouldScanWhenOneRecipientIsNotAllowed() throws Exception {
        add(Effect.ALLOW, Field.MAIL_FROM, "elsewhere.example", "anna@example.org");

        assertThat(scan()).isInstanceOf(Examined.Judged.class);
        assertThat(action("anna@example.org")).isEqualTo(Action.PERMIT);
        assertThat(action("bob@example.org")).isNotEqualTo(Action.PERMIT);
    }

    @Test
    void serviceShouldMakeBlockedMailMaliciousForThoseItIsBlockedFor() throws Exception {
        mail = Mails.mail("From: a@news.example\n\nno attachment\n", "anna@example.org", "bob@example.org");
        Entry entry = add(Effect.BLOCK, Field.HEADER_FROM, "*.example", "anna@example.org");

        Examined.Judged judged = (Examined.Judged) scan();

        assertThat(action("anna@example.org")).isEqualTo(Action.QUARANTINE);
        assertThat(action("bob@example.org")).isEqualTo(Action.PERMIT);
        assertThat(judged.verdictFor(List.of("anna@example.org")).findings()).extracting(Finding::rule, Finding::evidence)
            .containsExactly(tuple("list.blocked", "header-from *.example (entry " + entry.id() + ")"));
        assertThat(judged.verdictFor(List.of("bob@example.org")).findings()).isEmpty();
    }

    @Test
    void listingsShouldSurviveASplit() throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, "elsewhere.example", "");
        Examined judged = scan();

        assertThat(VerdictAttribute.get(mail.duplicate())).isEqualTo(judged);
    }

    @Test
    void serviceShouldNotCountAnAllowedAttachment() throws Exception {
        add(Effect.ALLOW, Field.ATTACHMENT, sha256(PROGRAM), "");

        scan();

        assertThat(action("anna@example.org")).isEqualTo(Action.PERMIT);
    }

    @Test
    void serviceShouldTreatABlockedAttachmentAsMalicious() throws Exception {
        mail = Mails.mail(MESSAGE.replace(".exe", ".txt"), "anna@example.org");
        add(Effect.BLOCK, Field.ATTACHMENT, sha256(PROGRAM), "");

        scan();

        assertThat(action("anna@example.org")).isEqualTo(Action.QUARANTINE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "pass (identity @news.example)||true",
        "pass (identity author@news.example)||true",
        "pass (identity @other.example) (identity @news.example)||true",
        "pass (identity @news.example) (identity @evil.example)||false",
        "pass (identity x@evil.example) (identity @news.example) (identity y@evil.example)||false",
        "pass (identity @mail.news.example)||false",
        "fail (identity @news.example)||false",
        "neutral (no signatures)||false",
        "pass||false",
        "|pass|true",
        "|softfail|false",
        "|none|false",
        "||false"})
    void allowOnHeaderFromShouldNeedWhatJamesRecorded(String dkim, String spf, boolean allowed) throws Exception {
        mail = Mails.mail(MESSAGE, "anna@example.org");
        mail.setSender(new MailAddress("bounces@news.example"));
        add(Effect.ALLOW, Field.HEADER_FROM, "news.example", "");
        if (dkim != null) {
            mail.setAttribute(new Attribute(DKIM, AttributeValue.of(dkim)));
        }
        if (spf != null) {
            mail.setAttribute(new Attribute(SPF, AttributeValue.of(spf)));
        }

        assertThat(scan() instanceof Examined.Allowed).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authentication-Results: mx.example.org; dkim=pass header.d=news.example; spf=pass\n",
        "Received-SPF: pass\n", "DKIM-Signature: v=1; d=news.example; l=20; h=from\n"})
    void headersFromOutsideShouldProveNothing(String header) throws Exception {
        mail = Mails.mail(header + MESSAGE, "anna@example.org");
        add(Effect.ALLOW, Field.HEADER_FROM, "news.example", "");
        if (header.contains("l=")) {
            mail.setAttribute(new Attribute(DKIM, AttributeValue.of("pass (identity @news.example)")));
        }

        assertThat(scan()).isInstanceOf(Examined.Judged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"From: author@news.example\nFrom: evil@x.example\n", "From: author@news.example, evil@x.example\n",
        "From: \"author@news.example\" <evil@x.example>\n", "From: =?utf-8?q?author=40news.example?= <evil@x.example>\n", ""})
    void allowShouldNeedEveryAuthor(String from) throws Exception {
        lists = new Lists(new InMemoryEntryStore(), () -> new ListSettings(ListSettings.Trust.ANY, ListSettings.Trust.ANY), Clock.systemUTC());
        mail = Mails.mail(from + MESSAGE.substring(MESSAGE.indexOf("To:")), "anna@example.org");
        add(Effect.ALLOW, Field.HEADER_FROM, "news.example", "");

        assertThat(scan()).isInstanceOf(Examined.Judged.class);
    }

    @Test
    void theScanShouldHaveFailedWhenTheListsCannotBeRead() throws Exception {
        mail = Mails.mail(MESSAGE.replace(".exe", ".txt"), "anna@example.org");
        lists = new Lists(new BrokenStore(), () -> ListSettings.DEFAULT, Clock.systemUTC());

        Examined.Judged judged = (Examined.Judged) scan();

        assertThat(judged.verdict()).isInstanceOfSatisfying(Verdict.Failed.class, failed -> {
            assertThat(failed.cause()).contains("the database is down");
            assertThat(failed.attachments()).hasSize(1);
        });
        assertThat(action("anna@example.org")).isEqualTo(Action.DEFER);
    }

    @Test
    void serviceShouldUseUpTheAttemptsWhenADeferredMailIsBackTooEarly() throws Exception {
        Deferrals.count(mail, Clock.systemUTC().instant(), Duration.ofHours(1));

        scan();

        assertThat(Deferrals.attempts(mail)).isEqualTo(Integer.MAX_VALUE);
    }

    private static final class BrokenStore implements EntryStore {
        @Override
        public long version() {
            throw new IllegalStateException("the database is down");
        }

        @Override
        public Contents read() {
            throw new IllegalStateException("the database is down");
        }

        @Override
        public boolean change(long expected, Collection<String> removed, Collection<Entry> added, Note note) {
            throw new IllegalStateException("the database is down");
        }
    }

    private Examined scan() throws Exception {
        Mails.init(new ScanAttachments(new Scanner(ScanSettings.defaults()), lists, Policies.of(policy), meters, Clock.systemUTC(), counts()))
            .service(mail);
        return VerdictAttribute.get(mail);
    }

    private ScanCounts counts() throws Exception {
        DomainList domains = mock(DomainList.class);
        when(domains.containsDomain(any())).thenReturn(true);
        return new ScanCounts(statistics, Policies.of(policy), new Directions(domains), new Deferrals(Policies.of(policy)), meters);
    }

    @Test
    void serviceShouldCountWhatItScans() throws Exception {
        scan();

        assertThat(statistics.counted).isEqualTo(Map.of(Kind.SCANNED, 1L, Kind.ATTACHMENTS, 1L, Kind.MALICIOUS, 1L));
    }

    @Test
    void serviceShouldCountAMailWithoutAttachmentsAndNothingMore() throws Exception {
        mail = Mails.mail("Subject: x\n\nhello\n", "anna@example.org");

        scan();

        assertThat(statistics.counted).isEqualTo(Map.of(Kind.SCANNED, 1L));
    }

    @Test
    void serviceShouldCountWhatPolicyPermitsAndNotWhatIsNotScanned() throws Exception {
        add(Effect.ALLOW, Field.MAIL_FROM, "elsewhere.example", "anna@example.org");
        scan();
        assertThat(statistics.counted).containsEntry(Kind.PERMITTED, 1L);
        statistics.counted.clear();
        add(Effect.ALLOW, Field.MAIL_FROM, "elsewhere.example", "");

        scan();

        assertThat(statistics.counted).isEmpty();
    }

    @Test
    void serviceShouldCountADeferredMailOnceUnlessItTurnsOutWorse() throws Exception {
        lists = new Lists(new BrokenStore(), () -> ListSettings.DEFAULT, Clock.systemUTC());
        scan();
        Deferrals.count(mail, Clock.systemUTC().instant().minusSeconds(60), Duration.ofSeconds(1));
        scan();

        assertThat(statistics.counted).isEqualTo(Map.of(Kind.SCANNED, 1L, Kind.ATTACHMENTS, 1L, Kind.MALICIOUS, 1L));
    }

    private Action action(String recipient) throws Exception {
        Mail split = mail.duplicate();
        return VerdictAttribute.get(split).action(policy, new Context(recipient, Direction.INBOUND, true));
    }

    private Entry add(Effect effect, Field field, String pattern, String recipient) throws Exception {
        return lists.add(new Draft(effect, field, pattern, recipient, Optional.empty(), ""), new Author("admin@example.org", ""));
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
