package org.lazaret.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks documents against {@code scan-result.schema.json}: the keywords that this schema uses, and no others. */
final class Schema {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> KEYWORDS = Set.of("$schema", "$defs", "$ref", "title", "description", "type", "required",
        "additionalProperties", "properties", "items", "enum", "minimum", "maximum", "minLength", "pattern");

    private final JsonNode root;

    Schema() throws IOException {
        try (InputStream schema = Objects.requireNonNull(ScanCommand.class.getResourceAsStream("scan-result.schema.json"))) {
            root = MAPPER.readTree(schema);
        }
    }

    List<String> violationsOfDocument(String json) throws IOException {
        return violations(json, root);
    }

    List<String> violationsOfRow(String json) throws IOException {
        return violations(json, root.at("/$defs/row"));
    }

    private List<String> violations(String json, JsonNode schema) throws IOException {
        List<String> violations = new ArrayList<>();
        check(MAPPER.readTree(json), schema, "", violations);
        return violations;
    }

    private void check(JsonNode value, JsonNode schema, String at, List<String> violations) {
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!KEYWORDS.contains(keyword)) {
                throw new IllegalStateException("The check does not know the keyword " + keyword);
            }
        });
        if (schema.has("$ref")) {
            check(value, root.at(schema.get("$ref").textValue().substring(1)), at, violations);
            return;
        }
        if (schema.has("type") && !hasType(value, schema.get("type").textValue())) {
            violations.add(at + " is no " + schema.get("type").textValue());
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            violations.add(at + " is not one of " + schema.get("enum"));
        }
        if (schema.has("minimum") && value.doubleValue() < schema.get("minimum").doubleValue()
            || schema.has("maximum") && value.doubleValue() > schema.get("maximum").doubleValue()
            || schema.has("minLength") && value.textValue().length() < schema.get("minLength").intValue()
            || schema.has("pattern") && !Pattern.compile(schema.get("pattern").textValue()).matcher(value.textValue()).find()) {
            violations.add(at + " is out of range: " + value);
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.textValue())) {
                violations.add(at + " lacks " + name.textValue());
            }
        });
        value.fieldNames().forEachRemaining(name -> {
            JsonNode property = schema.path("properties").path(name);
            if (property.isMissingNode()) {
                violations.add(at + " has an unknown " + name);
            } else {
                check(value.get(name), property, at + "/" + name, violations);
            }
        });
        if (schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), schema.get("items"), at + "/" + i, violations);
            }
        }
    }

    private static boolean hasType(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            default -> throw new IllegalStateException("The check does not know the type " + type);
        };
    }

    private static boolean contains(JsonNode values, JsonNode wanted) {
        for (JsonNode value : values) {
            if (value.equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
