package org.lazaret.scan.engine.atp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.Secret;
import org.lazaret.scan.examine.Spool;

/** Against a server of our own that answers as the published description of the service says; the service itself cannot be reached. */
class AtpCloudEngineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Sample SAMPLE = new Sample("r\u00e9sum\u00e9\"\r\n.doc", "application/msword",
        Spool.of("some bytes to judge".getBytes(StandardCharsets.US_ASCII)));
    private static final String SHA256 = SAMPLE.content().sha256();

    /** Moved by hand. */
    private static final class Hands extends Clock {
        private Instant now = Instant.parse("2026-01-05T09:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private record Response(int status, String body, String retryAfter) {
    }

    @TempDir
    Path folder;
    private final Hands clock = new Hands();
    private final Deque<Response> responses = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private Path token;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
        token = Tokens.write(folder, "secret-1");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n" + exchange.getRequestHeaders().getFirst("Authorization")
                + "\n" + exchange.getRequestHeaders().getFirst("Content-Type") + "\n" + body);
            Response response;
            synchronized (responses) {
                response = responses.size() > 1 ? responses.removeFirst() : responses.getFirst();
            }
            if (!response.retryAfter().isEmpty()) {
                exchange.getResponseHeaders().add("Retry-After", response.retryAfter());
            }
            if (response.status() / 100 == 3) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The next answers; the last one for ever. */
    private void answers(Response... next) {
        synchronized (responses) {
            responses.clear();
            responses.addAll(List.of(next));
        }
    }

    private static Response status(int status) {
        return new Response(status, "", "");
    }

    private static Response json(String json) {
        return new Response(200, json, "");
    }

    private static Response report(boolean complete, String score) {
        return json("{\"last_update\":0,\"malware_info\":{\"ident\":\"MemScan:Trojan.Pws\"},\"report\":null,\"scan_complete\":" + complete
            + ",\"score\":" + score + ",\"sha256\":\"" + SHA256 + "\"}");
    }

    private AtpCloudEngine engine(boolean submit, List<String> types, long maxSize) throws IOException {
        return new AtpCloudEngine("atp", new AtpCloudOptions(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
            new Secret.InFile(token), submit,
            types, maxSize, PATIENCE, PATIENCE, Duration.ofMillis(5), Duration.ofMillis(20)), clock);
    }

    private Answer ask(AtpCloudEngine engine) throws Exception {
        return engine.ask(SAMPLE, Deadline.in(PATIENCE));
    }

    private Answer ask() throws Exception {
        try (AtpCloudEngine engine = engine(true, List.of(), AtpCloudOptions.MAX_SIZE)) {
            return ask(engine);
        }
    }

    private static Answer harmful(String signature, String score) {
        Score weight = Score.parse(score);
        return new Answer.Harmful(List.of(new Answer.Hit(signature, weight, "ATP Cloud gives it a score of " + weight)));
    }

    private String operation(int request) {
        return requests.get(request).lines().findFirst().orElseThrow();
    }

    @Test
    void askShouldLookUpTheHashWithoutSubmittingWhenItIsKnown() throws Exception {
        answers(report(true, "0"));

        assertThat(ask()).isEqualTo(new Answer.Clean());
        assertThat(requests).singleElement().asString().startsWith("GET /v1/skyatp/lookup/hash/" + SHA256 + "?full_report=false\nBearer secret-1\n");
    }

    @ParameterizedTest
    @CsvSource({"10, 10.0", "7, 7.0", "1, 1.0", "0.01, 0.1", "6.54, 6.6", "1e1, 10.0"})
    void askShouldGiveTheHitTheScoreOfTheService(String score, String weight) throws Exception {
        answers(report(true, score));

        assertThat(ask()).isEqualTo(harmful("MemScan:Trojan.Pws", weight));
    }

    @Test
    void askShouldNameTheHitAsFarAsTheServiceDoes() throws Exception {
        String rest = ",\"scan_complete\":true,\"score\":8,\"sha256\":\"" + SHA256.toUpperCase(Locale.ROOT) + "\"}";
        answers(json("{\"malware_info\":{\"name\":\"Emotet\",\"more\":{\"ident\":\"x\"},\"category\":null}" + rest),
            json("{\"malware_info\":null" + rest), json("{\"malware_info\":[1,{}],\"threat_level\":\"high\"" + rest));

        assertThat(ask()).isEqualTo(harmful("Emotet", "8"));
        assertThat(ask()).isEqualTo(harmful("score 8.0", "8"));
        assertThat(ask()).isEqualTo(harmful("score 8.0", "8"));
    }

    @Test
    void askShouldSubmitAndPollWhenTheHashIsNotKnown() throws Exception {
        answers(status(404), report(false, "-1"), report(false, "-1"), status(404), report(false, "3"), report(true, "9"));

        assertThat(ask()).isEqualTo(harmful("MemScan:Trojan.Pws", "9"));

        assertThat(requests).hasSize(6);
        assertThat(requests.get(1)).matches("(?s)POST /v1/skyatp/submit/sample\nBearer secret-1\n"
            + "multipart/form-data; boundary=(lazaret-[0-9a-f-]+)\n--\\1\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"r_sum____\\.doc\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            + "some bytes to judge\r\n--\\1--\r\n");
        assertThat(operation(5)).startsWith("GET /v1/skyatp/lookup/hash/");
    }

    @Test
    void askShouldSubmitOnceWhenItIsAskedAgainDuringTheAnalysis() throws Exception {
        answers(status(404), status(202), report(false, "-1"));
        try (AtpCloudEngine engine = engine(true, List.of(), AtpCloudOptions.MAX_SIZE)) {
            for (int polls : new int[] {5, 10}) {
                Thread asking = Thread.ofVirtual().start(() -> assertThatThrownBy(() -> ask(engine)).isInstanceOf(InterruptedException.class));
                Awaitility.await().atMost(PATIENCE).until(() -> requests.size() >= polls);
                asking.interrupt();
                asking.join();
            }
            answers(report(true, "0"));

            assertThat(ask(engine)).isEqualTo(new Answer.Clean());
        }
        assertThat(requests.stream().filter(request -> request.startsWith("POST"))).hasSize(1);
    }

    @Test
    void askShouldNotSayCleanWhenTheAnalysisIsNotCompleteInTime() throws Exception {
        answers(report(false, "0"));
        try (AtpCloudEngine engine = engine(true, List.of(), AtpCloudOptions.MAX_SIZE)) {
            assertThatThrownBy(() -> engine.ask(SAMPLE, Deadline.in(Duration.ofMillis(300)))).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void askShouldNotJudgeWhenTheHashIsNotKnownAndNothingMayBeSubmitted() throws Exception {
        answers(status(404));
        for (AtpCloudEngine engine : List.of(engine(false, List.of(), AtpCloudOptions.MAX_SIZE),
                engine(true, List.of("application/pdf", "image/*"), 100), engine(true, List.of("application/*"), 18))) {
            try (engine) {
                assertThat(ask(engine)).isInstanceOfSatisfying(Answer.Unable.class, unable -> assertThat(unable.why()).contains("does not know it"));
            }
        }
        assertThat(requests).hasSize(3);
    }

    @Test
    void askShouldLeaveTheServiceAloneWhenItSays429() throws Exception {
        for (String retryAfter : List.of("120", "Mon, 05 Jan 2026 09:02:00 GMT")) {
            try (AtpCloudEngine engine = engine(true, List.of(), AtpCloudOptions.MAX_SIZE)) {
                clock.now = Instant.parse("2026-01-05T09:00:00Z");
                requests.clear();
                answers(new Response(429, "", retryAfter), report(true, "0"));

                assertThatThrownBy(() -> ask(engine)).isInstanceOf(IOException.class).hasMessageContaining("429");
                clock.now = clock.now.plusSeconds(119);
                assertThatThrownBy(() -> ask(engine)).isInstanceOf(IOException.class).hasMessageContaining("2026-01-05T09:02:00Z");
                assertThat(requests).hasSize(1);

                clock.now = clock.now.plusSeconds(1);
                assertThat(ask(engine)).isEqualTo(new Answer.Clean());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 60", "soon, 60", "0, 1", "-5, 60", "999999999, 3600", "99999999999, 60", "'Mon, 05 Jan 2026 08:00:00 GMT', 1"})
    void askShouldRestForAWhileThatMakesSenseWhateverTheServiceSays(String retryAfter, int seconds) throws Exception {
        try (AtpCloudEngine engine = engine(true, List.of(), AtpCloudOptions.MAX_SIZE)) {
            answers(new Response(429, "", retryAfter), report(true, "0"));
            assertThatThrownBy(() -> ask(engine)).hasMessageContaining("429");
            clock.now = clock.now.plusSeconds(seconds).minusMillis(1);
            assertThatThrownBy(() -> ask(engine)).hasMessageContaining("429");
            clock.now = clock.now.plusMillis(1);

            assertThat(ask(engine)).isEqualTo(new Answer.Clean());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void askShouldNameTheTokenWhenItIsRefused(int status) {
        answers(status(status));

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessageContaining(token.toString()).hasMessageNotContaining("secret");
    }

    @Test
    void askShouldUseANewTokenWhenTheFileIsReplaced() throws Exception {
        answers(report(true, "0"));
        try (AtpCloudEngine engine = engine(true, List.of(), AtpCloudOptions.MAX_SIZE)) {
            ask(engine);
            Tokens.write(folder, "secret-2");
            ask(engine);
        }
        assertThat(requests.get(1)).contains("Bearer secret-2");
    }

    @Test
    void constructorShouldRefuseATokenThatOthersMayReadOrThatIsNone() throws Exception {
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessageContaining("0600");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        for (String none : List.of("two words", "a\nb", "x".repeat(20_000), "t\u00f6ken")) {
            Files.writeString(token, none);
            assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessageContaining("holds no ");
        }
        Files.delete(token);
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 204, 206, 400, 405, 413, 500, 502, 503})
    void askShouldThrowWhenTheServiceSaysAnythingElse(int status) {
        answers(status(status));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessageContaining(Integer.toString(status));
        assertThat(requests).hasSize(1);

        answers(status(404), status(status));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessageContaining(Integer.toString(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "OK",
        "{\"scan_complete\":true,\"score\":0}", "{\"scan_complete\":true,\"score\":0,\"sha256\":\"SHA\"",
        "{\"scan_complete\":true,\"score\":0,\"sha256\":\"00\"}", "{\"scan_complete\":true,\"sha256\":\"SHA\"}", "{\"score\":0,\"sha256\":\"SHA\"}",
        "{\"scan_complete\":true,\"score\":-1,\"sha256\":\"SHA\"}", "{\"scan_complete\":true,\"score\":11,\"sha256\":\"SHA\"}",
        "{\"scan_complete\":true,\"score\":4294967296,\"sha256\":\"SHA\"}", "{\"scan_complete\":true,\"score\":-4294967296,\"sha256\":\"SHA\"}",
        "{\"scan_complete\":true,\"score\":1e400,\"sha256\":\"SHA\"}", "{\"scan_complete\":true,\"score\":NaN,\"sha256\":\"SHA\"}",
        "{\"scan_complete\":true,\"score\":\"0\",\"sha256\":\"SHA\"}", "{\"scan_complete\":true,\"score\":null,\"sha256\":\"SHA\"}",
        "{\"scan_complete\":\"true\",\"score\":0,\"sha256\":\"SHA\"}", "{\"scan_complete\":1,\"score\":0,\"sha256\":\"SHA\"}",
        "{\"scan_complete\":true,\"score\":0,\"sha256\":\"SHA\",\"score\":9}", "{\"scan_complete\":true,\"score\":0,\"sha256\":\"SHA\"}{}",
        "{\"scan_complete\":true,\"score\":0,\"sha256\":\"SHA\"}, 1", "{\"result\":{\"scan_complete\":true,\"score\":0,\"sha256\":\"SHA\"}}"})
    void askShouldThrowWhenTheReportIsNone(String json) {
        answers(json(json.replace("SHA", SHA256)));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);

        answers(status(404), json(json.replace("SHA", SHA256)));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    @Test
    void askShouldThrowWhenTheReportIsHugeOrNestedWithoutEnd() {
        answers(json("{\"x\":\"" + " ".repeat(1 << 20) + "\",\"scan_complete\":true,\"score\":0,\"sha256\":\"" + SHA256 + "\"}"));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessageContaining("larger");

        answers(json("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + ",\"scan_complete\":true,\"score\":0,\"sha256\":\"" + SHA256 + "\"}"));
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    @Test
    void versionShouldChangeEveryTenMinutes() throws Exception {
        try (AtpCloudEngine engine = engine(true, List.of(), 100)) {
            String before = engine.version().orElseThrow();
            clock.now = clock.now.plusSeconds(599);
            assertThat(engine.version()).contains(before);
            clock.now = clock.now.plusSeconds(1);
            assertThat(engine.version()).isPresent().get().isNotEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://atp.example", "ftp://127.0.0.1", "https://user@atp.example", "https://atp.example/?x", "atp.example"})
    void optionsShouldRefuseAnAddressWhereTheTokenIsNotSafe(String base) {
        assertThatThrownBy(() -> AtpCloudOptions.of(URI.create(base), new Secret.InFile(token))).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("https://");
    }
}
