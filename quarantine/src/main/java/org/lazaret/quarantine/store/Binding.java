package org.lazaret.quarantine.store;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.lazaret.policy.verdict.VerdictCodec;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.scan.Verdict;

/**
 * The block of header fields in front of the original message inside of the sealed content. It binds the content to its record, makes the
 * file readable by itself once it is decrypted, and holds what is needed to build the index anew.
 *
 * <pre>
 * X-Quarantine-ID: 0123456789abcdef0123456789abcdef
 * X-Quarantine-Received: 2026-11-23T12:00:00Z
 * X-Envelope-From: &lt;sender@example.com&gt;
 * X-Envelope-To: &lt;alice@example.org&gt;,
 *  &lt;bob@example.org&gt;
 * X-Lazaret-Verdict: score=9.0; json=
 *  eyJ2IjoxLC…
 * X-Quarantine-Original: size=1234; sha256=…
 * </pre>
 *
 * <p>The original begins right behind the line end of {@code X-Quarantine-Original}, which is never folded. Opening reads the block and
 * compares each field with the record. Addresses that are not plain ASCII are encoded words (RFC 2047) inside of the brackets; the verdict is
 * its JSON in base64, folded.
 */
final class Binding {
    private static final String NEWLINE = "\r\n";
    private static final int LINE = 72;
    private static final int WORD_BYTES = 39;
    private static final String WORD = "=?UTF-8?B?";
    /** Bytes: a verdict on ten thousand parts takes a tenth of it. */
    private static final int MAX_BLOCK = 1 << 26;
    private static final Pattern VERDICT = Pattern.compile("score=[0-9.]{1,4}; json=([A-Za-z0-9+/= ]*)");
    private static final Pattern ORIGINAL = Pattern.compile("size=(\\d{1,18}); sha256=([0-9a-f]{64})");

    private Binding() {
    }

    static byte[] block(HeldMail mail) {
        StringBuilder block = new StringBuilder();
        block.append("X-Quarantine-ID: ").append(mail.id()).append(NEWLINE);
        block.append("X-Quarantine-Received: ").append(mail.received()).append(NEWLINE);
        block.append("X-Envelope-From: ").append(address(mail.envelope().sender())).append(NEWLINE);
        block.append("X-Envelope-To: ");
        String separator = "";
        for (String recipient : mail.envelope().recipients()) {
            block.append(separator).append(address(recipient));
            separator = "," + NEWLINE + " ";
        }
        block.append(NEWLINE);
        block.append("X-Lazaret-Verdict: score=").append(mail.verdict().score()).append("; json=");
        String json = Base64.getEncoder().encodeToString(VerdictCodec.toJson(mail.verdict()).getBytes(StandardCharsets.US_ASCII));
        for (int at = 0; at < json.length(); at += LINE) {
            block.append(NEWLINE).append(' ').append(json, at, Math.min(json.length(), at + LINE));
        }
        block.append(NEWLINE);
        block.append("X-Quarantine-Original: size=").append(mail.size()).append("; sha256=").append(mail.sha256()).append(NEWLINE);
        return block.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** What a block says, and where the original begins behind it. */
    record Bound(RecordId id, Instant received, Envelope envelope, Verdict verdict, long size, String sha256, long start) {
    }

    /**
     * Checks that opened content is the record's.
     *
     * @return where the original begins
     * @throws ContentTamperedException when it is another mail's, or not what was stored
     */
    static long check(HeldMail mail, Spool content) throws IOException {
        Bound bound = read(content);
        compare(mail, "id", bound.id(), mail.id());
        compare(mail, "time of receipt", bound.received(), mail.received());
        compare(mail, "envelope", bound.envelope(), mail.envelope());
        compare(mail, "verdict", bound.verdict(), mail.verdict());
        compare(mail, "size", bound.size(), mail.size());
        compare(mail, "SHA-256", bound.sha256(), mail.sha256());
        return bound.start();
    }

    private static void compare(HeldMail mail, String what, Object stored, Object known) throws ContentTamperedException {
        if (!stored.equals(known)) {
            throw new ContentTamperedException("The content of " + mail.id() + " is not the record's: its " + what + " differs");
        }
    }

    /**
     * Reads opened content by itself, and checks that the original is what the block says.
     *
     * @throws ContentTamperedException when there is no block, or the original is another
     */
    static Bound read(Spool content) throws IOException {
        Bound bound = block(content);
        if (content.size() != bound.start() + bound.size()) {
            throw new ContentTamperedException("The content of " + bound.id() + " has another length than its block says");
        }
        MessageDigest digest = DigestUtils.getSha256Digest();
        try (InputStream in = content.input(bound.start(), content.size())) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(bound.sha256())) {
            throw new ContentTamperedException("The content of " + bound.id() + " has another SHA-256 than its block says");
        }
        return bound;
    }

    private static Bound block(Spool content) throws IOException {
        try (InputStream in = content.input()) {
            Lines lines = new Lines(in);
            RecordId id = new RecordId(lines.field("X-Quarantine-ID"));
            Instant received = Instant.parse(lines.field("X-Quarantine-Received"));
            String sender = parse(lines.field("X-Envelope-From"));
            List<String> recipients = Stream.of(lines.field("X-Envelope-To").split(", ", -1)).map(Binding::parse).toList();
            Matcher verdict = match(VERDICT, lines.field("X-Lazaret-Verdict"));
            String json = new String(Base64.getDecoder().decode(verdict.group(1).replace(" ", "")), StandardCharsets.US_ASCII);
            Matcher original = match(ORIGINAL, lines.field("X-Quarantine-Original"));
            return new Bound(id, received, new Envelope(sender, recipients), VerdictCodec.fromJson(json), Long.parseLong(original.group(1)),
                original.group(2), lines.read);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ContentTamperedException("The content is not what was stored: it does not begin with a block of ours", e);
        }
    }

    /** The block's lines, in their order. */
    private static final class Lines {
        private final PushbackInputStream in;
        private long read;

        private Lines(InputStream in) {
            this.in = new PushbackInputStream(new BufferedInputStream(in));
        }

        /** The value of the next field, unfolded: each fold a space. */
        private String field(String name) throws IOException {
            StringBuilder field = new StringBuilder(line());
            // The last field is never folded, and what follows it is the original.
            while (!name.equals("X-Quarantine-Original") && folded()) {
                field.append(line());
            }
            String start = name + ": ";
            if (field.indexOf(start) != 0) {
                throw new IllegalArgumentException(name + " is missing");
            }
            return field.substring(start.length());
        }

        private boolean folded() throws IOException {
            int next = in.read();
            if (next >= 0) {
                in.unread(next);
            }
            return next == ' ';
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0 || ++read > MAX_BLOCK) {
                    throw new IllegalArgumentException("The block does not end");
                }
                line.write(next);
            }
            read++;
            String text = line.toString(StandardCharsets.US_ASCII);
            if (!text.endsWith("\r")) {
                throw new IllegalArgumentException("A line of the block ends otherwise");
            }
            return text.substring(0, text.length() - 1);
        }
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("A field has another form");
        }
        return matcher;
    }

    private static String parse(String address) {
        if (!address.startsWith("<") || !address.endsWith(">")) {
            throw new IllegalArgumentException("An address has no brackets");
        }
        String inner = address.substring(1, address.length() - 1);
        if (!inner.startsWith(WORD)) {
            return inner;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String word : inner.split(" ", -1)) {
            if (!word.startsWith(WORD) || !word.endsWith("?=")) {
                throw new IllegalArgumentException("An address is half encoded");
            }
            bytes.writeBytes(Base64.getDecoder().decode(word.substring(WORD.length(), word.length() - 2)));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String address(String address) {
        boolean plain = address.length() <= LINE && address.chars().allMatch(character -> character > ' ' && character <= '~' && character != '<'
            && character != '>' && character != ',') && !address.contains("=?");
        if (plain) {
            return "<" + address + ">";
        }
        StringBuilder words = new StringBuilder("<");
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += WORD_BYTES) {
            words.append(at == 0 ? "" : NEWLINE + " ").append(WORD)
                .append(Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + WORD_BYTES)))).append("?=");
        }
        return words.append('>').toString();
    }
}
