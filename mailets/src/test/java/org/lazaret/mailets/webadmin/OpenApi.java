package org.lazaret.mailets.webadmin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * {@code docs/openapi.yaml}: compares what was sent and answered with what is described, and remembers which of the described operations,
 * answers, parameters and fields were seen.
 */
final class OpenApi {
    private static final Path FILE = Path.of("../docs/openapi.yaml");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
        builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private final JsonNode document;
    private final Set<String> seen = new TreeSet<>();

    OpenApi() throws IOException {
        document = new YAMLMapper().readTree(FILE.toFile());
    }

    /** An operation as the document has it. */
    record Operation(String method, String path, JsonNode node) {
        /** Such as {@code GET /lazaret/mails/:id}. */
        String route() {
            return method.toUpperCase(Locale.ROOT) + " " + path.replaceAll("\\{(\\w+)}", ":$1");
        }

        private boolean matches(String otherMethod, String otherPath) {
            return method.equalsIgnoreCase(otherMethod)
                && Pattern.matches(Pattern.quote(path).replaceAll("\\{\\w+}", "\\\\E[^/]+\\\\Q"), otherPath);
        }
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.get("paths").properties().forEach(path -> path.getValue().properties().stream()
            .filter(operation -> METHODS.contains(operation.getKey()))
            .forEach(operation -> operations.add(new Operation(operation.getKey(), path.getKey(), operation.getValue()))));
        return operations;
    }

    /** Each schema is one by the rules for schemas. */
    List<Error> errorsOfSchemas() {
        List<Error> errors = new ArrayList<>();
        document.at("/components/schemas").forEach(schema -> errors.addAll(
            SCHEMAS.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema")).validate(schema)));
        return errors;
    }

    /**
     * Fails when the exchange is not described so.
     *
     * @return the operation
     */
    Operation check(String method, String target, String body, HttpResponse<String> response) {
        String[] parts = target.split("\\?", 2);
        // The path without a parameter goes before the one with it: /lists.csv is no entry.
        Operation operation = operations().stream().filter(one -> one.matches(method, parts[0]))
            .min(Comparator.comparing((Operation one) -> one.path().contains("{") ? 1 : 0))
            .orElseThrow(() -> new AssertionError(method + " " + target + " is not described"));
        String name = operation.route();
        String status = Integer.toString(response.statusCode());
        JsonNode described = resolved(operation.node().at("/responses/" + status));
        assertThat(described.isObject()).as("%s answers %s, which is not described: %s", target, status, response.body()).isTrue();
        seen.add(name + " " + status);
        checkBody(name + " " + status, described.path("content"), response);
        described.path("headers").properties().forEach(header ->
            assertThat(response.headers().firstValue(header.getKey())).as("%s %s", name, header.getKey()).isPresent());
        if (response.statusCode() < 300) {
            if (parts.length > 1) {
                checkParameters(operation, parts[1]);
            }
            if (!body.isEmpty()) {
                checkRequest(operation, body);
            }
        }
        return operation;
    }

    private void checkBody(String name, JsonNode content, HttpResponse<String> response) {
        if (content.isMissingNode()) {
            assertThat(response.body()).as(name).isEmpty();
            return;
        }
        String type = response.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
        assertThat(content.has(type)).as("%s has the type %s", name, type).isTrue();
        if (type.equals("application/json")) {
            assertThat(errors(content.get(type).get("schema"), json(response.body()))).as("%s: %s", name, response.body()).isEmpty();
        }
    }

    private void checkParameters(Operation operation, String query) {
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            JsonNode parameter = parameters(operation).stream().filter(one -> one.get("name").textValue().equals(parts[0])).findFirst()
                .orElseThrow(() -> new AssertionError(operation.route() + " has no parameter " + parts[0]));
            String value = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            String type = parameter.at("/schema/type").asText();
            boolean number = type.equals("integer") || type.equals("number");
            JsonNode given = number ? json(value) : MAPPER.getNodeFactory().textNode(value);
            assertThat(errors(parameter.get("schema"), given)).as("%s %s", operation.route(), pair).isEmpty();
            seen.add(operation.route() + " ?" + parts[0]);
        }
    }

    private void checkRequest(Operation operation, String body) {
        JsonNode content = operation.node().at("/requestBody/content");
        JsonNode schema = content.at("/application~1json/schema");
        if (schema.isMissingNode()) {
            assertThat(content.isObject()).as("%s has a body", operation.route()).isTrue();
            return;
        }
        JsonNode given = json(body);
        assertThat(errors(schema, given)).as("%s %s", operation.route(), body).isEmpty();
        given.fieldNames().forEachRemaining(field -> seen.add(operation.route() + " {" + field));
    }

    private List<JsonNode> parameters(Operation operation) {
        List<JsonNode> parameters = new ArrayList<>();
        operation.node().path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
        return parameters.stream().filter(parameter -> parameter.get("in").textValue().equals("query")).toList();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }

    private List<Error> errors(JsonNode schema, JsonNode value) {
        ObjectNode alone = schema.deepCopy();
        alone.set("components", document.get("components"));
        return SCHEMAS.getSchema(alone).validate(value);
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("No JSON: " + text, e);
        }
    }

    /** What is described and was not seen. */
    Set<String> unseen() {
        Set<String> unseen = new TreeSet<>();
        for (Operation operation : operations()) {
            operation.node().get("responses").fieldNames().forEachRemaining(status -> unseen.add(operation.route() + " " + status));
            parameters(operation).forEach(parameter -> unseen.add(operation.route() + " ?" + parameter.get("name").textValue()));
            resolved(operation.node().at("/requestBody/content/application~1json/schema")).path("properties").fieldNames()
                .forEachRemaining(field -> unseen.add(operation.route() + " {" + field));
        }
        unseen.removeAll(seen);
        return unseen;
    }
}
