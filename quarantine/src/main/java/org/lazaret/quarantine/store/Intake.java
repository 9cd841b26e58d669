package org.lazaret.quarantine.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.quarantine.release.Fields;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/**
 * Makes the record of an arriving mail. Its id is the idempotency key: the first half of the SHA-256 over arrival id, envelope and message,
 * each with its length in front, so that a repetition after a crash gives the same record and anything else another one.
 */
final class Intake {
    private static final int MAX_HEADER = 256 * 1024;
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_ADDRESS = 1_000;

    private Intake() {
    }

    /**
     * A record, and what tells whether the message reads the same again.
     *
     * @param crc32c over the message (RFC 3720, Castagnoli)
     */
    record Taken(HeldMail mail, long crc32c) {
    }

    static Taken take(Arrival arrival, MessageSource message, Verdict verdict) throws IOException {
        Envelope envelope = checked(arrival.envelope());
        MessageDigest content = DigestUtils.getSha256Digest();
        Checksum checksum = new CRC32C();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        long[] size = new long[1];
        message.writeTo(new OutputStream() {
            @Override
            public void write(int value) {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                content.update(bytes, from, length);
                checksum.update(bytes, from, length);
                size[0] += length;
                int missing = MAX_HEADER - head.size();
                if (missing > 0) {
                    head.write(bytes, from, Math.min(missing, length));
                }
            }
        });
        byte[] sha256 = content.digest();
        MessageDigest key = DigestUtils.getSha256Digest();
        add(key, arrival.arrivalId());
        add(key, envelope.sender());
        envelope.recipients().stream().sorted().forEach(recipient -> add(key, recipient));
        key.update(ByteBuffer.allocate(8).putLong(size[0]).array());
        key.update(sha256);
        RecordId id = new RecordId(HexFormat.of().formatHex(key.digest(), 0, 16));
        Instant received = arrival.received().truncatedTo(ChronoUnit.MILLIS);
        return new Taken(record(id, envelope, received, head.toByteArray(), size[0], HexFormat.of().formatHex(sha256), verdict), checksum.getValue());
    }

    /** The record of stored content: all that is known of it but what became of it, so it is held for everybody. */
    static HeldMail record(Binding.Bound bound, Spool content) throws IOException {
        long end = Math.min(content.size(), bound.start() + MAX_HEADER);
        try (InputStream head = content.input(bound.start(), end)) {
            return record(bound.id(), checked(bound.envelope()), bound.received(), head.readAllBytes(), bound.size(), bound.sha256(),
                bound.verdict());
        }
    }

    private static HeldMail record(RecordId id, Envelope envelope, Instant received, byte[] head, long size, String sha256, Verdict verdict) {
        Fields fields = Fields.parse(head);
        Map<String, State> states = new LinkedHashMap<>();
        envelope.recipients().forEach(recipient -> states.put(recipient, State.HELD));
        return new HeldMail(id, envelope, received, text(fields, "subject"), text(fields, "from"), text(fields, "message-id"), size, sha256, verdict,
            states);
    }

    /** What a mail server lets through as an address; anything else could not be kept and compared faithfully. */
    private static Envelope checked(Envelope envelope) throws IOException {
        if (!envelope.sender().isEmpty()) {
            check(envelope.sender());
        }
        for (String recipient : envelope.recipients()) {
            check(recipient);
        }
        return new Envelope(envelope.sender(), List.copyOf(new LinkedHashSet<>(envelope.recipients())));
    }

    private static void check(String address) throws IOException {
        boolean strange = address.codePoints().anyMatch(point -> Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE);
        if (address.isEmpty() || address.length() > MAX_ADDRESS || strange) {
            throw new IOException("The envelope holds something that is no address");
        }
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static String text(Fields fields, String name) {
        String raw = fields.first(name).orElse("");
        String bytes = new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        String decoded = DecoderUtil.decodeEncodedWords(bytes.indexOf('\uFFFD') < 0 ? bytes : raw, DecodeMonitor.SILENT);
        String kept = decoded.replace('\0', '\uFFFD');
        return kept.length() > MAX_TEXT ? kept.substring(0, MAX_TEXT) : kept;
    }
}
