package org.lazaret.quarantine.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.release.ReleaseMarker.Found;

class ReleaseMarkerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final RecordId RECORD = new RecordId("0123456789abcdef0123456789abcdef");
    private static final String ALICE = "alice@example.org";
    private static final String MESSAGE = "From: a@example.com\r\nSubject: one two\r\n three\r\nTo: alice@example.org\r\n"
        + "Message-ID: <1@example.com>\r\n"
        + "Content-Type: multipart/mixed;\r\n\tboundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n";

    private final ReleaseMarker marker = marker(1, NOW);

    @Test
    void checkShouldFindTheMarkerGenuine() {
        assertThat(check(marked(MESSAGE))).isEqualTo(new Found.Genuine(RECORD, ReleaseMarker.markerId(RECORD, ALICE, "")));
        assertThat(check(MESSAGE)).isEqualTo(new Found.None());
        assertThat(check("")).isEqualTo(new Found.None());
    }

    @Test
    void checkShouldNotMindWhatAServerDoesOnTheWay() {
        String marked = marked(MESSAGE);

        for (String transported : List.of(
            "Return-Path: <a@example.com>\r\nReceived: from x\r\n by y\r\nDelivered-To: alice@example.org\r\n" + marked,
            marked.replace("\r\n", "\n"),
            marked + "\r\n\r\n",
            marked.replace("one two\r\n three", "one\r\n two three"),
            marked.replace(";\r\n\tboundary", "; boundary"),
            marked.replace("Subject:", "SUBJECT:  "),
            marked.replace("\r\n s=", " s="),
            marked.replace(ReleaseMarker.FIELD, "x-LAZARET-release"))) {
            assertThat(check(transported)).as(transported).isInstanceOf(Found.Genuine.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "one two|one  2", "a@example.com\r\n|b@example.com\r\n", "text|texT", "boundary=b|boundary=c", "<1@|<2@", "To: alice|To: bob",
        "From: a|From: x@y\r\nFrom: a", "Message-ID|X-Message-ID", "\r\n\r\n--b|\r\nContent-Type: text/html\r\n\r\n--b", "text\r\n|text\r\n\r\n",
        "--b--|--b--x", "\r\n\r\n--b|\r\nReply-To: evil@example.net\r\n\r\n--b"})
    void checkShouldRefuseAChangedMessage(String change) {
        String[] sides = change.split("\\|");

        String changed = marked(MESSAGE).replace(sides[0], sides[1]);

        assertThat(changed).isNotEqualTo(marked(MESSAGE));
        assertThat(check(changed)).isEqualTo(new Found.Worthless());
    }

    @Test
    void checkShouldRefuseEveryChangedCharacterOfTheMarker() {
        String marked = marked(MESSAGE);
        int start = marked.indexOf(':') + 2;
        int end = marked.indexOf("From:") - 2;

        for (int at = start; at < end; at++) {
            if (!Character.isWhitespace(marked.charAt(at))) {
                char other = marked.charAt(at) == '0' ? '1' : '0';
                Found found = check(marked.substring(0, at) + other + marked.substring(at + 1));
                assertThat(found).as("%d", at).isEqualTo(new Found.Worthless());
            }
        }
    }

    @Test
    void checkShouldRefuseMoreThanOneMarkerAndMoreThanOneRecipient() {
        String marked = marked(MESSAGE);
        String field = marked.substring(0, marked.indexOf("From:"));

        assertThat(check(field + marked)).isEqualTo(new Found.Worthless());
        assertThat(check("X-Lazaret-Release: nonsense\r\n" + marked)).isEqualTo(new Found.Worthless());
        assertThat(check("X-Lazaret-Release:\r\n" + MESSAGE)).isEqualTo(new Found.Worthless());
        assertThat(marker.check(digest(marked), List.of("bob@example.org"))).isEqualTo(new Found.Worthless());
        assertThat(marker.check(digest(marked), List.of(ALICE, "bob@example.org"))).isEqualTo(new Found.Worthless());
        assertThat(marker.check(digest(marked), List.of())).isEqualTo(new Found.Worthless());
        assertThat(marker.check(digest(marked), List.of("ALICE@EXAMPLE.ORG"))).isInstanceOf(Found.Genuine.class);
    }

    @Test
    void checkShouldRefuseAMarkerThatIsLateEarlyOrOfAnotherKey() {
        String marked = marked(MESSAGE);

        assertThat(marker(1, NOW.plus(Duration.ofHours(24)).minusSeconds(1)).check(digest(marked), List.of(ALICE))).isInstanceOf(Found.Genuine.class);
        assertThat(marker(1, NOW.plus(Duration.ofHours(24))).check(digest(marked), List.of(ALICE))).isEqualTo(new Found.Worthless());
        assertThat(marker(1, NOW.minus(Duration.ofMinutes(6))).check(digest(marked), List.of(ALICE))).isEqualTo(new Found.Worthless());
        assertThat(marker(2, NOW).check(digest(marked), List.of(ALICE))).isEqualTo(new Found.Worthless());
        assertThat(check(marked.replaceAll("t=\\d+", "t=999999999999"))).isEqualTo(new Found.Worthless());
    }

    @Test
    void checkShouldNeverTrustAHeaderThatIsTooLongToBeReadWhole() {
        assertThat(check("X: " + "x".repeat(2 << 20) + "\r\n" + marked(MESSAGE))).isEqualTo(new Found.Worthless());
    }

    private String marked(String message) {
        return marker.field(RECORD, ALICE, digest(message).digest(), "\r\n") + message;
    }

    private Found check(String message) {
        return marker.check(digest(message), List.of(ALICE));
    }

    private static ReleaseMarker.Digest digest(String message) {
        ReleaseMarker.Digest digest = new ReleaseMarker.Digest();
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += 7) {
            digest.write(bytes, at, Math.min(7, bytes.length - at));
        }
        return digest;
    }

    private static ReleaseMarker marker(int key, Instant now) {
        byte[] bytes = new byte[ReleaseMarker.KEY_BYTES];
        Arrays.fill(bytes, (byte) key);
        return new ReleaseMarker(bytes, () -> Duration.ofHours(24), Clock.fixed(now, ZoneOffset.UTC));
    }
}
