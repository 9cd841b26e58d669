package org.lazaret.policy.lists;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Listing.Hit;

/**
 * Listings by recipient as one line of JSON, plain ASCII:
 *
 * <pre>
 * [{"for":["a@example.org"],"allowed":{…},"blocked":[{"entry":"…","field":"mail-from","pattern":"…","path":[]}],"harmless":["…"]}]
 * </pre>
 *
 * <p>Recipients without a listing are left out. Reading refuses whatever writing does not write: an allow entry must not be read out of
 * something else.
 */
public final class ListingCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();

    private ListingCodec() {
    }

    public static String toJson(Map<String, Listing> listings) {
        Map<Listing, List<String>> groups = new LinkedHashMap<>();
        listings.forEach((recipient, listing) -> {
            if (!listing.equals(Listing.NONE)) {
                groups.computeIfAbsent(listing, any -> new ArrayList<>()).add(recipient);
            }
        });
        ArrayNode root = MAPPER.createArrayNode();
        groups.forEach((listing, recipients) -> {
            ObjectNode group = root.addObject();
            recipients.forEach(group.putArray("for")::add);
            listing.allowed().ifPresent(hit -> write(group.putObject("allowed"), hit));
            ArrayNode blocked = group.putArray("blocked");
            listing.blocked().forEach(hit -> write(blocked.addObject(), hit));
            ArrayNode harmless = group.putArray("harmless");
            listing.harmless().stream().sorted().forEach(harmless::add);
        });
        return write(root);
    }

    private static String write(ArrayNode root) {
        try {
            return MAPPER.writeValueAsString(root).replace("\u007F", "\\u007f");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Text can be written as JSON", e);
        }
    }

    private static void write(ObjectNode node, Hit hit) {
        node.put("entry", hit.entry());
        node.put("field", Keyword.of(hit.field()));
        node.put("pattern", hit.pattern());
        hit.path().forEach(node.putArray("path")::add);
    }

    /** @throws IllegalArgumentException when the text is anything but what {@link #toJson} writes */
    public static Map<String, Listing> fromJson(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Malformed listings: " + e.getOriginalMessage(), e);
        }
        Map<String, Listing> listings = new LinkedHashMap<>();
        for (JsonNode group : array(root)) {
            Optional<Hit> allowed = Optional.ofNullable(group.get("allowed")).map(ListingCodec::hit);
            Listing listing = new Listing(allowed, list(group.get("blocked"), ListingCodec::hit),
                new LinkedHashSet<>(list(group.get("harmless"), ListingCodec::text)));
            only(group, allowed.isPresent() ? 4 : 3);
            for (String recipient : list(group.get("for"), ListingCodec::text)) {
                if (listings.put(recipient, listing) != null) {
                    throw malformed();
                }
            }
        }
        return listings;
    }

    private static Hit hit(JsonNode node) {
        only(node, 4);
        return new Hit(text(node.get("entry")), Keyword.parse(Field.class, text(node.get("field"))), text(node.get("pattern")),
            list(node.get("path"), ListingCodec::text));
    }

    private static <T> List<T> list(@Nullable JsonNode node, Function<JsonNode, T> reader) {
        List<T> values = new ArrayList<>();
        for (JsonNode element : array(node)) {
            values.add(reader.apply(element));
        }
        return values;
    }

    private static JsonNode array(@Nullable JsonNode node) {
        if (node == null || !node.isArray()) {
            throw malformed();
        }
        return node;
    }

    private static String text(@Nullable JsonNode node) {
        if (node == null || !node.isTextual()) {
            throw malformed();
        }
        return node.textValue();
    }

    private static void only(JsonNode node, int fields) {
        if (!node.isObject() || node.size() != fields) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("Malformed listings");
    }
}
