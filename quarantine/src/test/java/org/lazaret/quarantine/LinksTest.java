package org.lazaret.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Verdict;

class LinksTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-23T12:00:00.123Z");
    private static final RecordId RECORD = new RecordId("0123456789abcdef0123456789abcdef");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Links links = links(1, RECEIVED);

    @ParameterizedTest
    @ValueSource(strings = {"alice@example.org", "\"a b\"@example.org", "ünï@example.org", "a"})
    void verifyShouldGiveBackTheRecordAndRecipientOfTheLink(String recipient) {
        URI url = links.url(mail(recipient), recipient);

        assertThat(url.toString()).startsWith("https://portal.example/base/m/");
        assertThat(links.verify(token(url))).contains(new Capability(RECORD, recipient, Instant.parse("2026-12-23T12:00:00Z")));
    }

    @Test
    void verifyShouldRefuseEveryChangedCharacter() {
        String token = token(links.url(mail("alice@example.org"), "alice@example.org"));

        for (int at = 0; at < token.length(); at++) {
            for (char other : ALPHABET.toCharArray()) {
                if (other != token.charAt(at)) {
                    assertThat(links.verify(token.substring(0, at) + other + token.substring(at + 1))).as("%d %s", at, other).isEmpty();
                }
            }
        }
    }

    @Test
    void verifyShouldRefuseOtherSpellingsOfAToken() {
        String token = token(links.url(mail("alice@example.org"), "alice@example.org"));

        for (String other : List.of(token + "=", token + "==", token + "A", token.substring(1), token + "\n", " " + token, "", "=",
            "A".repeat(5_000))) {
            assertThat(links.verify(other)).as(other).isEmpty();
        }
    }

    @Test
    void verifyShouldRefuseATokenThatIsCutAnywhere() {
        String token = token(links.url(mail("alice@example.org"), "alice@example.org"));

        for (int length = 0; length < token.length(); length++) {
            assertThat(links.verify(token.substring(0, length))).as("%d characters", length).isEmpty();
        }
    }

    @Test
    void verifyShouldRefuseALinkFromItsExpiryOn() {
        String token = token(links.url(mail("alice@example.org"), "alice@example.org"));

        assertThat(links(1, Instant.parse("2026-12-23T11:59:59.999Z")).verify(token)).isPresent();
        assertThat(links(1, Instant.parse("2026-12-23T12:00:00Z")).verify(token)).isEmpty();
    }

    @Test
    void verifyShouldRefuseALinkOfAnotherKey() {
        String token = token(links(2, RECEIVED).url(mail("alice@example.org"), "alice@example.org"));

        assertThat(links.verify(token)).isEmpty();
    }

    private static Links links(int key, Instant now) {
        byte[] bytes = new byte[Links.KEY_BYTES];
        Arrays.fill(bytes, (byte) key);
        return new Links(bytes, () -> URI.create("https://portal.example/base"), () -> Duration.ofDays(30), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static String token(URI url) {
        return url.toString().substring(url.toString().lastIndexOf('/') + 1);
    }

    private static HeldMail mail(String recipient) {
        return new HeldMail(RECORD, new Envelope("", List.of(recipient)), RECEIVED, "", "", "", 1, "", Verdict.Scanned.NO_ATTACHMENT,
            Map.of(recipient, State.HELD));
    }
}
