package org.lazaret.quarantine.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private final Notices notices = notices(new Settings.Notice("Qüarantäne <postmaster@example.org>", "Schädliche Mail ✓ ".repeat(10).strip(),
        "A mail was held.\nSee <below>.", "Look & see", Optional.of(URI.create("https://example.org/help?a=1&b=2"))));

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

        assertThat(part(text, "text/plain")).contains("See <below>.", "Mallory <m@evil[.]example>", "invoice[.]exe, 12 bytes, score 9.0",
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
    void heldShouldLeaveOutLearnMoreWhenThereIsNone() {
        Notices without = notices(new Settings.Notice("postmaster@example.org", "Held", "Held.", "Look", Optional.empty()));

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
            notices.decision(mail, ALICE, true), notices.decision(mail, ALICE, false),
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

    @Test
    void toShouldHideARecipientThatIsNoPlainAddress() {
        String text = text(notices.held(mail("a", "b", "c"), "a,b@example.org"));

        assertThat(header(text)).contains("To: undisclosed-recipients:;\r\n");
    }

    @ParameterizedTest
    @CsvSource({"''", "nobody", "a@b@c", "'x <a@b\r\nBcc: c@d>'", "'x\ny <a@b>'", "<>"})
    void noticesShouldRefuseASenderThatIsNoAddress(String from) {
        assertThatThrownBy(() -> notices(new Settings.Notice(from, "", "", "", Optional.empty()))).isInstanceOf(IllegalArgumentException.class);
    }

    private static Notices notices(Settings.Notice settings) {
        return new Notices(settings, List.of(new Settings.Administrator("both@example.org", true, true),
            new Settings.Administrator("held@example.org", true, false), new Settings.Administrator("released@example.org", false, true),
            new Settings.Administrator("none@example.org", false, false)),
            new Links(new byte[Links.KEY_BYTES], () -> URI.create("https://portal.example"), Duration.ofDays(30), Clock.systemUTC()));
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
