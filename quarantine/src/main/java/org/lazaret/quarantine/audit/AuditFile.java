package org.lazaret.quarantine.audit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.RecordId;

/** An exported audit: one link a line, each in the exact form of {@link ChainedEntry#toJson}. */
public final class AuditFile {
    private static final JsonMapper JSON = JsonMapper.builder()
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
    /** Characters; a link with a thousand recipients has a tenth of it. */
    private static final int MAX_LINE = 1 << 22;

    private AuditFile() {
    }

    /**
     * Checks a file's links.
     *
     * @param known a head that the chain must run through
     */
    public static AuditCheck check(BufferedReader lines, Optional<AuditHead> known) throws IOException {
        AuditCheck.Walk walk = new AuditCheck.Walk(known);
        long number = 0;
        for (Optional<String> line = line(lines); line.isPresent(); line = line(lines)) {
            number++;
            Optional<ChainedEntry> link = parse(line.get());
            if (link.isEmpty()) {
                return new AuditCheck.Broken(number, AuditCheck.Damage.CHANGED, "line " + number + " is not in the form that an export has");
            }
            if (!walk.next(link.get())) {
                break;
            }
        }
        return walk.end(Optional.empty());
    }

    /** A link; empty when the line is not exactly what {@link ChainedEntry#toJson} writes. */
    static Optional<ChainedEntry> parse(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            List<String> recipients = new ArrayList<>();
            json.path("recipients").forEach(recipient -> recipients.add(recipient.asText()));
            String record = json.path("record").asText();
            ChainedEntry link = new ChainedEntry(json.path("sequence").asLong(),
                new AuditEntry(Instant.parse(json.path("at").asText()),
                    new Actor(Actor.Role.valueOf(json.path("role").asText()), json.path("actor").asText(), json.path("address").asText()),
                    json.path("action").asText(), record.isEmpty() ? Optional.empty() : Optional.of(new RecordId(record)), recipients,
                    json.path("detail").asText()),
                json.path("sha256").asText(), json.path("previous").asText(), json.path("hash").asText());
            return link.toJson().equals(line) ? Optional.of(link) : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> line(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        int character = lines.read();
        if (character < 0) {
            return Optional.empty();
        }
        while (character >= 0 && character != '\n') {
            if (line.length() == MAX_LINE) {
                return Optional.of("");
            }
            line.append((char) character);
            character = lines.read();
        }
        return Optional.of(line.toString());
    }
}
