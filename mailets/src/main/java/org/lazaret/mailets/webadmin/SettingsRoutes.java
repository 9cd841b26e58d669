package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.LiveSettings.Change;
import org.lazaret.policy.settings.LiveSettings.Problem;
import org.lazaret.policy.settings.LiveSettings.Saved;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.policy.settings.SettingsVersion;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * Settings that are saved: looked at, checked, saved as the next version, compared, brought back. Whoever saves says in {@code If-Match} which
 * version that was decided on (RFC 9110, 13.1.1), so that nobody overwrites what another one saved meanwhile.
 */
final class SettingsRoutes {
    private static final String SETTINGS = LazaretRoutes.BASE + "/settings";
    private static final String FILE = LazaretRoutes.BASE + "/settings.properties";
    private static final String VERSIONS = SETTINGS + "/versions";
    private static final String VERSION = VERSIONS + "/:version";
    /** Bytes of a body: more than settings can have, written as JSON. */
    private static final int MAX_BODY = 2 * 1024 * 1024;
    private static final int SHOWN = 20;
    private static final int MAX_SHOWN = 100;
    private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})\"");

    private final LiveSettings settings;

    SettingsRoutes(LiveSettings settings) {
        this.settings = settings;
    }

    void define(Service service) {
        service.get(SETTINGS, this::show);
        service.put(SETTINGS, (request, response) -> {
            Body body = Body.of(request, MAX_BODY, "lines", "comment");
            return save(given(body), body.text("comment"), request, response);
        });
        service.patch(SETTINGS, (request, response) -> {
            Body body = Body.of(request, MAX_BODY, "lines", "comment");
            return save(patched(expected(request), body.lines("lines")), body.text("comment"), request, response);
        });
        service.post(SETTINGS + "/check", this::check);
        service.get(VERSIONS, this::history);
        service.get(VERSION, (request, response) -> version(find(request)).toString());
        service.get(VERSION + "/changes", this::changes);
        service.post(VERSION + "/revert", (request, response) ->
            save(find(request).lines(), Body.of(request, "comment").text("comment"), request, response));
        service.get(FILE, this::export);
    }

    private String show(Request request, Response response) {
        // First of all, so that the tag is never younger than what is shown.
        long version = settings.version();
        ObjectNode node = Body.MAPPER.createObjectNode()
            .put("version", version)
            .put("problem", settings.problem().orElse(""));
        fill(node.putObject("lines"), settings.stored());
        ArrayNode all = node.putArray("settings");
        settings.all().forEach(setting -> all.addObject()
            .put("key", setting.key())
            .put("value", setting.value())
            .put("origin", Keyword.of(setting.origin()))
            .put("changeable", setting.changeable()));
        tag(response, version);
        return node.toString();
    }

    private static void tag(Response response, long version) {
        response.header("ETag", "\"" + version + "\"");
    }

    private static void fill(ObjectNode node, Map<String, String> lines) {
        lines.forEach(node::put);
    }

    private static Map<String, String> given(Body body) {
        Map<String, String> lines = new TreeMap<>();
        body.lines("lines").forEach((key, value) ->
            lines.put(key, value.orElseThrow(() -> Refusal.wrong(key + " is null: leave it out to have the default"))));
        return lines;
    }

    /** What was saved as a version, with these lines instead; nothing stands for the default (RFC 7396). */
    private Map<String, String> patched(long version, Map<String, Optional<String>> changes) {
        Map<String, String> lines = new TreeMap<>(settings.find(version).map(SettingsVersion::lines).orElse(Map.of()));
        changes.forEach((key, value) -> value.ifPresentOrElse(text -> lines.put(key, text), () -> lines.remove(key)));
        return lines;
    }

    private String save(Map<String, String> lines, String comment, Request request, Response response) {
        Saved saved = settings.save(expected(request), lines, comment, Input.author(request));
        return switch (saved) {
            case Saved.Done done -> {
                tag(response, done.version().number());
                yield version(done.version()).toString();
            }
            case Saved.Unchanged unchanged -> {
                response.status(204);
                yield "";
            }
            case Saved.Outdated outdated -> throw Refusal.outdated("Version " + outdated.version() + " was saved meanwhile; nothing was changed");
            case Saved.Refused refused -> throw Refusal.wrong(explain(refused.problems()));
        };
    }

    private static long expected(Request request) {
        String tag = Input.header(request, "If-Match");
        if (tag.isEmpty()) {
            throw Refusal.unconditional("Say in If-Match which version this was decided on, as its ETag: If-Match: \"12\"");
        }
        Matcher matcher = TAG.matcher(tag);
        if (!matcher.matches()) {
            throw Refusal.wrong("If-Match " + tag + ": allowed is the ETag of /lazaret/settings, such as \"12\"");
        }
        return Long.parseLong(matcher.group(1));
    }

    private static String explain(List<Problem> problems) {
        StringBuilder text = new StringBuilder("Nothing was saved:");
        problems.forEach(problem -> text.append('\n').append(problem.keys().isEmpty() ? "" : String.join(", ", problem.keys()) + ": ")
            .append(problem.explanation()));
        return text.toString();
    }

    private String check(Request request, Response response) {
        LiveSettings.Draft draft = settings.draft(given(Body.of(request, MAX_BODY, "lines")));
        ObjectNode node = Body.MAPPER.createObjectNode();
        ArrayNode problems = node.putArray("problems");
        for (Problem problem : draft.problems()) {
            ObjectNode one = problems.addObject();
            ArrayNode keys = one.putArray("keys");
            problem.keys().forEach(keys::add);
            one.put("explanation", problem.explanation());
        }
        fill(node.putArray("changes"), settings.changes(settings.stored(), draft.lines()));
        return node.toString();
    }

    private static void fill(ArrayNode node, List<Change> changes) {
        for (Change change : changes) {
            ObjectNode one = node.addObject().put("key", change.key());
            change.before().ifPresent(value -> one.put("before", value));
            change.after().ifPresent(value -> one.put("after", value));
        }
    }

    private String history(Request request, Response response) {
        int limit = Input.limit(request, SHOWN, MAX_SHOWN);
        List<SettingsVersion> found = settings.history(Input.number(request, "before").orElse(Long.MAX_VALUE), limit);
        ArrayNode versions = Body.MAPPER.createArrayNode();
        found.forEach(version -> versions.add(version(version)));
        return versions.toString();
    }

    private static ObjectNode version(SettingsVersion version) {
        ObjectNode node = Body.MAPPER.createObjectNode()
            .put("version", version.number())
            .put("at", version.at().toString())
            .put("author", version.author().name())
            .put("address", version.author().address())
            .put("comment", version.comment());
        fill(node.putObject("lines"), version.lines());
        return node;
    }

    private SettingsVersion find(Request request) {
        return find(Input.number("version", request.params("version")));
    }

    private SettingsVersion find(long number) {
        return settings.find(number).orElseThrow(() -> Refusal.missing("version " + number + " of the settings"));
    }

    private String changes(Request request, Response response) {
        SettingsVersion version = find(request);
        long since = Input.number(request, "since").orElse(version.number() - 1);
        ArrayNode node = Body.MAPPER.createArrayNode();
        fill(node, settings.changes(since == 0 ? Map.of() : find(since).lines(), version.lines()));
        return node.toString();
    }

    private String export(Request request, Response response) {
        Optional<Long> number = Input.number(request, "version");
        Map<String, String> lines = number.map(one -> find(one).lines()).orElseGet(settings::stored);
        response.type("text/plain; charset=utf-8");
        response.header("Content-Disposition", "attachment; filename=\"lazaret-settings.properties\"");
        return SettingsFile.text(lines);
    }
}
