package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.EntryPattern;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.Lists;

/** Entries of the lists as JSON, for {@link ListRoutes}. */
final class ListJson {
    private static final String[] FIELDS = {"list", "field", "pattern", "recipient", "expires", "reason"};

    private ListJson() {
    }

    static String write(Entry entry) {
        return fill(Body.MAPPER.createObjectNode(), entry).toString();
    }

    static String write(List<Entry> entries) {
        ArrayNode array = Body.MAPPER.createArrayNode();
        entries.forEach(entry -> fill(array.addObject(), entry));
        return array.toString();
    }

    static String write(Lists.Imported imported) {
        return Body.MAPPER.createObjectNode()
            .put("added", imported.added())
            .put("removed", imported.removed())
            .put("kept", imported.kept())
            .toString();
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

    static Draft read(String json) {
        Body body = Body.parse(json, FIELDS);
        return new Draft(body.word(Effect.class, "list"), body.word(Field.class, "field"), body.text("pattern"), body.text("recipient"),
            Optional.of(body.text("expires")).filter(text -> !text.isEmpty()).map(text -> Input.time("expires", text)), body.text("reason"));
    }
}
