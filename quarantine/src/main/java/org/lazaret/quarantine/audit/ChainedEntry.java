package org.lazaret.quarantine.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.lazaret.quarantine.RecordId;

/**
 * A link of the audit's chain: an entry, its place, and the hash of the link before it. Changing, removing, inserting or reordering links
 * shows, since each hash covers all that came before.
 *
 * <p>The hash is the SHA-256 of the link as canonical JSON (RFC 8785) in UTF-8, without the field {@code hash}:
 * <pre>
 * {"action":"held","actor":"lazaret","address":"","at":"2026-11-23T12:00:00.000Z","detail":"score 9.0","previous":"0000…","record":"0123…",
 *  "recipients":["alice@example.org"],"role":"SYSTEM","sequence":1,"sha256":"9f86…"}
 * </pre>
 * on one line, keys sorted, without spaces. {@code at} has exactly three decimals; {@code record} and {@code sha256} are empty for what is not
 * about a mail.
 *
 * @param sequence 1 for the first link, then one more each
 * @param sha256   lower-case hex of the SHA-256 of the record's stored message; empty when the entry is about none
 * @param previous {@link #hash} of the link before, {@link #FIRST} for the first one
 * @param hash     lower-case hex
 */
public record ChainedEntry(long sequence, AuditEntry entry, String sha256, String previous, String hash) {
    /** What stands for the hash of a link before the first. */
    public static final String FIRST = "0".repeat(64);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    /** The link of an entry behind another link. */
    public static ChainedEntry after(String previous, long sequence, AuditEntry entry, String sha256) {
        ChainedEntry open = new ChainedEntry(sequence, entry, sha256, previous, "");
        return new ChainedEntry(sequence, entry, sha256, previous, open.computedHash());
    }

    /** What {@link #hash} should be. */
    public String computedHash() {
        byte[] json = json(fields()).getBytes(StandardCharsets.UTF_8);
        return DigestUtils.sha256Hex(json);
    }

    /** Canonical JSON with all fields, the hash included: one line of an exported audit. */
    public String toJson() {
        SortedMap<String, Object> fields = fields();
        fields.put("hash", hash);
        return json(fields);
    }

    static String time(Instant at) {
        return TIME.format(at);
    }

    private SortedMap<String, Object> fields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("action", entry.action());
        fields.put("actor", entry.actor().name());
        fields.put("address", entry.actor().address());
        fields.put("at", time(entry.at()));
        fields.put("detail", entry.detail());
        fields.put("previous", previous);
        fields.put("recipients", entry.recipients());
        fields.put("record", entry.record().map(RecordId::value).orElse(""));
        fields.put("role", entry.actor().role().name());
        fields.put("sequence", sequence);
        fields.put("sha256", sha256);
        return fields;
    }

    private static String json(SortedMap<String, Object> fields) {
        return fields.entrySet().stream().map(ChainedEntry::json).collect(Collectors.joining(",", "{", "}"));
    }

    private static String json(Map.Entry<String, Object> field) {
        StringBuilder json = new StringBuilder();
        append(json, field.getKey());
        json.append(':');
        switch (field.getValue()) {
            case String text -> append(json, text);
            case Iterable<?> texts -> {
                json.append('[');
                for (Iterator<?> each = texts.iterator(); each.hasNext();) {
                    append(json, String.valueOf(each.next()));
                    json.append(each.hasNext() ? "," : "");
                }
                json.append(']');
            }
            default -> json.append(field.getValue());
        }
        return json.toString();
    }

    /** RFC 8785, 3.2.2.2: the short escapes where there is one, else {@code \\u00xx} for control characters, everything else as it is. */
    private static void append(StringBuilder json, String text) {
        json.append('"');
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            switch (character) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\t' -> json.append("\\t");
                case '\n' -> json.append("\\n");
                case '\f' -> json.append("\\f");
                case '\r' -> json.append("\\r");
                default -> {
                    if (character < ' ') {
                        json.append("\\u00").append(HexFormat.of().toHexDigits((byte) character));
                    } else {
                        json.append(character);
                    }
                }
            }
        }
        json.append('"');
    }
}
