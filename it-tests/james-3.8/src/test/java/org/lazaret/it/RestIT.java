package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;

/** What an administrator's program does over James' webadmin, in a whole server. */
class RestIT {
    @TempDir
    static Path folder;

    private static JamesServer server;
    private static Recipient alice;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder.resolve("james"));
        alice = new Recipient(server, JamesServer.ALICE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void heldMailShouldBeFoundAndArriveWhenReleased() throws Exception {
        assertThat(Fate.of(server, alice, TestServer.titled("Found over REST", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);

        HttpResponse<String> found = call("GET", "/lazaret/mails?state=held&subject=rest&recipient=" + alice.account().address(), "");
        String id = found.body().replaceAll(".*\"id\":\"([0-9a-f]{32})\".*", "$1");
        HttpResponse<String> preview = call("GET", "/lazaret/mails/" + id + "/preview", "");
        HttpResponse<String> message = call("GET", "/lazaret/mails/" + id + "/message", "");
        HttpResponse<String> released = call("POST", "/lazaret/mails/" + id + "/release", "{\"recipients\":[\"" + alice.account().address() + "\"]}");

        assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
        assertThat(preview.statusCode()).as(preview.body()).isEqualTo(200);
        assertThat(message.body()).contains("Subject: Found over REST");
        assertThat(message.headers().firstValue("Content-Type")).hasValue("message/rfc822");
        assertThat(released.body()).contains("\"outcome\":\"done\"", "\"state\":\"released\"");
        Received arrived = alice.await("Found over REST");
        assertThat(arrived.file(Protected.ZIP)).isPresent();
        assertThat(call("GET", "/lazaret/audit?action=released&mail=" + id, "").body())
            .contains("\"actor\":\"webadmin\"", "\"address\":\"127.0.0.1\"", "\"role\":\"ADMINISTRATOR\"");
        assertThat(call("GET", "/lazaret/audit/check", "").body()).contains("\"intact\":true");
        assertThat(call("GET", "/lazaret/audit.jsonl", "").body().lines()).anyMatch(line -> line.contains("\"action\":\"released\""));
    }

    @Test
    void mailsFoundBySearchShouldArriveWhenReleasedAsATask() throws Exception {
        for (String title : List.of("Both by task, one", "Both by task, two")) {
            assertThat(Fate.of(server, alice, TestServer.titled(title, Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);
        }

        HttpResponse<String> begun = call("POST", "/lazaret/mails?action=release&state=held&subject=both%20task", "");
        String place = begun.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> ended = call("GET", place + "/await?timeout=60s", "");

        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
        assertThat(begun.body()).isEqualTo("{\"taskId\":\"" + place.substring("/tasks/".length()) + "\"}");
        assertThat(ended.body()).contains("\"status\":\"completed\"", "\"type\":\"lazaret-mails-release\"", "\"done\":2", "\"skipped\":0",
            "\"failed\":0", "\"remaining\":0");
        for (String title : List.of("Both by task, one", "Both by task, two")) {
            assertThat(alice.await(title).file(Protected.ZIP)).as(title).isPresent();
        }
    }

    @Test
    void simulationShouldSayWhatADraftWouldDoToMailAndToHeldMail() throws Exception {
        Samples.Sample sample = TestServer.titled("Tried out", Samples.eicarInZip());
        assertThat(Fate.of(server, alice, sample).fate()).isEqualTo(Samples.Fate.HELD);
        String message = new String(sample.message(List.of(alice.account().address())), StandardCharsets.UTF_8);

        HttpResponse<String> one = call("POST", "/lazaret/simulations/message?recipient=" + alice.account().address()
            + "&draft=action.malicious%3Dwarn", message, "Content-Type", "message/rfc822");
        HttpResponse<String> begun = call("POST", "/lazaret/simulations/held?subject=tried%20out", "{\"lines\":{\"action.malicious\":\"warn\"}}");
        HttpResponse<String> ended = call("GET", begun.headers().firstValue("Location").orElseThrow() + "/await?timeout=60s", "");

        assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
        assertThat(one.body()).contains("\"changes\":true", "\"action\":\"quarantine\"}", "\"action\":\"warn\"}");
        assertThat(ended.body()).contains("\"status\":\"completed\"", "\"type\":\"lazaret-simulation\"", "\"mails\":1", "\"changed\":1",
            "\"quarantine → warn\":1", "\"before\":\"quarantine\"", "\"after\":\"warn\"", "\"subject\":\"Tried out\"");
        assertThat(call("GET", "/lazaret/mails?subject=tried%20out", "").body()).contains("\"state\":\"held\"");
        assertThat(call("GET", "/lazaret/audit?action=opened", "").body()).contains("\"actor\":\"webadmin\"");
    }

    @Test
    void simulationShouldFindInAMailboxWhatWouldNotBeDeliveredAnyMore() throws Exception {
        Samples.Sample sample = new Samples.Sample("Delivered, and then?", Samples.Fate.DELIVERED, "notes.txt", "text/plain",
            "Nothing but words.\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(Fate.of(server, alice, sample).fate()).isEqualTo(Samples.Fate.DELIVERED);
        HttpResponse<String> blocked = call("POST", "/lazaret/lists",
            "{\"list\":\"block\",\"field\":\"header-to\",\"pattern\":\"" + alice.account().address() + "\"}");
        try {
            HttpResponse<String> begun = call("POST", "/lazaret/simulations/mailbox?user=" + alice.account().address(), "");
            HttpResponse<String> ended = call("GET", begun.headers().firstValue("Location").orElseThrow() + "/await?timeout=60s", "");

            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
            assertThat(ended.body()).contains("\"status\":\"completed\"", "\"subject\":\"Delivered, and then?\"", "\"before\":\"permit\"",
                "\"after\":\"quarantine\"", "\"mail\":\"INBOX/");
        } finally {
            call("DELETE", "/lazaret/lists/" + blocked.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1"), "");
        }
    }

    @Test
    void settingsShouldHoldForTheNextMailWhenSaved() throws Exception {
        String tag = call("GET", "/lazaret/settings", "").headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> saved = call("PATCH", "/lazaret/settings", "{\"lines\":{\"action.malicious\":\"warn\"},\"comment\":\"by program\"}",
            "If-Match", tag);
        HttpResponse<String> late = call("PATCH", "/lazaret/settings", "{\"lines\":{\"action.malicious\":\"permit\"}}", "If-Match", tag);
        Fate warned = Fate.of(server, alice, TestServer.titled("Warned by REST", Samples.eicarInZip()));
        HttpResponse<String> back = call("PATCH", "/lazaret/settings", "{\"lines\":{\"action.malicious\":null}}", "If-Match",
            saved.headers().firstValue("ETag").orElseThrow());

        assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(warned.fate()).isEqualTo(Samples.Fate.WARNED);
        assertThat(back.body()).contains("\"lines\":{}");
        assertThat(Fate.of(server, alice, TestServer.titled("Held again", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);
    }

    @Test
    void figuresAndEnginesShouldBeShownAndFormsAndForeignPagesRefused() throws Exception {
        HttpResponse<String> form = call("POST", "/lazaret/lists", "{\"list\":\"block\",\"field\":\"mail-from\",\"pattern\":\"bad.example\"}",
            "Content-Type", "application/x-www-form-urlencoded");
        HttpResponse<String> foreign = call("POST", "/lazaret/jobs/retention", "", "Origin", "https://evil.example");

        assertThat(call("GET", "/lazaret/statistics", "").body()).contains("\"total\":{\"scanned\":");
        assertThat(call("GET", "/lazaret/engines", "").body()).isEqualTo("[]");
        assertThat(call("GET", "/lazaret/jobs", "").body()).contains("\"job\":\"verify\"");
        assertThat(form.statusCode()).isEqualTo(400);
        assertThat(form.body()).contains("Content-Type: application/json");
        assertThat(foreign.statusCode()).as(foreign.body()).isEqualTo(403);
        assertThat(call("GET", "/lazaret/nothing", "").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> call(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.webadmin(path)).method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
