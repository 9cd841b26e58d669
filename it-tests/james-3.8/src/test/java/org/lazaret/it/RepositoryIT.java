package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Samples;

/** James' own tools over held mail, once {@code quarantine://} is switched on. */
class RepositoryIT {
    private static final String REPOSITORY = "/mailRepositories/held";

    @Test
    void webadminShouldListAndShowHeldMailWhenTheRepositoryIsSwitchedOn(@TempDir Path folder) throws Exception {
        Path conf = TestServer.changedConf(folder.resolve("own-conf"), "mailrepositorystore.xml",
            text -> text.replaceAll("(?s)<!-- Held mail.*?(<mailrepository .*?)-->", "$1"));
        try (JamesServer server = TestServer.start(folder.resolve("james"), conf, Map.of())) {
            Fate.of(server, new Recipient(server, JamesServer.ALICE), Samples.eicarInZip());

            assertThat(call(server, "PUT", REPOSITORY + "?protocol=quarantine", "application/json").statusCode()).isEqualTo(204);
            String keys = call(server, "GET", REPOSITORY + "/mails", "application/json").body();
            Matcher key = Pattern.compile("^\\[\"([0-9a-f]{32})\"]$").matcher(keys);
            assertThat(key.matches()).as(keys).isTrue();
            HttpResponse<String> message = call(server, "GET", REPOSITORY + "/mails/" + key.group(1), "message/rfc822");
            assertThat(message.statusCode()).isEqualTo(200);
            assertThat(message.body()).contains("Subject: EICAR in a zip").doesNotContain("X-Quarantine-ID");
        }
    }

    private static HttpResponse<String> call(JamesServer server, String method, String path, String accept) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.webadmin(path)).method(method, BodyPublishers.noBody()).header("Accept", accept).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }
}
