package org.lazaret.mailets.james;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.EntryPattern;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.lists.RefusedEntryException;

/** Entries of the lists as JSON, for {@link ListRoutes}. */
final class ListJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
    private static final Set<String> FIELDS = Set.of("list", "field", "pattern", "recipient", "expires", "reason");

    private ListJson() {
    }

    static String write(Entry entry) {
        return fill(MAPPER.createObjectNode(), entry).toString();
    }

    static String write(List<Entry> entries) {
        ArrayNode array = MAPPER.createArrayNode();
        entries.forEach(entry -> fill(array.addObject(), entry));
        return array.toString();
    }

    static String write(Lists.Imported imported) {
        return MAPPER.createObjectNode().put("added", imported.added()).put("removed", imported.removed()).put("kept", imported.kept()).toString();
    }

    private static ObjectNode fill(ObjectNode node, Entry entry) {
        node.put("id", entry.id())
            .put("list", Keyword.of(entry.effect()))
            .put("field", Keyword.of(entry.field()))
            .put("pattern", entry.pattern().toString())
            .put("recipient", entry.recipient().map(EntryPattern::toString).orElse(""))
            .put("expires", entry.expires().map(Instant::toString).orElse(""))
            .put("reason", entry.reason())
            .put("author", entry.author())
            .put("created", entry.created().toString());
        return node;
    }

    /** @throws RefusedEntryException when the text is no JSON, or says something else than an entry */
    static Draft read(String json) throws RefusedEntryException {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new RefusedEntryException("The body is no JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw new RefusedEntryException("The body is no JSON object");
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw new RefusedEntryException("'" + name + "' is no field of an entry: list, field, pattern, recipient, expires, reason");
            }
        }
        return new Draft(word(Effect.class, node, "list"), word(Field.class, node, "field"), text(node, "pattern"), text(node, "recipient"),
            time(text(node, "expires")), text(node, "reason"));
    }

    private static <E extends Enum<E>> E word(Class<E> words, JsonNode node, String name) throws RefusedEntryException {
        try {
            return Keyword.parse(words, text(node, name));
        } catch (IllegalArgumentException e) {
            throw new RefusedEntryException(name + " '" + text(node, name) + "': allowed is " + e.getMessage());
        }
    }

    private static String text(JsonNode node, String name) throws RefusedEntryException {
        JsonNode value = node.get(name);
        if (value == null) {
            return "";
        }
        if (!value.isTextual()) {
            throw new RefusedEntryException(name + " is no text");
        }
        return value.textValue();
    }

    private static Optional<Instant> time(String text) throws RefusedEntryException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            throw new RefusedEntryException("expires '" + text + "': a time such as 2027-01-31T00:00:00Z, or nothing");
        }
    }
}
