package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.authentication.AuthenticationFilter;
import org.apache.james.webadmin.utils.ErrorResponder;
import org.apache.james.webadmin.utils.ErrorResponder.ErrorType;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Author;
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

/**
 * The allow and block lists under James' webadmin, named in {@code webadmin.properties}:
 *
 * <pre>
 * extensions.routes=org.lazaret.mailets.james.ListRoutes
 * </pre>
 *
 * <p>{@code GET /lazaret/lists} (with {@code list}, {@code field}, {@code text} and {@code limit}), {@code POST /lazaret/lists},
 * {@code GET} and {@code DELETE /lazaret/lists/{id}}, {@code GET} and {@code PUT /lazaret/lists.csv}. Described in {@code docs/policy.md}.
 *
 * <p>Everything lies below {@code /lazaret}: James' authentication covers the base path of a route and what is below it, and nothing else.
 */
public final class ListRoutes implements Routes {
    private static final String BASE = "/lazaret";
    private static final String LISTS = BASE + "/lists";
    private static final String ENTRY = LISTS + "/:id";
    private static final String CSV = BASE + "/lists.csv";
    private static final int MAX_JSON = 64 * 1024;
    private static final int MAX_CSV = 128 * 1024 * 1024;
    private static final int MAX_SHOWN = 10_000;
    private static final int SHOWN = 1_000;

    private final Lists lists;

    @Inject
    public ListRoutes(Lists lists) {
        this.lists = lists;
    }

    @Override
    public String getBasePath() {
        return BASE;
    }

    @Override
    public void define(Service service) {
        service.get(LISTS, this::list);
        service.post(LISTS, this::add);
        service.get(ENTRY, (request, response) -> ListJson.write(lists.find(request.params("id")).orElseThrow(() -> unknown(request))));
        service.delete(ENTRY, this::remove);
        service.get(CSV, this::export);
        service.put(CSV, this::replace);
    }

    private String list(Request request, Response response) {
        Optional<Effect> effect = parameter(request, "list").map(text -> word(Effect.class, "list", text));
        Optional<Field> field = parameter(request, "field").map(text -> word(Field.class, "field", text));
        String text = parameter(request, "text").orElse("").toLowerCase(Locale.ROOT);
        int limit = limit(parameter(request, "limit"));
        List<Entry> found = lists.all().stream()
            .filter(entry -> effect.isEmpty() || entry.effect() == effect.get())
            .filter(entry -> field.isEmpty() || entry.field() == field.get())
            .filter(entry -> text.isEmpty() || entry.pattern().toString().contains(text) || entry.reason().toLowerCase(Locale.ROOT).contains(text))
            .limit(limit)
            .toList();
        return ListJson.write(found);
    }

    private String add(Request request, Response response) {
        try {
            Entry entry = lists.add(ListJson.read(text(body(request, MAX_JSON))), author(request));
            response.status(201);
            return ListJson.write(entry);
        } catch (RefusedEntryException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private String remove(Request request, Response response) {
        if (!lists.remove(request.params("id"), author(request))) {
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
            return ListJson.write(lists.replace(new StringReader(text(body(request, MAX_CSV))), author(request)));
        } catch (CsvException e) {
            throw refused("Nothing was imported:\n" + e.getMessage());
        }
    }

    private static Author author(Request request) {
        Object login = request.attribute(AuthenticationFilter.LOGIN);
        return new Author(login == null ? "webadmin" : login.toString(), request.ip());
    }

    private static byte[] body(Request request, int limit) {
        byte[] body;
        try {
            body = request.raw().getInputStream().readNBytes(limit + 1);
        } catch (IOException e) {
            throw refused("The body could not be read");
        }
        if (body.length > limit) {
            throw refused("The body is longer than " + limit + " bytes");
        }
        return body;
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw refused("The body is not UTF-8 text");
        }
    }

    @SuppressWarnings("NullAway") // null when the parameter is missing
    private static Optional<String> parameter(Request request, String name) {
        return Optional.ofNullable(request.queryParams(name)).filter(text -> !text.isEmpty());
    }

    private static <E extends Enum<E>> E word(Class<E> words, String name, String text) {
        try {
            return Keyword.parse(words, text);
        } catch (IllegalArgumentException e) {
            throw refused(name + " '" + text + "': allowed is " + e.getMessage());
        }
    }

    private static int limit(Optional<String> text) {
        if (text.isEmpty()) {
            return SHOWN;
        }
        if (!text.get().matches("[1-9]\\d{0,4}") || Integer.parseInt(text.get()) > MAX_SHOWN) {
            throw refused("limit '" + text.get() + "': allowed is 1 to " + MAX_SHOWN);
        }
        return Integer.parseInt(text.get());
    }

    private static HaltException refused(String reason) {
        return ErrorResponder.builder().statusCode(400).type(ErrorType.INVALID_ARGUMENT).message("%s", reason).haltError();
    }

    private static HaltException unknown(Request request) {
        return ErrorResponder.builder().statusCode(404).type(ErrorType.NOT_FOUND).message("There is no entry %s", request.params("id")).haltError();
    }
}
