package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Samples;

/** The lists over James' webadmin, and what they do to mail. */
class ListsIT {
    @TempDir
    static Path folder;

    private static JamesServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder.resolve("james"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void anEntryShouldDecideAboutMailUntilItIsRemoved() throws Exception {
        Recipient alice = new Recipient(server, JamesServer.ALICE);
        HttpResponse<String> added = call("POST", "/lazaret/lists",
            "{\"list\":\"allow\",\"field\":\"rcpt-to\",\"pattern\":\"" + JamesServer.ALICE.address() + "\",\"reason\":\"test\"}");

        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        assertThat(Fate.of(server, alice, TestServer.titled("allowed", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.DELIVERED);

        String id = added.body().replaceAll(".*\"id\":\"([0-9a-f]{32})\".*", "$1");
        assertThat(call("GET", "/lazaret/lists/" + id, "").body()).isEqualTo(added.body());
        assertThat(call("DELETE", "/lazaret/lists/" + id, "").statusCode()).isEqualTo(204);
        assertThat(call("GET", "/lazaret/lists/" + id, "").statusCode()).isEqualTo(404);
        assertThat(Fate.of(server, alice, TestServer.titled("not allowed", Samples.eicarInZip())).fate()).isEqualTo(Samples.Fate.HELD);
    }

    @Test
    void csvShouldBeExportedAndImportedWhole() throws Exception {
        String csv = "list,field,pattern,recipient,expires,reason\r\nblock,mail-from,*.bad.example,,,50% off\r\nallow,mail-from,good.example,,,\r\n";

        HttpResponse<String> imported = call("PUT", "/lazaret/lists.csv", csv);
        assertThat(imported.statusCode()).as(imported.body()).isEqualTo(200);
        assertThat(imported.body()).contains("\"added\":2");
        assertThat(call("GET", "/lazaret/lists?list=block", "").body()).contains("*.bad.example").doesNotContain("good.example");
        assertThat(call("GET", "/lazaret/lists.csv", "").body()).contains("block,mail-from,*.bad.example,,,50% off,webadmin,");

        HttpResponse<String> refused = call("PUT", "/lazaret/lists.csv", csv + "block,mail-from,100% nonsense,,,\r\n");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"type\":\"InvalidArgument\"", "line 4: '100% nonsense' is no address");
        assertThat(call("GET", "/lazaret/lists", "").body()).contains("good.example").doesNotContain("nonsense");
    }

    private static HttpResponse<String> call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.webadmin(path)).method(method, BodyPublishers.ofString(body)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }
}
