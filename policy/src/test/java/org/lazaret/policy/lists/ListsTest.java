package org.lazaret.policy.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.policy.lists.ListSettings.Trust;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

class ListsTest {
    private static final Author ADMIN = new Author("admin@example.org", "192.0.2.1");
    private static final String RECIPIENT = "anna@example.org";
    private static final String HASH = "ab".repeat(32);
    private static final String OTHER_HASH = "cd".repeat(32);

    private final MovableClock clock = new MovableClock();
    private final InMemoryEntryStore store = new InMemoryEntryStore();
    private Lists lists = new Lists(store, () -> ListSettings.DEFAULT, clock);

    @ParameterizedTest
    @CsvSource({
        "s@news.example, true", "*@news.example, true", "news.example, true", "NEWS.example., true", "*.example, true", ".example, true",
        "*.news.example, false", "x@news.example, false", "other.example, false", "ws.example, false"})
    void patternShouldMatchAsWritten(String pattern, boolean expected) throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, pattern);

        assertThat(!listing(from("s@news.example")).blocked().isEmpty()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"MAIL_FROM, s@news.example", "RCPT_TO, anna@example.org", "HEADER_FROM, h@author.example", "HEADER_TO, list@to.example"})
    void eachFieldShouldBeComparedWithItsOwnAddresses(Field field, String address) throws Exception {
        lists = new Lists(store, () -> new ListSettings(Trust.ANY, Trust.ANY), clock);
        Correspondence mail = new Correspondence("s@news.example", header("H <h@author.example>"), header("list@to.example"), Proof.NONE);
        for (Field other : List.of(Field.MAIL_FROM, Field.RCPT_TO, Field.HEADER_FROM, Field.HEADER_TO)) {
            if (other != field) {
                add(Effect.BLOCK, other, address);
            }
        }
        assertThat(lists.now().byAddress(mail, RECIPIENT)).isEqualTo(Listing.NONE);

        add(Effect.ALLOW, field, address);

        assertThat(lists.now().byAddress(mail, RECIPIENT).allowed()).hasValueSatisfying(hit -> assertThat(hit.field()).isEqualTo(field));
    }

    @Test
    void theNarrowerPatternShouldDecide() throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, "*.example");
        add(Effect.ALLOW, Field.MAIL_FROM, "news.example");
        add(Effect.BLOCK, Field.MAIL_FROM, "bad@news.example");

        assertThat(listing(from("x@other.example")).blocked()).hasSize(1);
        assertThat(listing(from("s@news.example")).allowed()).isPresent();
        assertThat(listing(from("bad@news.example")).blocked()).extracting(Listing.Hit::pattern).containsExactly("bad@news.example");
    }

    @Test
    void theEntryOfARecipientShouldDecideWhenThePatternsAreEqual() throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, "news.example");
        lists.add(new Draft(Effect.ALLOW, Field.MAIL_FROM, "news.example", RECIPIENT, Optional.empty(), ""), ADMIN);

        assertThat(listing(from("s@news.example")).allowed()).isPresent();
        assertThat(lists.now().byAddress(from("s@news.example"), "bob@example.org").blocked()).hasSize(1);
    }

    @Test
    void blockShouldWinWhenDifferentFieldsDisagree() throws Exception {
        add(Effect.ALLOW, Field.MAIL_FROM, "s@news.example");
        add(Effect.BLOCK, Field.HEADER_FROM, "author.example");

        Listing listing = lists.now().byAddress(new Correspondence("s@news.example", header("h@author.example"), HeaderAddresses.NONE, Proof.NONE),
            RECIPIENT);

        assertThat(listing.allowed()).isEmpty();
        assertThat(listing.blocked()).hasSize(1);
    }

    @Test
    void allowShouldNeedEveryAuthorAndBlockOne() throws Exception {
        lists = new Lists(store, () -> new ListSettings(Trust.ANY, Trust.ANY), clock);
        add(Effect.ALLOW, Field.HEADER_FROM, "a@author.example");
        assertThat(authored("a@author.example").allowed()).isPresent();
        assertThat(authored("a@author.example, b@author.example").allowed()).isEmpty();
        assertThat(authored("a@author.example, nonsense").allowed()).as("not read completely").isEmpty();

        add(Effect.BLOCK, Field.HEADER_FROM, "b@author.example");

        assertThat(authored("a@author.example, b@author.example").blocked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"author.example,, true", ",author.example, true", "example,, true", "mail.author.example,, false", "uthor.example,, false",
        "other.example,other.example, false", ",, false"})
    void allowOnHeaderFromShouldCountWhenDkimOrSpfPassedForItsDomain(String dkim, String spf, boolean expected) throws Exception {
        add(Effect.ALLOW, Field.HEADER_FROM, "a@author.example");
        Proof proof = new Proof(Optional.ofNullable(dkim), Optional.ofNullable(spf));

        Listing listing = lists.now().byAddress(new Correspondence("", header("a@author.example"), HeaderAddresses.NONE, proof), RECIPIENT);

        assertThat(listing.allowed().isPresent()).isEqualTo(expected);
    }

    @Test
    void allowOnMailFromShouldNeedSpfWhenSetSo() throws Exception {
        lists = new Lists(store, () -> new ListSettings(Trust.ALIGNED, Trust.ALIGNED), clock);
        add(Effect.ALLOW, Field.MAIL_FROM, "news.example");
        Proof spf = new Proof(Optional.empty(), Optional.of("news.example"));

        assertThat(listing(from("s@news.example")).allowed()).isEmpty();
        assertThat(listing(new Correspondence("s@news.example", HeaderAddresses.NONE, HeaderAddresses.NONE, spf)).allowed()).isPresent();
    }

    @Test
    void anUnprovenAllowEntryShouldNotStandInTheWayOfABlockEntry() throws Exception {
        add(Effect.ALLOW, Field.HEADER_FROM, "a@author.example");
        add(Effect.BLOCK, Field.HEADER_FROM, "author.example");

        assertThat(authored("a@author.example").blocked()).hasSize(1);
    }

    @Test
    void anEntryShouldMatchNothingOnceItHasExpired() throws Exception {
        lists.add(new Draft(Effect.BLOCK, Field.MAIL_FROM, "news.example", "", Optional.of(clock.instant().plusSeconds(60)), ""), ADMIN);

        assertThat(listing(from("s@news.example")).blocked()).hasSize(1);
        clock.now = clock.now.plusSeconds(60);
        assertThat(listing(from("s@news.example")).blocked()).isEmpty();
        assertThat(lists.all()).as("still shown").hasSize(1);
    }

    @Test
    void nowShouldSeeWhatAnotherNodeChangedAfterAMoment() throws Exception {
        Lists other = new Lists(store, () -> ListSettings.DEFAULT, clock);
        assertThat(listing(from("s@news.example"))).isEqualTo(Listing.NONE);
        other.add(new Draft(Effect.BLOCK, Field.MAIL_FROM, "news.example", "", Optional.empty(), ""), ADMIN);

        clock.now = clock.now.plus(Lists.FRESH).plusMillis(1);

        assertThat(listing(from("s@news.example")).blocked()).hasSize(1);
    }

    @Test
    void nowShouldReadTheEntriesOnlyWhenTheyChanged() throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, "news.example");
        listing(from("s@news.example"));
        int reads = store.reads();

        for (int i = 0; i < 10; i++) {
            clock.now = clock.now.plus(Duration.ofMinutes(1));
            listing(from("s@news.example"));
        }

        assertThat(store.reads()).isEqualTo(reads);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "MAIL_FROM|nonsense here||is no address, domain",
        "MAIL_FROM|a@b@c.example||is no address, domain",
        "MAIL_FROM|*||is no address, domain",
        "MAIL_FROM|fa\u00DF.example||write it in its ASCII form",
        "ATTACHMENT|abc||64 hexadecimal digits",
        "MAIL_FROM|a@b.example|*.example.org|is no recipient",
        "MAIL_FROM|a@b.example|no recipient|is no address",
        "RCPT_TO|a@b.example|c@b.example|names the recipient itself"})
    void addShouldRefuseWithTheReasonWhenTheEntryIsNone(Field field, String pattern, String recipient, String reason) {
        assertThatThrownBy(() -> lists.add(new Draft(Effect.ALLOW, field, pattern, recipient == null ? "" : recipient, Optional.empty(), ""), ADMIN))
            .isInstanceOf(RefusedEntryException.class)
            .hasMessageContaining(reason);
        assertThat(lists.all()).isEmpty();
        assertThat(store.notes()).isEmpty();
    }

    @Test
    void addShouldRefuseWhatIsOnAListAlready() throws Exception {
        Entry there = add(Effect.ALLOW, Field.MAIL_FROM, "News.example");

        assertThatThrownBy(() -> add(Effect.BLOCK, Field.MAIL_FROM, "*@news.example"))
            .isInstanceOf(RefusedEntryException.class)
            .hasMessage("There is an entry for mail-from news.example already: allow, " + there.id());
    }

    @Test
    void editShouldChangeReasonAndTimeAndNothingElse() throws Exception {
        Entry entry = lists.add(new Draft(Effect.BLOCK, Field.MAIL_FROM, "news.example", "anna@example.org", Optional.empty(), "noise"), ADMIN);
        Author other = new Author("other@example.org", "192.0.2.9");
        Instant until = Instant.parse("2030-01-01T00:00:00Z");

        assertThat(lists.edit(entry.id(), Optional.of(until), "more noise", other)).isTrue();
        assertThat(lists.edit("nobody", Optional.of(until), "", other)).isFalse();
        assertThatThrownBy(() -> lists.edit(entry.id(), Optional.empty(), "a\nb", other)).isInstanceOf(RefusedEntryException.class);

        assertThat(lists.all()).containsExactly(new Entry(entry.id(), entry.effect(), entry.field(), entry.pattern(), entry.recipient(),
            Optional.of(until), "more noise", entry.author(), entry.created()));
        assertThat(store.notes().getLast()).isEqualTo(new EntryStore.Note(other, "list entry changed", entry.id()
            + ": block mail-from news.example for anna@example.org, noise -> " + entry.id()
            + ": block mail-from news.example for anna@example.org until 2030-01-01T00:00:00Z, more noise"));
    }

    @Test
    void eachChangeShouldBeNotedForTheAudit() throws Exception {
        Entry entry = lists.add(new Draft(Effect.BLOCK, Field.MAIL_FROM, "news.example", RECIPIENT, Optional.empty(), "noise"), ADMIN);
        assertThat(lists.remove(entry.id(), ADMIN)).isTrue();
        assertThat(lists.remove(entry.id(), ADMIN)).isFalse();

        assertThat(store.notes()).containsExactly(
            new EntryStore.Note(ADMIN, "list entry added", entry.id() + ": block mail-from news.example for anna@example.org, noise"),
            new EntryStore.Note(ADMIN, "list entry removed", entry.id() + ": block mail-from news.example for anna@example.org, noise"));
    }

    @Test
    void byContentShouldTreatABlockedAttachmentAsMalicious() throws Exception {
        add(Effect.BLOCK, Field.ATTACHMENT, HASH.toUpperCase(java.util.Locale.ROOT));
        Verdict clean = new Verdict.Scanned(Score.NONE, List.of(), List.of(attachment("a.pdf", HASH, Score.NONE)));

        Verdict judged = lists.now().byContent(Listing.NONE, clean, RECIPIENT).applyTo(clean);

        assertThat(judged.score()).isEqualTo(Score.WORST);
        assertThat(judged.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("list.blocked");
            assertThat(finding.path()).containsExactly("a.pdf");
            assertThat(finding.evidence()).startsWith("attachment " + HASH + " (entry ");
        });
    }

    @Test
    void byContentShouldNotCountAnAllowedAttachment() throws Exception {
        add(Effect.ALLOW, Field.ATTACHMENT, HASH);
        Verdict verdict = new Verdict.NotScannable(Score.of(9), List.of(finding(9, "tool.zip", "x.exe"), finding(5, "other.doc")),
            List.of(attachment("tool.zip", HASH, Score.of(9)), attachment("other.doc", OTHER_HASH, Score.of(5))),
            List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, "zip", List.of("tool.zip"))));

        Verdict judged = lists.now().byContent(Listing.NONE, verdict, RECIPIENT).applyTo(verdict);

        assertThat(judged).isInstanceOf(Verdict.Scanned.class);
        assertThat(judged.score()).isEqualTo(Score.of(5));
        assertThat(judged.findings()).containsExactly(finding(5, "other.doc"));
    }

    @Test
    void anAllowedAttachmentShouldNotHideOneOfTheSameNameNorTheMailItself() {
        Listing listing = new Listing(Optional.empty(), List.of(), Set.of(HASH));
        Verdict sameName = new Verdict.NotScannable(Score.of(9), List.of(finding(9, "a.zip")),
            List.of(attachment("a.zip", HASH, Score.NONE), attachment("a.zip", OTHER_HASH, Score.of(9))),
            List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, "zip", List.of("a.zip"))));
        Verdict ofMail = new Verdict.NotScannable(Score.of(8), List.of(finding(8), finding(9, "a.zip")),
            List.of(attachment("a.zip", HASH, Score.of(9))),
            List.of(new Unscannable(Unscannable.Reason.AMBIGUOUS, "two readings", List.of())));

        assertThat(listing.applyTo(sameName)).isEqualTo(sameName);
        Verdict judged = listing.applyTo(ofMail);
        assertThat(judged).isInstanceOf(Verdict.NotScannable.class);
        assertThat(judged.score()).isEqualTo(Score.of(8));
        assertThat(judged.findings()).containsExactly(finding(8));
    }

    @Test
    void anAllowedAttachmentShouldNotMendAFailedScan() {
        Listing listing = new Listing(Optional.empty(), List.of(), Set.of(HASH));
        Unscannable ofMail = new Unscannable(Unscannable.Reason.AMBIGUOUS, "two readings", List.of());
        Verdict failed = new Verdict.Failed(Score.of(9), List.of(finding(9, "a.zip")), List.of(attachment("a.zip", HASH, Score.of(9))),
            List.of(ofMail, new Unscannable(Unscannable.Reason.ENCRYPTED, "zip", List.of("a.zip"))), "down");

        assertThat(listing.applyTo(failed)).isInstanceOfSatisfying(Verdict.Failed.class,
            judged -> assertThat(judged.obstacles()).containsExactly(ofMail));
    }

    @Test
    void anAllowedAttachmentShouldChangeNothingWhenFindingsWereLeftOut() {
        Listing listing = new Listing(Optional.empty(), List.of(), Set.of(HASH));
        List<Finding> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(finding(9, "a.zip"));
        }
        Verdict verdict = new Verdict.Scanned(Score.of(9), many, List.of(attachment("a.zip", HASH, Score.of(9))));

        assertThat(listing.applyTo(verdict)).isEqualTo(verdict);
    }

    @Test
    void byContentShouldLeaveAnAllowedMailAlone() throws Exception {
        add(Effect.ALLOW, Field.MAIL_FROM, "news.example");
        add(Effect.BLOCK, Field.ATTACHMENT, HASH);
        Listing allowed = listing(from("s@news.example"));

        assertThat(lists.now().byContent(allowed, new Verdict.Scanned(Score.NONE, List.of(), List.of(attachment("a", HASH, Score.NONE))), RECIPIENT))
            .isEqualTo(allowed);
    }

    @Test
    void replaceShouldReadWhatExportWrites() throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, "bücher.example");
        lists.add(new Draft(Effect.ALLOW, Field.HEADER_FROM, "*.news.example", RECIPIENT, Optional.of(Instant.parse("2027-01-31T00:00:00Z")),
            "said \"yes\", Grüße"), ADMIN);
        List<Entry> before = lists.all();
        String csv = exported();
        lists.remove(before.getFirst().id(), ADMIN);

        Lists.Imported imported = lists.replace(new StringReader(csv), new Author("other@example.org", ""));

        assertThat(imported).isEqualTo(new Lists.Imported(1, 0, 1));
        String authors = "(admin|other)@example.org,[^\r\n]*";
        assertThat(exported().replaceAll(authors, "")).isEqualTo(csv.replaceAll(authors, ""));
        assertThat(lists.all()).contains(before.getLast());
        assertThat(store.notes().getLast().detail()).startsWith("1 added, 0 removed, 1 kept; SHA-256 of the file ");
    }

    @Test
    void replaceShouldNameEachBrokenLineAndChangeNothing() throws Exception {
        Entry there = add(Effect.BLOCK, Field.MAIL_FROM, "bad.example");
        String csv = """
            list,field,pattern,recipient,expires,reason
            allow,mail-from,good.example,,,
            deny,mail-from,a.example,,,
            block,mail-from,not an address,,,
            block,mail-from,b.example,,tomorrow,
            block,mail-from,b.example
            block,mail-from,GOOD.example,,,
            """;

        assertThatThrownBy(() -> lists.replace(new StringReader(csv), ADMIN))
            .isInstanceOf(CsvException.class)
            .hasMessageContaining("line 3: list 'deny': allowed is allow, block")
            .hasMessageContaining("line 4: 'not an address' is no address")
            .hasMessageContaining("line 5: expires 'tomorrow': a time such as")
            .hasMessageContaining("line 6: has 3 fields")
            .hasMessageContaining("line 7: mail-from good.example stands in line 2 already");
        assertThat(lists.all()).containsExactly(there);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pattern;list", "list,field,pattern,recipient,expires,reason\nallow,\"unclosed", "a,a\n1,2"})
    void replaceShouldRefuseWhatIsNoCsv(String csv) throws Exception {
        add(Effect.BLOCK, Field.MAIL_FROM, "bad.example");

        assertThatThrownBy(() -> lists.replace(new StringReader(csv), ADMIN)).isInstanceOf(CsvException.class);
        assertThat(lists.all()).hasSize(1);
    }

    @Test
    void matchingShouldNotSlowDownWithTheNumberOfEntries() throws Exception {
        StringBuilder csv = new StringBuilder("list,field,pattern,recipient,expires,reason\n");
        for (int i = 0; i < 300_000; i++) {
            csv.append("block,mail-from,s").append(i).append("@bad").append(i % 1_000).append(".example,,,\n");
        }
        lists.replace(new StringReader(csv.toString()), ADMIN);
        Correspondence mail = from("s1@good.example");

        long begin = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            assertThat(lists.now().byAddress(mail, RECIPIENT)).isEqualTo(Listing.NONE);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("not by looking at 300,000 entries each time")
            .isLessThan(Duration.ofSeconds(5));
        assertThat(listing(from("s299999@bad999.example")).blocked()).hasSize(1);
    }

    private Entry add(Effect effect, Field field, String pattern) throws RefusedEntryException {
        return lists.add(new Draft(effect, field, pattern, "", Optional.empty(), ""), ADMIN);
    }

    private Listing listing(Correspondence mail) {
        return lists.now().byAddress(mail, RECIPIENT);
    }

    private Listing authored(String from) {
        return listing(new Correspondence("", header(from), HeaderAddresses.NONE, Proof.NONE));
    }

    private String exported() throws IOException {
        StringBuilder csv = new StringBuilder();
        lists.export(csv);
        return csv.toString();
    }

    private static Correspondence from(String mailFrom) {
        return new Correspondence(mailFrom, HeaderAddresses.NONE, HeaderAddresses.NONE, Proof.NONE);
    }

    private static HeaderAddresses header(String body) {
        return HeaderAddresses.parse(List.of(body));
    }

    private static Attachment attachment(String name, String sha256, Score score) {
        return new Attachment(name, "application/pdf", "application/pdf", 1, sha256, score);
    }

    private static Finding finding(int weight, String... path) {
        return new Finding("some.rule", Score.of(weight), List.of(path), "", "");
    }

    private static final class MovableClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return InstantSource.fixed(now).withZone(zone);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
