package org.lazaret.scan.engine.atp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the service says of a sample; the same for a look-up and for a submission.
 *
 * @param complete whether the analysis has ended; the score means nothing before
 * @param score    0 to 10; -1 while there is none
 * @param threat   its name; empty when it has none
 */
record Report(boolean complete, double score, String threat) {
    private static final JsonFactory JSON = JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).maxStringLength(1 << 20).maxNumberLength(50).build())
        .build();

    /**
     * @throws IOException when it is no report, or one of another sample
     */
    static Report parse(byte[] json, String sha256) throws IOException {
        Boolean complete = null;
        Double score = null;
        String hash = null;
        String threat = "";
        try (JsonParser parser = JSON.createParser(json)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case "scan_complete" -> {
                        expect(value.isBoolean(), "scan_complete as a boolean");
                        complete = value == JsonToken.VALUE_TRUE;
                    }
                    case "score" -> {
                        expect(value.isNumeric(), "score as a number");
                        score = parser.getDoubleValue();
                    }
                    case "sha256" -> {
                        expect(value == JsonToken.VALUE_STRING, "sha256 as a string");
                        hash = parser.getText();
                    }
                    case "malware_info" -> threat = threat(parser);
                    default -> parser.skipChildren();
                }
            }
            expect(parser.nextToken() == null, "nothing behind the object");
        }
        expect(complete != null, "scan_complete");
        expect(score != null, "score");
        expect(hash != null && hash.equalsIgnoreCase(sha256), "sha256 of what was asked about");
        boolean ended = Boolean.TRUE.equals(complete);
        double number = score == null ? Double.NaN : score;
        expect(number >= 0 && number <= 10 || !ended && number == -1, "a score from 0 to 10");
        return new Report(ended, number, threat);
    }

    /** {@code {"ident": "MemScan:Trojan.Pws", "name": …}}; or null. */
    private static String threat(JsonParser parser) throws IOException {
        String ident = null;
        String name = null;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("ident")) {
                    ident = text(parser, value);
                } else if (field.equals("name")) {
                    name = text(parser, value);
                }
                parser.skipChildren();
            }
        } else {
            parser.skipChildren();
        }
        return ident != null ? ident : name != null ? name : "";
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING || parser.getText().isBlank()) {
            return null;
        }
        String text = parser.getText().replaceAll("\\p{Cntrl}+", " ").strip();
        return text.length() > 200 ? text.substring(0, 199) + "…" : text;
    }

    private static void expect(boolean good, String what) throws IOException {
        if (!good) {
            throw new IOException("ATP Cloud sent a report without " + what);
        }
    }
}
