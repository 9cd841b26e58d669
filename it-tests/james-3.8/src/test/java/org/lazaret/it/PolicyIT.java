package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/** Policy that differs between recipients and directions, and deferring, in James' own queue. */
class PolicyIT {
    private static final String FAILED = "/mailRepositories/var%2Fmail%2Flazaret-failed%2F/mails";
    private static final String QUARANTINE = "<mailet match=\"org.lazaret.matchers.ActionIs=quarantine\"";

    @Test
    void aDeferredMailShouldWaitInTheQueueAndBeScannedAgain(@TempDir Path folder) throws Exception {
        // A verdict that stays the same stands in for an engine that is down, an allow entry for its recovery.
        Path conf = TestServer.changedConf(folder.resolve("own-conf"), "mailetcontainer.xml", text -> text.replace(QUARANTINE,
            "<mailet match=\"org.lazaret.matchers.ThreatScoreAtLeast=9\" class=\"org.lazaret.mailets.Defer\"/>" + QUARANTINE));
        try (JamesServer server = TestServer.start(folder.resolve("james"), conf, Map.of("defer.first-delay", "3s", "defer.longest-delay", "3s"))) {
            Sample sample = TestServer.titled("deferred", Samples.eicarInZip());
            String alice = JamesServer.ALICE.address();
            server.smtp().send("sender@example.com", List.of(alice), sample.message(List.of(alice)));

            Await.until("the mail in the queue",
                () -> call(server, "GET", "/mailQueues/spool/mails?delayed=true", "").contains("sender@example.com"));
            call(server, "POST", "/lazaret/lists", "{\"list\":\"allow\",\"field\":\"rcpt-to\",\"pattern\":\"" + alice + "\"}");

            assertThat(new Recipient(server, JamesServer.ALICE).await("deferred").file(sample.fileName())).hasValue(sample.content());
        }
    }

    @Test
    void aMailThatFindsTheQuarantineFullShouldWaitInTheQueueUntilThereIsRoom(@TempDir Path folder) throws Exception {
        String alice = JamesServer.ALICE.address();
        Sample sample = TestServer.titled("fills it", Samples.eicarInZip());
        // Room for one, not for two.
        long quota = sample.message(List.of(alice)).length * 3L / 2;
        try (JamesServer server = TestServer.start(folder.resolve("james"), Map.of("quota", quota + "", "portal.undo", "0",
                "defer.first-delay", "3s", "defer.longest-delay", "3s", "defer.attempts", "100"))) {
            Recipient recipient = new Recipient(server, JamesServer.ALICE);
            server.smtp().send("sender@example.com", List.of(alice), sample.message(List.of(alice)));
            recipient.notice("fills it");

            server.smtp().send("sender@example.com", List.of(alice), TestServer.titled("waits", sample).message(List.of(alice)));
            Await.until("the mail in the queue",
                () -> call(server, "GET", "/mailQueues/spool/mails?delayed=true", "").contains("sender@example.com"));
            recipient.browser().submit(recipient.openNotice("fills it"), "/delete", Map.of());

            recipient.notice("waits");
            assertThat(call(server, "GET", FAILED, "")).doesNotContain("[\"");
        }
    }

    @Test
    void aMailThatFindsTheQuarantineFullToTheEndShouldBeKeptByJames(@TempDir Path folder) throws Exception {
        String alice = JamesServer.ALICE.address();
        try (JamesServer server = TestServer.start(folder.resolve("james"), Map.of("quota", "1", "defer.first-delay", "1s",
                "defer.longest-delay", "1s", "defer.attempts", "2"))) {
            Sample sample = TestServer.titled("never held", Samples.eicarInZip());
            server.smtp().send("sender@example.com", List.of(alice), sample.message(List.of(alice)));

            Await.until("the mail where James keeps what failed",
                () -> call(server, "GET", FAILED, "").contains("[\""));
            assertThat(new Recipient(server, JamesServer.ALICE).mailbox().messages()).isEmpty();
        }
    }

    @Test
    void policyShouldDifferBetweenRecipientsAndTellTheSenderOfMailThatLeaves(@TempDir Path folder) throws Exception {
        String bob = JamesServer.BOB.address();
        try (JamesServer server = TestServer.start(folder, Map.of("action.suspicious", "permit", "for." + bob + ".action.malicious", "warn"))) {
            List<String> recipients = List.of(JamesServer.ALICE.address(), bob, "customer@elsewhere.example");
            Sample sample = TestServer.titled("for three", Samples.eicarInZip());

            server.smtp().send(JamesServer.ADMIN.address(), recipients, sample.message(recipients));

            Received warned = new Recipient(server, JamesServer.BOB).mailbox().await("the warned mail", mail -> mail.subject().endsWith("for three"));
            assertThat(warned.header("X-Lazaret-Verdict")).isPresent();
            new Recipient(server, JamesServer.ALICE).notice("for three");
            Received told = new Recipient(server, JamesServer.ADMIN).await("Held: for three");
            assertThat(told.text()).contains("Not delivered to: customer@elsewhere[.]example").doesNotContain(JamesServer.ALICE.address());
        }
    }

    private static String call(JamesServer server, String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(server.webadmin(path)).method(method, BodyPublishers.ofString(body)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
