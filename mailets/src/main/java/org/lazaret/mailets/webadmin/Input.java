package org.lazaret.mailets.webadmin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.webadmin.authentication.AuthenticationFilter;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Author;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.RecordId;
import spark.Request;

/** What stands in a request, checked: anything that is not allowed is answered with what is. */
final class Input {
    private static final String WEBADMIN = "webadmin";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int MAX_NAME = 320;

    private Input() {
    }

    /** Who sends a request, for the audit: never a name that somebody in the portal could have. */
    static Actor actor(Request request) {
        Author author = author(request);
        return new Actor(Actor.Role.ADMINISTRATOR, author.name(), author.address());
    }

    static Author author(Request request) {
        @Nullable Object login = request.attribute(AuthenticationFilter.LOGIN);
        String name = login == null ? WEBADMIN : WEBADMIN + ":" + login;
        return new Author(name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name, request.ip());
    }

    @SuppressWarnings("NullAway") // null when the header is missing
    static String header(Request request, String name) {
        String value = request.headers(name);
        return value == null ? "" : value;
    }

    /** The body as text; empty when there is none. James has read it already, for its log: it cannot be read from the stream again. */
    @SuppressWarnings("NullAway") // null when there is no body
    static String text(Request request, int limit) {
        if (header(request, "Content-Type").toLowerCase(Locale.ROOT).startsWith(FORM)) {
            // Its fields were taken for parameters; what is left would pass for no body.
            throw Refusal.wrong("The body is said to be a form: say what it is, as in Content-Type: application/json");
        }
        byte[] body = request.bodyAsBytes();
        if (body == null) {
            return "";
        }
        if (body.length > limit) {
            throw Refusal.wrong("The body is longer than " + limit + " bytes");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw Refusal.wrong("The body is not UTF-8 text");
        }
    }

    /** A parameter of the query; empty when it is missing or empty. */
    @SuppressWarnings("NullAway") // null when the parameter is missing
    static Optional<String> parameter(Request request, String name) {
        return Optional.ofNullable(request.queryParams(name)).filter(text -> !text.isEmpty());
    }

    static <E extends Enum<E>> Optional<E> word(Request request, String name, Class<E> words) {
        return parameter(request, name).map(text -> word(words, name, text));
    }

    static <E extends Enum<E>> E word(Class<E> words, String name, String text) {
        try {
            return Keyword.parse(words, text);
        } catch (IllegalArgumentException e) {
            throw Refusal.wrong(name + " '" + text + "': allowed is " + e.getMessage());
        }
    }

    static int limit(Request request, int usual, int most) {
        return parameter(request, "limit").map(text -> {
            if (!text.matches("[1-9]\\d{0,5}") || Integer.parseInt(text) > most) {
                throw Refusal.wrong("limit '" + text + "': allowed is 1 to " + most);
            }
            return Integer.valueOf(text);
        }).orElse(usual);
    }

    static Optional<Instant> time(Request request, String name) {
        return parameter(request, name).map(text -> time(name, text));
    }

    static Instant time(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw Refusal.wrong(name + " '" + text + "': a time such as 2027-01-31T00:00:00Z, or nothing");
        }
    }

    /** A number from 1 on. */
    static Optional<Long> number(Request request, String name) {
        return parameter(request, name).map(text -> number(name, text));
    }

    static long number(String name, String text) {
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw Refusal.wrong(name + " '" + text + "': allowed is a number from 1 on");
        }
        return Long.parseLong(text);
    }

    static Optional<RecordId> record(Request request, String name) {
        return parameter(request, name).map(text -> record(name, text));
    }

    static RecordId record(String name, String text) {
        if (!RecordId.isRecordId(text)) {
            throw Refusal.wrong(name + " '" + text + "': a held mail's id is 32 lower-case hexadecimal digits");
        }
        return new RecordId(text);
    }
}
