package org.lazaret.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.lazaret.policy.Keyword;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/**
 * Results as JSON, one line each, in the form that {@code scan-result.schema.json} beside this class describes. Plain ASCII: what a mail
 * holds cannot reach a terminal unescaped on this way either.
 */
final class ResultJson {
    private static final JsonFactory FACTORY = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final UnaryOperator<String> sentences;

    ResultJson(UnaryOperator<String> sentences) {
        this.sentences = sentences;
    }

    /** One input of a run. */
    String document(Result result) throws IOException {
        return object(json -> {
            json.writeStringField("input", result.input().label());
            json.writeStringField("form", Keyword.of(result.form()));
            writeVerdict(json, result.verdict());
            json.writeStringField("status", result.status().keyword());
            json.writeStringField("action", Keyword.of(result.action()));
            json.writeArrayFieldStart("attachments");
            for (Attachment attachment : result.verdict().attachments()) {
                write(json, attachment);
            }
            json.writeEndArray();
            json.writeNumberField("millis", result.millis());
        });
    }

    /** One row of a corpus. */
    String row(String path, Result result) throws IOException {
        return object(json -> {
            json.writeStringField("path", path);
            writeVerdict(json, result.verdict());
            json.writeNumberField("millis", result.millis());
        });
    }

    private void writeVerdict(JsonGenerator json, Verdict verdict) throws IOException {
        json.writeStringField("outcome", switch (verdict) {
            case Verdict.Scanned scanned -> "scanned";
            case Verdict.NotScannable unscannable -> "unscannable";
            case Verdict.Failed failed -> "failed";
        });
        writeScore(json, "score", verdict.score());
        json.writeArrayFieldStart("findings");
        for (Finding finding : verdict.findings()) {
            write(json, finding);
        }
        json.writeEndArray();
        switch (verdict) {
            case Verdict.Scanned scanned -> { }
            case Verdict.NotScannable unscannable -> writeObstacles(json, unscannable);
            case Verdict.Failed failed -> {
                writeObstacles(json, failed);
                json.writeStringField("cause", failed.cause());
            }
        }
    }

    private void writeObstacles(JsonGenerator json, Verdict verdict) throws IOException {
        json.writeArrayFieldStart("obstacles");
        for (Unscannable obstacle : verdict.obstacles()) {
            write(json, obstacle);
        }
        json.writeEndArray();
    }

    private void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", finding.rule());
        writeScore(json, "weight", finding.weight());
        json.writeStringField("sentence", sentences.apply(finding.rule()));
        writePath(json, finding.path());
        json.writeStringField("evidence", finding.evidence());
        json.writeStringField("sha256", finding.sha256());
        json.writeEndObject();
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

    private static void write(JsonGenerator json, Unscannable obstacle) throws IOException {
        json.writeStartObject();
        json.writeStringField("reason", Keyword.of(obstacle.reason()));
        json.writeStringField("detail", obstacle.detail());
        writePath(json, obstacle.path());
        json.writeEndObject();
    }

    private static void writePath(JsonGenerator json, List<String> path) throws IOException {
        json.writeArrayFieldStart("path");
        for (String name : path) {
            json.writeString(name);
        }
        json.writeEndArray();
    }

    private static void writeScore(JsonGenerator json, String field, Score score) throws IOException {
        json.writeNumberField(field, BigDecimal.valueOf(score.tenths(), 1));
    }

    private static String object(Fields fields) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        // The one control character that JSON leaves as it is.
        return text.toString().replace("\u007F", "\\u007f");
    }

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
