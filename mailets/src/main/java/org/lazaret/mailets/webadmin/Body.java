package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import spark.Request;

/** A JSON object that somebody sent. Fields that nobody asks for are refused: a word that is misspelt would be left out silently. */
final class Body {
    static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
    /** Bytes, for what is no list and no settings. */
    private static final int MAX = 64 * 1024;

    private final JsonNode node;

    private Body(JsonNode node) {
        this.node = node;
    }

    /** The body of a request; no body is an object without fields. */
    static Body of(Request request, String... fields) {
        return of(request, MAX, fields);
    }

    static Body of(Request request, int limit, String... fields) {
        String text = Input.text(request, limit);
        return text.isBlank() ? new Body(MAPPER.createObjectNode()) : parse(text, fields);
    }

    static Body parse(String text, String... fields) {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw Refusal.wrong("The body is no JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw Refusal.wrong("The body is no JSON object");
        }
        List<String> known = List.of(fields);
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw Refusal.wrong("'" + name + "' is no field here: " + String.join(", ", known));
            }
        });
        return new Body(node);
    }

    boolean has(String name) {
        return node.has(name);
    }

    /** Empty when it is missing. */
    String text(String name) {
        @Nullable JsonNode value = node.get(name);
        return value == null ? "" : text(name, value);
    }

    private static String text(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw Refusal.wrong(name + " is no text");
        }
        return value.textValue();
    }

    /** Empty when it is missing. */
    Optional<List<String>> texts(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isArray()) {
            throw Refusal.wrong(name + " is no list");
        }
        List<String> texts = new ArrayList<>();
        value.forEach(one -> texts.add(text(name, one)));
        return Optional.of(texts);
    }

    /** Texts by name, with nothing where null stands. */
    Map<String, Optional<String>> lines(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || !value.isObject()) {
            throw Refusal.wrong(name + " is no object");
        }
        Map<String, Optional<String>> lines = new LinkedHashMap<>();
        value.properties().forEach(line ->
            lines.put(line.getKey(), line.getValue().isNull() ? Optional.empty() : Optional.of(text(line.getKey(), line.getValue()))));
        return lines;
    }

    <E extends Enum<E>> E word(Class<E> words, String name) {
        return Input.word(words, name, text(name));
    }
}
