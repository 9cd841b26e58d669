package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Samples;

/** What an operator sees of a server: its health, its log, and metrics, dashboard and alerts held to one another. */
class ObservabilityIT {
    private static final String ENGINE = "clam-1";
    /** Nothing listens there. */
    private static final Map<String, String> SETTINGS = Map.of("engines", ENGINE, "engine." + ENGINE + ".kind", "clamd",
        "engine." + ENGINE + ".address", "127.0.0.1:1", "engine." + ENGINE + ".required", "false");
    private static final Pattern TYPE = Pattern.compile("# TYPE (lazaret_\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^}]*})? (\\S+)");
    private static final Pattern ROW = Pattern.compile("\\| `(lazaret_\\w+)` \\| (\\w+) \\| .*");
    private static final Pattern BY_NAME = Pattern.compile("\\{__name__=~\"([^\"]+)\"}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern EXPR = Pattern.compile("^\\s*expr: (.*)$", Pattern.MULTILINE);
    private static final Set<String> FUNCTIONS = Set.of("rate", "increase", "sum", "label_replace");

    @TempDir
    static Path folder;

    private static JamesServer server;
    private static Recipient alice;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder.resolve("james"), SETTINGS);
        alice = new Recipient(server, JamesServer.ALICE);
        assertThat(Fate.of(server, alice, TestServer.titled("Held and counted", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);
        assertThat(Fate.of(server, alice, TestServer.titled("Held and counted again", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);
        Await.until("both are in the store's figures", () -> samples().getOrDefault("lazaret_store_mails", 0.0) == 2);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void metricsShouldBeThoseOfTheDocumentation() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(TestServer.ROOT.resolve("docs/observability.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), row.group(2));
            }
        }

        Map<String, String> shown = new TreeMap<>();
        Matcher types = TYPE.matcher(get("/metrics"));
        while (types.find()) {
            shown.put(types.group(1).replace("engine_clam_1", "engine_NAME"), types.group(2));
        }

        assertThat(documented).isNotEmpty();
        assertThat(shown).containsExactlyInAnyOrderEntriesOf(documented);
    }

    @Test
    void metricsShouldFollowWhatHappens() throws Exception {
        Map<String, Double> before = samples();
        assertThat(Fate.of(server, alice, TestServer.titled("Held and released", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);
        String id = idOf("Held and released");
        post("/lazaret/mails/" + id + "/release");
        alice.await("Held and released");

        Await.until("all of it is in the metrics",
            () -> grown(before, "lazaret_store_mails") == 1 && grown(before, "lazaret_marker_valid_total") == 1);

        for (String counted : List.of("lazaret_mail_held_total", "lazaret_verdict_malicious_total", "lazaret_hold_count",
            "lazaret_mail_attachments_total", "lazaret_decision_released_total", "lazaret_sent_releases_total", "lazaret_cache_hits")) {
            assertThat(grown(before, counted)).as(counted).isEqualTo(1);
        }
        assertThat(grown(before, "lazaret_scan_count")).isGreaterThanOrEqualTo(1);
        assertThat(grown(before, "lazaret_mail_held_bytes_total")).isGreaterThan(100);
        Map<String, Double> now = samples();
        assertThat(now.get("lazaret_engine_clam_1_well")).isZero();
        assertThat(now.get("lazaret_engine_clam_1_failed")).isPositive();
        assertThat(now.get("lazaret_engine_clam_1_count")).isPositive();
        assertThat(now.get("lazaret_index_up")).isEqualTo(1);
    }

    @Test
    void dashboardAndAlertsShouldAskForMetricsThatThereAre() throws Exception {
        Path grafana = TestServer.ROOT.resolve("conf/grafana");
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : new ObjectMapper().readTree(Files.readString(grafana.resolve("lazaret.json"))).get("panels")) {
            panel.path("targets").forEach(target -> queries.add(target.get("expr").textValue()));
        }
        int panels = queries.size();
        Matcher alerts = EXPR.matcher(Files.readString(grafana.resolve("alerts.yml")));
        while (alerts.find()) {
            queries.add(alerts.group(1).replaceAll("^'|'$", ""));
        }
        Set<String> known = samples().keySet().stream().map(name -> name.replaceAll("\\{.*", "")).collect(Collectors.toSet());

        assertThat(panels).isGreaterThan(40);
        assertThat(queries.size()).isGreaterThan(panels + 5);
        for (String query : queries) {
            Set<String> asked = metrics(query, known);
            assertThat(asked).as(query).isNotEmpty();
            assertThat(known).as(query).containsAll(asked);
        }
    }

    @Test
    void healthShouldShowEachPart() throws Exception {
        String health = get("/healthcheck");

        for (String part : List.of("settings", "keys", "content", "index", "quota", "held mail", "releases", "outbox", "audit", "portal")) {
            assertThat(health).contains("\"componentName\":\"Lazaret " + part + "\",\"escapedComponentName\":\"Lazaret%20"
                + part.replace(" ", "%20") + "\",\"status\":\"healthy\"");
        }
        assertThat(health).contains("\"componentName\":\"Lazaret\"", "\"componentName\":\"Lazaret engine " + ENGINE + "\"",
            "clamd, optional, fails since");
        assertThat(get("/healthcheck/checks/Lazaret")).contains("\"status\":\"degraded\"", "engine " + ENGINE + ": clamd, optional, fails since");
    }

    @Test
    void logShouldTellAHostileMailByNameRecordAndRecipientInLinesOfItsOwn() throws Exception {
        String subject = "=?utf-8?Q?Forged=0D=0A1970_ERROR_org.lazaret_owned_=1B[31m=E2=80=AE?=";
        String message = "From: =?utf-8?Q?M=0Aallory?= <m@evil.example>\r\nTo: " + JamesServer.BOB.address() + "\r\nSubject: " + subject
            + "\r\nMessage-ID: <hostile@evil.example>\r\nMIME-Version: 1.0\r\nContent-Type: application/zip\r\n"
            + "Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab%1B%5B31m%E2%80%AE.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Base64.getMimeEncoder().encodeToString(Samples.eicarInZip().content()) + "\r\n";

        server.smtp().send("m@evil.example", List.of(JamesServer.BOB.address()),
            message.getBytes(StandardCharsets.UTF_8));
        Await.until("it is held", () -> get("/lazaret/mails?recipient=" + JamesServer.BOB.address()).contains("\"id\""));
        String id = get("/lazaret/mails?recipient=" + JamesServer.BOB.address()).replaceAll(".*?\"id\":\"([0-9a-f]{32})\".*", "$1");
        Path log = Path.of(System.getProperty("lazaret.log.directory")).resolve("james.log");
        Await.until("it is in the log",
            () -> Files.readString(log).contains("record=\"" + id) && Files.readString(log).contains("is held as " + id));

        // Frames of stack traces begin with a tab.
        List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.startsWith("\t"))
            .filter(line -> line.contains("org.lazaret") || line.contains("AuditTrail")).toList();
        assertThat(lines).noneMatch(line -> line.startsWith("1970"));
        assertThat(lines).allMatch(line -> line.codePoints().noneMatch(c -> c < 0x20 || c == 0x7F || c == 0x202E));
        assertThat(lines).anyMatch(line -> line.contains("is held as " + id) && line.contains(JamesServer.BOB.address())
            && line.contains("Forged\\u{000D}\\u{000A}1970 ERROR org.lazaret owned \\u{001B}[31m\\u{202E}"));
        assertThat(lines).anyMatch(line -> line.contains("AuditTrail") && line.contains("action=\"held\"") && line.contains("record=\"" + id + "\"")
            && line.contains("recipients=\"" + JamesServer.BOB.address() + "\""));
    }

    /** The names that a query asks for; a pattern stands for itself when nothing has such a name. */
    private static Set<String> metrics(String query, Set<String> known) {
        Set<String> asked = new TreeSet<>();
        Matcher patterns = BY_NAME.matcher(query);
        while (patterns.find()) {
            Pattern pattern = Pattern.compile(patterns.group(1));
            Set<String> matching = known.stream().filter(name -> pattern.matcher(name).matches()).collect(Collectors.toSet());
            asked.addAll(matching.isEmpty() ? Set.of(pattern.pattern()) : matching);
        }
        String bare = query.replaceAll("\"[^\"]*\"", "").replaceAll("\\{[^}]*}", "").replaceAll("\\[[^\\]]*]", "").replaceAll("\\b\\d+\\b", "");
        Matcher names = NAME.matcher(bare);
        while (names.find()) {
            if (!FUNCTIONS.contains(names.group())) {
                asked.add(names.group());
            }
        }
        return asked;
    }

    private static double grown(Map<String, Double> before, String name) throws IOException {
        return samples().get(name) - before.get(name);
    }

    /** By name and labels. */
    private static Map<String, Double> samples() throws IOException {
        Map<String, Double> samples = new HashMap<>();
        get("/metrics").lines().map(SAMPLE::matcher).filter(Matcher::matches)
            .forEach(line -> samples.put(line.group(1) + (line.group(2) == null ? "" : line.group(2)), Double.parseDouble(line.group(3))));
        return samples;
    }

    private static String idOf(String subject) throws IOException {
        String found = get("/lazaret/mails?subject=" + subject.replace(" ", "%20"));
        return found.replaceAll(".*?\"id\":\"([0-9a-f]{32})\".*", "$1");
    }

    private static String get(String path) throws IOException {
        return send(HttpRequest.newBuilder(server.webadmin(path)).build());
    }

    private static void post(String path) throws IOException {
        send(HttpRequest.newBuilder(server.webadmin(path)).POST(BodyPublishers.noBody()).build());
    }

    private static String send(HttpRequest request) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(request.uri() + ": " + response.body()).isEqualTo(200);
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
