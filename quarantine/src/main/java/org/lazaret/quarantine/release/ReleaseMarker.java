package org.lazaret.quarantine.release;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.lazaret.quarantine.RecordId;

/**
 * The header that lets a released mail pass the filter once: {@code X-Lazaret-Release: v=1; r=<record>; m=<marker>; t=<time>; s=<HMAC>}.
 *
 * <p>The HMAC-SHA-256 covers record, marker id, time, the one envelope recipient, and the digest of the message. The digest is over the body
 * and over the fields {@value #SIGNED_FIELDS} (all of each, in their order), so that a server may add Received, Return-Path and
 * the like, fold header lines anew, or change line ends, while no attachment, text or visible header can be exchanged.
 *
 * <h2>Security guarantees</h2>
 * Without the key no marker can be made, and none can be moved to another message, recipient or time. Single use is the caller's: each
 * marker names its id, which is the same for each copy of one release.
 */
public final class ReleaseMarker {
    public static final String FIELD = "X-Lazaret-Release";
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    static final String SIGNED_FIELDS = "from sender reply-to to cc subject date message-id mime-version content-type content-transfer-encoding";

    private static final List<String> SIGNED = List.of(SIGNED_FIELDS.split(" "));
    private static final String NAME = FIELD.toLowerCase(Locale.ROOT);
    private static final Pattern FORM = Pattern.compile("v=1; r=([0-9a-f]{32}); m=([0-9a-f]{32}); t=([0-9]{1,12});[ \\t]+s=([A-Za-z0-9_-]{43})");
    /** Clocks of the nodes may differ by so much. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final SecretKeySpec key;
    private final Supplier<Duration> validity;
    private final Clock clock;

    /** @param validity how long after its release a mail may take through the queue */
    public ReleaseMarker(byte[] key, Supplier<Duration> validity, Clock clock) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("A marker key has " + KEY_BYTES + " bytes, not " + key.length);
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.validity = validity;
        this.clock = clock;
    }

    /** The whole field, to be put in front of the message, with its line end. */
    public String field(RecordId record, String recipient, byte[] digest, String newline) {
        return field(record, recipient, "", digest, newline);
    }

    /** @param copy tells copies to the same recipient apart; empty for the release itself */
    public String field(RecordId record, String recipient, String copy, byte[] digest, String newline) {
        String marker = markerId(record, recipient, copy);
        long time = clock.instant().getEpochSecond();
        String signature = sign(record.value(), marker, time, recipient, digest);
        return FIELD + ": v=1; r=" + record + "; m=" + marker + "; t=" + time + ";" + newline + " s=" + signature + newline;
    }

    /** What a mail in transit carries. */
    public sealed interface Found {
        /** No marker. */
        record None() implements Found {
        }

        /** Ours and in time, for this message and recipient. */
        record Genuine(RecordId record, String marker) implements Found {
        }

        /** A marker that is worth nothing. */
        record Worthless() implements Found {
        }
    }

    /** @param recipients envelope recipients of the mail in transit */
    public Found check(Digest message, List<String> recipients) {
        List<String> markers = message.markers();
        if (markers.isEmpty()) {
            return message.complete() ? new Found.None() : new Found.Worthless();
        }
        if (markers.size() > 1 || recipients.size() != 1 || !message.complete()) {
            return new Found.Worthless();
        }
        Matcher form = FORM.matcher(markers.get(0));
        if (!form.matches()) {
            return new Found.Worthless();
        }
        long time = Long.parseLong(form.group(3));
        // Compared as text: the last character holds bits that decoding would leave out.
        byte[] expected = sign(form.group(1), form.group(2), time, recipients.get(0), message.digest()).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, form.group(4).getBytes(StandardCharsets.US_ASCII)) || !inTime(time)) {
            return new Found.Worthless();
        }
        return new Found.Genuine(new RecordId(form.group(1)), form.group(2));
    }

    private boolean inTime(long time) {
        try {
            Instant released = Instant.ofEpochSecond(time);
            Instant now = clock.instant();
            return !now.isBefore(released.minus(SKEW)) && now.isBefore(released.plus(validity.get()));
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** One per record and recipient, so that the copies of an interrupted release are known as such. */
    static String markerId(RecordId record, String recipient, String copy) {
        String named = "release\n" + record + "\n" + lower(recipient) + (copy.isEmpty() ? "" : "\n" + copy);
        byte[] digest = DigestUtils.sha256(named.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, 16);
    }

    private String sign(String record, String marker, long time, String recipient, byte[] digest) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(("lazaret release\n1\n" + record + "\n" + marker + "\n" + time + "\n" + HexFormat.of().formatHex(digest) + "\n"
                + lower(recipient)).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Takes the bytes of a message and keeps its markers and its digest. */
    public static final class Digest extends OutputStream {
        private static final int MAX_HEADER = 1 << 20;
        private static final int CHUNK = 1 << 13;

        private final MessageDigest digest = DigestUtils.getSha256Digest();
        private final ByteArrayOutputStream header = new ByteArrayOutputStream();
        private final byte[] chunk = new byte[CHUNK];
        private int filled;
        private boolean inBody;
        private boolean tooLong;
        private boolean emptySoFar = true;
        private boolean afterReturn;
        private long newlines;
        private @Nullable Fields fields;
        private byte @Nullable [] result;

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            int at = from;
            int end = from + length;
            while (at < end && !inBody) {
                byte value = bytes[at++];
                if (header.size() < MAX_HEADER) {
                    header.write(value);
                } else {
                    tooLong = true;
                }
                if (value == '\n') {
                    if (emptySoFar) {
                        endHeader();
                    }
                    emptySoFar = true;
                } else if (value != '\r') {
                    emptySoFar = false;
                }
            }
            for (; at < end; at++) {
                body(bytes[at]);
            }
        }

        /** Line ends count as LF, and those at the end of the message not at all. */
        private void body(byte value) {
            if (value == '\n') {
                newlines++;
                afterReturn = false;
                return;
            }
            if (afterReturn) {
                bareReturn();
            }
            if (value == '\r') {
                afterReturn = true;
            } else {
                newlines();
                hash(value);
            }
        }

        private void bareReturn() {
            newlines();
            hash((byte) '\r');
            afterReturn = false;
        }

        private void newlines() {
            for (; newlines > 0; newlines--) {
                hash((byte) '\n');
            }
        }

        private void hash(byte value) {
            if (filled == CHUNK) {
                digest.update(chunk, 0, filled);
                filled = 0;
            }
            chunk[filled++] = value;
        }

        private void endHeader() {
            inBody = true;
            Fields parsed = Fields.parse(header.toByteArray());
            fields = parsed;
            for (String name : SIGNED) {
                for (Fields.Field field : parsed.all(name)) {
                    digest.update((name + ":" + field.value().replaceAll("[ \\t\\r\\n]+", " ").strip() + "\n").getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            digest.update((byte) '\n');
        }

        private Fields fields() {
            if (!inBody) {
                endHeader();
            }
            Fields known = fields;
            return known == null ? Fields.parse(new byte[0]) : known;
        }

        List<String> markers() {
            return fields().all(NAME).stream().map(Fields.Field::value).toList();
        }

        /** Whether the whole header was looked at. */
        boolean complete() {
            return !tooLong;
        }

        public byte[] digest() {
            fields();
            byte[] known = result;
            if (known == null) {
                if (afterReturn) {
                    bareReturn();
                }
                digest.update(chunk, 0, filled);
                known = digest.digest();
                result = known;
            }
            return known.clone();
        }
    }
}
