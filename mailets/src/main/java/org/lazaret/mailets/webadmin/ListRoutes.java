package org.lazaret.mailets.webadmin;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lazaret.policy.lists.CsvException;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.lists.RefusedEntryException;
import spark.HaltException;
import spark.Request;
import spark.Response;
import spark.Service;

/** The allow and block lists. */
final class ListRoutes {
    private static final String LISTS = LazaretRoutes.BASE + "/lists";
    private static final String ENTRY = LISTS + "/:id";
    private static final String CSV = LazaretRoutes.BASE + "/lists.csv";
    private static final int MAX_JSON = 64 * 1024;
    private static final int MAX_CSV = 128 * 1024 * 1024;
    private static final int MAX_SHOWN = 10_000;
    private static final int SHOWN = 1_000;

    private final Lists lists;

    ListRoutes(Lists lists) {
        this.lists = lists;
    }

    void define(Service service) {
        service.get(LISTS, this::list);
        service.post(LISTS, this::add);
        service.get(ENTRY, (request, response) -> ListJson.write(lists.find(request.params("id")).orElseThrow(() -> unknown(request))));
        service.delete(ENTRY, this::remove);
        service.get(CSV, this::export);
        service.put(CSV, this::replace);
    }

    private String list(Request request, Response response) {
        Optional<Effect> effect = Input.word(request, "list", Effect.class);
        Optional<Field> field = Input.word(request, "field", Field.class);
        String text = Input.parameter(request, "text").orElse("").toLowerCase(Locale.ROOT);
        List<Entry> found = lists.all().stream()
            .filter(entry -> effect.isEmpty() || entry.effect() == effect.get())
            .filter(entry -> field.isEmpty() || entry.field() == field.get())
            .filter(entry -> text.isEmpty() || entry.pattern().toString().contains(text) || entry.reason().toLowerCase(Locale.ROOT).contains(text))
            .limit(Input.limit(request, SHOWN, MAX_SHOWN))
            .toList();
        return ListJson.write(found);
    }

    private String add(Request request, Response response) {
        try {
            Entry entry = lists.add(ListJson.read(Input.text(request, MAX_JSON)), Input.author(request));
            response.status(201);
            return ListJson.write(entry);
        } catch (RefusedEntryException e) {
            throw Refusal.wrong(String.valueOf(e.getMessage()));
        }
    }

    private String remove(Request request, Response response) {
        if (!lists.remove(request.params("id"), Input.author(request))) {
            throw unknown(request);
        }
        response.status(204);
        return "";
    }

    private String export(Request request, Response response) throws IOException {
        response.type("text/csv; charset=utf-8; header=present");
        response.header("Content-Disposition", "attachment; filename=\"lists.csv\"");
        StringBuilder csv = new StringBuilder();
        lists.export(csv);
        return csv.toString();
    }

    private String replace(Request request, Response response) throws IOException {
        try {
            return ListJson.write(lists.replace(new StringReader(Input.text(request, MAX_CSV)), Input.author(request)));
        } catch (CsvException e) {
            throw Refusal.wrong("Nothing was imported:\n" + e.getMessage());
        }
    }

    private static HaltException unknown(Request request) {
        return Refusal.missing("entry " + request.params("id"));
    }
}
