package org.lazaret.quarantine.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.policy.language.CustomText;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class NoticesTest {
    private static final String ALICE = "alice@example.org";
    private static final Actor BY_ALICE = new Actor(Actor.Role.RECIPIENT, "alice\r\nBcc: x@example.net", "");
    private static final Instant RECEIVED = Instant.parse("2026-11-23T12:00:00Z");

    private final Notices notices = notices(settings("Qüarantäne <postmaster@example.org>", new Settings.Wording(
        custom("Schädliche Mail ✓ ".repeat(10).strip()), custom("A mail was held.\nSee <below>."), custom("Look & see")),
        Optional.of(URI.create("https://example.org/help?a=1&b=2")), Language.EN));

    @Test
    void heldShouldBeQuietAndStable() {
        HeldMail mail = mail("Invoice", "Mallory <m@evil.example>", "invoice.exe");

        Letter letter = notices.held(mail, ALICE);
        String text = text(letter);

        assertThat(letter.sender()).isEmpty();
        assertThat(letter.recipients()).containsExactly(ALICE);
        assertThat(header(text)).contains("Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n", "To: <alice@example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Message-ID: <notice-0123456789abcdef0123456789abcdef-");
        assertThat(DecoderUtil.decodeEncodedWords(unfolded(text, "Subject"), DecodeMonitor.STRICT)).isEqualTo("Schädliche Mail ✓ ".repeat(10)
            .strip());
        assertThat(DecoderUtil.decodeEncodedWords(unfolded(text, "From"), DecodeMonitor.STRICT)).isEqualTo("Qüarantäne <postmaster@example.org>");
        assertThat(notices.held(mail, ALICE).bytes()).isEqualTo(letter.bytes());
        assertThat(notices.held(mail, "bob@example.org").name()).isNotEqualTo(letter.name());
    }

    @Test
    void heldShouldSayWhatWasHeldInTextAndHtml() {
        String text = text(notices.held(mail("Invoice", "Mallory <m@evil.example>", "invoice.exe"), ALICE));

        assertThat(part(text, "text/plain")).contains("See <below>.", "Mallory <m@evil[.]example>", "invoice[.]exe (12 B, score 9.0)",
            "Look & see:",
            "https://portal.example/m/", "Learn more:\nhttps://example.org/help?a=1&b=2");
        assertThat(part(text, "text/html")).contains("See &lt;below&gt;.", "Mallory &lt;m@evil[.]example&gt;", "<a href=\"https://portal.example/m/",
            "Look &amp; see</a>", "href=\"https://example.org/help?a=1&amp;b=2\"");
    }

    @Test
    void senderShouldSayWhomTheMailDidNotReachAndHaveNoLink() {
        Letter letter = notices.sender(mail("Invoice", "Me <me@example.org>", "invoice.exe"), List.of("customer@elsewhere.example"));

        assertThat(letter.sender()).isEmpty();
        assertThat(letter.recipients()).hasSize(1).doesNotContain("customer@elsewhere.example");
        assertThat(part(text(letter), "text/plain")).contains("It was not delivered.", "Not delivered to: customer@elsewhere[.]example",
            "invoice[.]exe")
            .doesNotContain("https://portal.example");
    }

    @Test
    void senderDigestShouldHaveALineForEachMailAndNoLink() {
        List<String> customers = List.of("customer@elsewhere.example");
        List<Notices.Collected> collected = Stream.of("Invoice", "<b>\u202EOffer").map(subject ->
            notices.sender(mail(subject, "Me <me@example.org>", "invoice.exe"), customers))
            .map(letter -> new Notices.Collected(new RecordId("1".repeat(32)), letter.summary())).toList();

        String digest = text(notices.senderDigest(collected, ALICE, Instant.EPOCH));

        assertThat(part(digest, "text/plain")).contains("- Invoice \u2192 customer@elsewhere[.]example", "- <b>[U+202E]Offer \u2192 ")
            .doesNotContain("https://portal.example");
        assertThat(part(digest, "text/html")).contains("&lt;b&gt;[U+202E]Offer").doesNotContain("<a ", "customer@elsewhere.example");
        assertThat(digest).contains("Auto-Submitted: auto-generated", "Subject: Mails you sent that were held: 2");
    }

    @Test
    void heldShouldLeaveOutLearnMoreWhenThereIsNone() {
        Notices without = notices(settings("postmaster@example.org", Settings.Wording.OURS, Optional.empty(), Language.EN));

        assertThat(text(without.held(mail("a", "b", "c"), ALICE))).doesNotContain("Learn more");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a\\r\\nBcc: victim@example.net\\r\\n\\r\\nbody | a[U+000D][U+000A]Bcc
        <script>alert(1)</script>                  | alert(1)
        \\u202Egpj.exe                              | [U+202E]gpj[.]exe
        http://evil.example/x                      | hxxp[:]//evil[.]example/x
        HTTPS://evil.example                       | hxxp[:]//evil[.]example
        www.evil.example                           | www[.]evil[.]example
        javascript:alert(1)                        | javascript[:]alert(1)
        a\\u0000b\\u200Bc                            | a[U+0000]b[U+200B]c
        =?UTF-8?B?QmNj?=                           | =?UTF-8?B?QmNj?=
        \\uD83D                                     | [U+D83D]
        --lazaret-0000                             | --lazaret-0000
        """)
    void hostileTextShouldStayTextWhereverItAppears(String raw, String shown) {
        String hostile = raw.replace("\\r", "\r").replace("\\n", "\n").replace("\\u202E", "\u202E").replace("\\u0000", "\0").replace("\\u200B",
            "\u200B")
            .replace("\\uD83D", "\uD83D");
        HeldMail mail = mail(hostile, hostile, hostile);

        for (Letter letter : List.of(notices.held(mail, ALICE), notices.sender(mail, List.of(ALICE)),
            notices.decision(mail, ALICE, true, ""), notices.decision(mail, ALICE, false, "We checked it"),
            notices.administrators(Notices.Event.REQUESTED, mail, List.of(hostile), BY_ALICE, hostile).get(0))) {
            String text = text(letter);

            assertThat(text).matches("(?s)[\r\n -~]*").doesNotContain("\r\nBcc").doesNotContainPattern("(?<!\r)\n");
            assertThat(text.lines()).allMatch(line -> line.length() <= 150);
            assertThat(text.split("\r\n--lazaret-", -1)).hasSize(4);
            assertThat(part(text, "text/plain")).contains(shown);
            assertThat(part(text, "text/html")).doesNotContain("<script").doesNotContainPattern("https?://(?!portal.example|example.org)");
        }
    }

    @Test
    void hugeTextsShouldBeCut() {
        HeldMail mail = mail("s".repeat(10_000), "f".repeat(10_000), "n".repeat(10_000));

        assertThat(notices.held(mail, ALICE).bytes().length).isLessThan(20_000);
        assertThat(notices.administrators(Notices.Event.HELD, mail, List.of("r".repeat(10_000)), BY_ALICE, "").get(0).bytes().length)
            .isLessThan(20_000);
    }

    @Test
    void administratorsShouldBeToldByTheirSwitches() {
        HeldMail mail = mail("a", "b", "c");

        assertThat(notices.administrators(Notices.Event.HELD, mail, List.of(ALICE), BY_ALICE, "")).extracting(Letter::recipients)
            .containsExactly(List.of("both@example.org"), List.of("held@example.org"));
        for (Notices.Event event : List.of(Notices.Event.REQUESTED, Notices.Event.RELEASED, Notices.Event.DELETED, Notices.Event.DENIED)) {
            List<Letter> letters = notices.administrators(event, mail, List.of(ALICE), BY_ALICE, "");

            assertThat(letters).extracting(Letter::recipients).containsExactly(List.of("both@example.org"), List.of("released@example.org"));
            assertThat(part(text(letters.get(0)), "text/plain")).contains("https://portal.example/admin/mail/0123456789abcdef0123456789abcdef",
                "For: alice@");
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyMailShouldBeWholeInEveryLanguage(Language language) {
        Notices own = notices(settings("postmaster@example.org", Settings.Wording.OURS, Optional.of(URI.create("https://example.org/help")),
            language));
        HeldMail mail = mail("Invoice", "m@evil.example", "invoice.exe");
        List<Letter> letters = new ArrayList<>(List.of(own.held(mail, ALICE), own.decision(mail, ALICE, true, ""),
            own.decision(mail, ALICE, false, "We checked it"),
            own.digest(List.of(mail, mail), ALICE), own.sender(mail, List.of(ALICE))));
        for (Notices.Event event : Notices.Event.values()) {
            letters.addAll(own.administrators(event, mail, List.of(ALICE), BY_ALICE, "because"));
        }
        letters.add(own.administratorDigest(List.of(new Notices.Collected(mail.id(), "x")), ALICE, RECEIVED));

        for (Letter letter : letters) {
            String text = text(letter);

            assertThat(header(text)).contains("Content-Language: " + language.tag() + "\r\n");
            assertThat(part(text, "text/html")).contains("<html lang=\"" + language.tag() + "\">").doesNotContainPattern("\\{\\d}");
            assertThat(part(text, "text/plain")).doesNotContainPattern("\\{\\d}");
        }
    }

    @Test
    void heldShouldFillPlaceholdersAndEscapeThemForTheirPlace() {
        Settings.Wording wording = new Settings.Wording(custom("{subject} for {recipient} {organisation}"),
            custom("<b>{sender}</b> {attachments} {score} {received} {expires} {literal braces} {}"), custom("See {subject}"));
        HeldMail mail = mail("a\r\nBcc: x@example.net <i>{sender}</i> =?UTF-8?Q?x?=", "<script>", "{score}.exe");

        String text = text(notices(settings("postmaster@example.org", wording, Optional.empty(), Language.EN)).held(mail, ALICE));

        assertThat(header(text)).doesNotContain("\r\nBcc");
        assertThat(DecoderUtil.decodeEncodedWords(unfolded(text, "Subject"), DecodeMonitor.STRICT))
            .isEqualTo("a[U+000D][U+000A]Bcc: x@example[.]net <i>{sender}</i> =?UTF-8?Q?x?= for alice@example[.]org Example & Sons");
        assertThat(part(text, "text/plain"))
            .contains("<b><script></b> {score}.exe 9.0 23 November 2026, 12:00 UTC 23 December 2026, 12:00 UTC {literal braces} {}");
        assertThat(part(text, "text/html")).contains("&lt;b&gt;&lt;script&gt;&lt;/b&gt;", "&lt;i&gt;{sender}&lt;/i&gt;", "Example &amp; Sons");
    }

    @Test
    void digestShouldHaveEveryMailWithItsOwnLinkAndCampaignsTogether() {
        HeldMail alone = mail(1, "Alone", "aa");
        HeldMail one = mail(2, "One", "bb");
        HeldMail other = mail(3, "Other", "bb");

        Letter digest = notices.digest(List.of(one, alone, other), ALICE);
        String text = part(text(digest), "text/plain");

        assertThat(text).containsSubsequence("Mails with the same attachment: 2", "One", "Other", "Alone");
        for (HeldMail mail : List.of(alone, one, other)) {
            assertThat(text).contains(links().url(mail, ALICE).toString());
        }
        assertThat(digest.sender()).isEmpty();
        assertThat(notices.digest(List.of(one, alone, other), ALICE).bytes()).isEqualTo(digest.bytes());
    }

    @Test
    void previewShouldShowADraftInEachForm() {
        Settings.Notice draft = settings("postmaster@example.org", new Settings.Wording(Optional.empty(), custom("Bonjour {recipient}"),
            Optional.empty()), Optional.empty(), Language.FR);

        Notices.Preview preview = Notices.preview(draft, Duration.ofDays(30), Language.FR, URI.create("https://portal.example"),
            Clock.fixed(RECEIVED, ZoneOffset.UTC));

        assertThat(preview.subject()).isEqualTo("Logiciel malveillant détecté");
        assertThat(preview.text()).startsWith("Bonjour alice@example[.]org").contains("471 Ko", "https://portal.example/m/");
        assertThat(preview.html()).contains("Bonjour alice@example[.]org", "Example &amp; Sons");
        assertThat(new String(preview.raw(), StandardCharsets.US_ASCII)).startsWith("Date: ").contains("multipart/alternative");
    }

    @Test
    void toShouldHideARecipientThatIsNoPlainAddress() {
        String text = text(notices.held(mail("a", "b", "c"), "a,b@example.org"));

        assertThat(header(text)).contains("To: undisclosed-recipients:;\r\n");
    }

    @ParameterizedTest
    @CsvSource({"''", "nobody", "a@b@c", "'x <a@b\r\nBcc: c@d>'", "'x\ny <a@b>'", "<>"})
    void noticesShouldRefuseASenderThatIsNoAddress(String from) {
        assertThatThrownBy(() -> notices(settings(from, Settings.Wording.OURS, Optional.empty(), Language.EN)))
            .isInstanceOf(IllegalArgumentException.class);
    }

    private static Notices notices(Settings.Notice settings) {
        return new Notices(settings, List.of(new Settings.Administrator("both@example.org", true, true),
            new Settings.Administrator("held@example.org", true, false), new Settings.Administrator("released@example.org", false, true),
            new Settings.Administrator("none@example.org", false, false)), settings.language(),
            links(), ZoneOffset.UTC);
    }

    private static Links links() {
        return new Links(new byte[Links.KEY_BYTES], () -> URI.create("https://portal.example"), () -> Duration.ofDays(30), Clock.systemUTC());
    }

    private static HeldMail mail(int number, String subject, String sha256) {
        Verdict verdict = new Verdict.Scanned(Score.of(9), List.of(),
            List.of(new Attachment("a.exe", "a/b", "a/b", 12, sha256, Score.of(9)), new Attachment("b.txt", "a/b", "a/b", 12, "cc", Score.of(0))));
        return new HeldMail(new RecordId(String.format("%032x", number)), new Envelope("", List.of(ALICE)), RECEIVED, subject, "m@evil.example", "",
            1, "", verdict, Map.of(ALICE, State.HELD));
    }

    private static Settings.Notice settings(String from, Settings.Wording wording, Optional<URI> learnMore, Language language) {
        return new Settings.Notice(from, "Example & Sons", Map.of(language, wording), learnMore, language, Map.of(), 5);
    }

    private static Optional<CustomText> custom(String text) {
        return Optional.of(CustomText.parse(text));
    }

    private static HeldMail mail(String subject, String from, String name) {
        Verdict verdict = new Verdict.Scanned(Score.of(9), List.of(new Finding("name.executable", Score.of(9), List.of(name), name, "")),
            List.of(new Attachment(name, "a/b", "a/b", 12, "", Score.of(9))));
        return new HeldMail(new RecordId("0123456789abcdef0123456789abcdef"), new Envelope("", List.of(ALICE)), RECEIVED, subject, from, "", 1, "",
            verdict,
            Map.of(ALICE, State.HELD));
    }

    private static String text(Letter letter) {
        return new String(letter.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static String header(String text) {
        return text.substring(0, text.indexOf("\r\n\r\n") + 2);
    }

    private static String unfolded(String text, String name) {
        String field = header(text).replaceAll("(?s).*\r\n" + name + ": (.*?)\r\n(?! ).*", "$1");
        return field.replace("\r\n", "");
    }

    private static String part(String text, String type) {
        String body = text.replaceAll("(?s).*Content-Type: " + type + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + "(.*?)\r\n--lazaret.*", "$1");
        try (QuotedPrintableInputStream in = new QuotedPrintableInputStream(new ByteArrayInputStream(body.getBytes(StandardCharsets.US_ASCII)),
            DecodeMonitor.STRICT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
