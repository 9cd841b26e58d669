package org.lazaret.portal;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.CsvException;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.EntryPattern;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.lists.RefusedEntryException;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.EntryView;
import org.lazaret.portal.view.Shown;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.portal.web.Fields;

/** The allow and block lists. */
final class ListPages {
    static final int PAGE = 100;
    /** Bytes of a form with entries to import. */
    static final int MAX_IMPORT = 1024 * 1024;
    private static final int MAX = 400;
    private static final String PATH = "/admin/lists";

    private final Desk desk;
    private final Lists lists;

    ListPages(Desk desk) {
        this.desk = desk;
        this.lists = desk.quarantine().lists();
    }

    Answer list(Call call, Session session) {
        return list(200, call, session, "");
    }

    private Answer list(int status, Call call, Session session, String problem) {
        Fields query = call.query();
        String effect = query.first("list");
        String field = query.first("field");
        String text = query.line("text", MAX).toLowerCase(Locale.ROOT);
        List<Entry> found = lists.all().stream()
            .filter(entry -> effect.isEmpty() || Keyword.of(entry.effect()).equals(effect))
            .filter(entry -> field.isEmpty() || Keyword.of(entry.field()).equals(field))
            .filter(entry -> text.isEmpty() || entry.pattern().toString().contains(text) || entry.reason().toLowerCase(Locale.ROOT).contains(text))
            .toList();
        String after = query.first("after");
        int from = 0;
        for (int i = 0; i < found.size() && !after.isEmpty(); i++) {
            from = found.get(i).id().equals(after) ? i + 1 : from;
        }
        List<Entry> page = found.subList(from, Math.min(found.size(), from + PAGE));
        String view = new Fields(Map.of("list", List.of(effect), "field", List.of(field), "text", List.of(text))).toString();
        Map<String, Object> values = new HashMap<>();
        values.put("entries", page.stream().map(this::entry).toList());
        values.put("total", found.size());
        values.put("filtered", !effect.isEmpty() || !field.isEmpty() || !text.isEmpty());
        values.put("fields", Arrays.stream(Field.values()).map(Keyword::of).toList());
        values.put("list", effect);
        values.put("field", field);
        values.put("text", text);
        values.put("problem", problem);
        values.put("draft", new HashMap<>(draft(call.form())));
        values.put("done", List.of("added", "changed", "removed", "imported").contains(query.first("done"))
            ? desk.t().say("admin.list.done." + query.first("done")) : "");
        values.put("first", from > 0 ? desk.path(PATH) + "?" + view : "");
        values.put("next", from + PAGE < found.size() ? desk.path(PATH) + "?" + view + "&after=" + page.getLast().id() : "");
        return desk.page(status, "lists.jte", "title.admin-lists", session, values);
    }

    /** What was typed before it was refused. */
    private static Map<String, String> draft(Fields form) {
        Map<String, String> draft = new HashMap<>();
        for (String name : List.of("list", "field", "pattern", "recipient", "reason", "expires", "csv")) {
            draft.put(name, form.first(name));
        }
        return draft;
    }

    private EntryView entry(Entry entry) {
        Instant now = desk.clock().instant();
        return new EntryView(entry.id(), Keyword.of(entry.effect()), desk.t().say("admin.list.effect." + Keyword.of(entry.effect())),
            Keyword.of(entry.field()), Shown.line(entry.pattern().toString(), MAX),
            Shown.line(entry.recipient().map(EntryPattern::toString).orElse(""), MAX),
            entry.expires().map(desk.views()::shortDate).orElse(""), entry.expires().filter(end -> !now.isBefore(end)).isPresent(), lastDay(entry),
            Shown.line(entry.reason(), 600), entry.reason(), Shown.line(entry.author()), desk.views().shortDate(entry.created()),
            desk.path(PATH + "/" + entry.id()));
    }

    private String lastDay(Entry entry) {
        return entry.expires().map(time -> time.minus(Duration.ofMillis(1)).atZone(desk.clock().getZone()).toLocalDate().toString()).orElse("");
    }

    Answer add(Call call, Session session) {
        Fields form = call.form();
        try {
            EntryForm rest = EntryForm.of(form, desk);
            Effect effect = rest.effect().orElseThrow(() -> new RefusedEntryException(desk.t().say("admin.list.effect.missing")));
            lists.add(new Draft(effect, field(form.first("field")), form.line("pattern", MAX), form.line("recipient", MAX), rest.expires(),
                rest.reason()), Desk.author(session, call));
            return done("added");
        } catch (RefusedEntryException e) {
            return list(400, call, session, String.valueOf(e.getMessage()));
        }
    }

    private static Field field(String text) throws RefusedEntryException {
        try {
            return Keyword.parse(Field.class, text);
        } catch (IllegalArgumentException e) {
            throw new RefusedEntryException("field '" + text + "': allowed is " + e.getMessage());
        }
    }

    private Answer done(String what) {
        return Answer.seeOther(desk.path(PATH) + "?done=" + what);
    }

    Answer entry(Call call, Session session) {
        return lists.find(call.segment(2)).map(entry -> entry(200, entry, session, "")).orElseGet(() -> desk.pages().error(404));
    }

    private Answer entry(int status, Entry entry, Session session, String problem) {
        return desk.page(status, "listentry.jte", "title.admin-entry", session, Map.of("entry", entry(entry), "problem", problem));
    }

    Answer edit(Call call, Session session) {
        Optional<Entry> found = lists.find(call.segment(2));
        if (found.isEmpty()) {
            return desk.pages().error(404);
        }
        Entry entry = found.get();
        try {
            EntryForm form = EntryForm.of(call.form(), desk);
            // An entry made elsewhere may end at any time of the day: it keeps that unless another day is named.
            Optional<Instant> expires = call.form().first("expires").equals(lastDay(entry)) ? entry.expires() : form.expires();
            return lists.edit(entry.id(), expires, form.reason(), Desk.author(session, call)) ? done("changed") : desk.pages().error(404);
        } catch (RefusedEntryException e) {
            return entry(400, entry, session, String.valueOf(e.getMessage()));
        }
    }

    Answer remove(Call call, Session session) {
        return lists.remove(call.segment(2), Desk.author(session, call)) ? done("removed") : desk.pages().error(404);
    }

    Answer export(Call call, Session session) {
        return Answer.file("text/csv; charset=utf-8; header=present", "lists.csv", out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            lists.export(writer);
            writer.flush();
        });
    }

    Answer replace(Call call, Session session) {
        try {
            lists.replace(new StringReader(call.form().first("csv")), Desk.author(session, call));
            return done("imported");
        } catch (CsvException e) {
            return list(400, call, session, desk.t().say("admin.list.import.refused") + "\n" + e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException("A text can be read", e);
        }
    }
}
