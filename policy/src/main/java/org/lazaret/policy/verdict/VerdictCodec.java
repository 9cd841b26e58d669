package org.lazaret.policy.verdict;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

/**
 * A {@link Verdict} as one line of JSON.
 *
 * <pre>
 * {"v":1,"outcome":"scanned","score":9.0,
 *  "findings":[{"rule":"…","weight":9.0,"path":["a.zip","b.exe"],"evidence":"…","sha256":"…"}],
 *  "attachments":[{"name":"…","declaredType":"…","detectedType":"…","size":12,"sha256":"…","score":9.0}]}
 * </pre>
 *
 * <p>{@code outcome} is {@code scanned}, {@code not-scannable} (with {@code obstacles}: reason, detail, path) or {@code failed} (with
 * {@code obstacles}, which older ones lack there, and {@code cause}). The text is plain ASCII without line breaks, whatever the mail holds:
 * characters outside of ASCII, and halves of surrogate pairs, are escaped, so that no charset on the way can change it.
 *
 * <p>Reading is strict, since a verdict that is misread could turn a held mail into a clean one: an unknown, missing or repeated field, a
 * wrong type, another version or anything behind the end is refused. Written field by field rather than by reflection, so that it works
 * unchanged when the library is relocated.
 */
public final class VerdictCodec {
    private static final int VERSION = 1;
    private static final String SCANNED = "scanned";
    private static final String NOT_SCANNABLE = "not-scannable";
    private static final String FAILED = "failed";
    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();

    private VerdictCodec() {
    }

    public static String toJson(Verdict verdict) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("v", VERSION);
            json.writeStringField("outcome", switch (verdict) {
                case Verdict.Scanned scanned -> SCANNED;
                case Verdict.NotScannable notScannable -> NOT_SCANNABLE;
                case Verdict.Failed failed -> FAILED;
            });
            writeScore(json, "score", verdict.score());
            json.writeArrayFieldStart("findings");
            for (Finding finding : verdict.findings()) {
                write(json, finding);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("attachments");
            for (Attachment attachment : verdict.attachments()) {
                write(json, attachment);
            }
            json.writeEndArray();
            switch (verdict) {
                case Verdict.Scanned scanned -> { }
                case Verdict.NotScannable notScannable -> writeObstacles(json, notScannable);
                case Verdict.Failed failed -> {
                    writeObstacles(json, failed);
                    json.writeStringField("cause", failed.cause());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        // The one control character that JSON leaves as it is.
        return text.toString().replace("\u007F", "\\u007f");
    }

    /**
     * Reads what {@link #toJson} writes.
     *
     * @throws IllegalArgumentException when the text is anything else; treat the mail as unscanned then
     */
    public static Verdict fromJson(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Malformed verdict: " + e.getOriginalMessage(), e);
        }
        if (!integer(root, "v").equals(BigDecimal.valueOf(VERSION))) {
            throw malformed("version " + root.get("v"));
        }
        String outcome = text(root, "outcome");
        Score score = score(root, "score");
        List<Finding> findings = list(root, "findings", VerdictCodec::finding);
        List<Attachment> attachments = list(root, "attachments", VerdictCodec::attachment);
        switch (outcome) {
            case SCANNED -> {
                only(root, "v", "outcome", "score", "findings", "attachments");
                return new Verdict.Scanned(score, findings, attachments);
            }
            case NOT_SCANNABLE -> {
                only(root, "v", "outcome", "score", "findings", "attachments", "obstacles");
                return new Verdict.NotScannable(score, findings, attachments, list(root, "obstacles", VerdictCodec::obstacle));
            }
            case FAILED -> {
                only(root, "v", "outcome", "score", "findings", "attachments", "obstacles", "cause");
                List<Unscannable> obstacles = root.has("obstacles") ? list(root, "obstacles", VerdictCodec::obstacle) : List.of();
                return new Verdict.Failed(score, findings, attachments, obstacles, text(root, "cause"));
            }
            default -> throw malformed("outcome '" + outcome + "'");
        }
    }

    private static void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", finding.rule());
        writeScore(json, "weight", finding.weight());
        writePath(json, finding.path());
        json.writeStringField("evidence", finding.evidence());
        json.writeStringField("sha256", finding.sha256());
        json.writeEndObject();
    }

    private static Finding finding(JsonNode node) {
        only(node, "rule", "weight", "path", "evidence", "sha256");
        return new Finding(text(node, "rule"), score(node, "weight"), path(node), text(node, "evidence"), text(node, "sha256"));
    }

    private static void write(JsonGenerator json, Attachment attachment) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", attachment.name());
        json.writeStringField("declaredType", attachment.declaredType());
        json.writeStringField("detectedType", attachment.detectedType());
        json.writeNumberField("size", attachment.size());
        json.writeStringField("sha256", attachment.sha256());
        writeScore(json, "score", attachment.score());
        json.writeEndObject();
    }

    private static Attachment attachment(JsonNode node) {
        only(node, "name", "declaredType", "detectedType", "size", "sha256", "score");
        BigDecimal size = integer(node, "size");
        try {
            return new Attachment(text(node, "name"), text(node, "declaredType"), text(node, "detectedType"), size.longValueExact(),
                text(node, "sha256"), score(node, "score"));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("Malformed verdict: size " + size, e);
        }
    }

    private static void writeObstacles(JsonGenerator json, Verdict verdict) throws IOException {
        json.writeArrayFieldStart("obstacles");
        for (Unscannable obstacle : verdict.obstacles()) {
            write(json, obstacle);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Unscannable obstacle) throws IOException {
        json.writeStartObject();
        json.writeStringField("reason", obstacle.reason().name());
        json.writeStringField("detail", obstacle.detail());
        writePath(json, obstacle.path());
        json.writeEndObject();
    }

    private static Unscannable obstacle(JsonNode node) {
        only(node, "reason", "detail", "path");
        String reason = text(node, "reason");
        if (Arrays.stream(Reason.values()).noneMatch(known -> known.name().equals(reason))) {
            throw malformed("reason '" + reason + "'");
        }
        return new Unscannable(Reason.valueOf(reason), text(node, "detail"), path(node));
    }

    private static void writeScore(JsonGenerator json, String field, Score score) throws IOException {
        json.writeNumberField(field, BigDecimal.valueOf(score.tenths(), 1));
    }

    private static Score score(JsonNode node, String field) {
        JsonNode value = field(node, field);
        if (!value.isNumber()) {
            throw malformed(field + " is no number");
        }
        // Compared before anything is computed: 1E999999999 is short to write and endless to expand.
        BigDecimal decimal = value.decimalValue();
        if (decimal.signum() < 0 || decimal.compareTo(BigDecimal.TEN) > 0 || decimal.scale() > 100) {
            throw malformed(field + " is not from 0 to 10");
        }
        try {
            return new Score(decimal.movePointRight(1).intValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("Malformed verdict: " + field + " has more than one decimal", e);
        }
    }

    private static void writePath(JsonGenerator json, List<String> path) throws IOException {
        json.writeArrayFieldStart("path");
        for (String name : path) {
            json.writeString(name);
        }
        json.writeEndArray();
    }

    private static List<String> path(JsonNode node) {
        return list(node, "path", name -> {
            if (!name.isTextual()) {
                throw malformed("a path of something else than names");
            }
            return name.textValue();
        });
    }

    private static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> reader) {
        JsonNode array = field(node, field);
        if (!array.isArray()) {
            throw malformed(field + " is no list");
        }
        List<T> values = new ArrayList<>();
        array.forEach(element -> values.add(reader.apply(element)));
        return values;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = field(node, field);
        if (!value.isTextual()) {
            throw malformed(field + " is no text");
        }
        return value.textValue();
    }

    private static BigDecimal integer(JsonNode node, String field) {
        JsonNode value = field(node, field);
        if (!value.isIntegralNumber()) {
            throw malformed(field + " is no whole number");
        }
        return value.decimalValue();
    }

    private static JsonNode field(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw malformed("no " + field);
        }
        return value;
    }

    private static void only(JsonNode node, String... fields) {
        Set<String> unknown = new HashSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(Set.of(fields));
        if (!unknown.isEmpty()) {
            throw malformed("unknown field " + unknown);
        }
    }

    private static IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("Malformed verdict: " + what);
    }
}
