package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Browser.Page;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;

/** What an operator can set: other actions, request mode; and that what is held outlives the server. */
class ActionsIT {
    @Test
    void maliciousMailShouldBeDeliveredWithWarningHeadersWhenSo(@TempDir Path folder) throws Exception {
        Map<String, String> settings = Map.of("action.malicious", "warn", "warning.distribution", "bulk", "warning.spam-flag", "true",
            "warning.subject-prefix", "\"[!] \"");
        try (JamesServer server = TestServer.start(folder, settings)) {
            Fate fate = Fate.of(server, new Recipient(server, JamesServer.ALICE), Samples.eicarInZip());

            assertThat(fate.fate()).isEqualTo(Samples.Fate.WARNED);
            assertThat(fate.message().subject()).isEqualTo("[!] EICAR in a zip");
            assertThat(fate.message().header("X-Distribution")).hasValue("Bulk");
            assertThat(fate.message().header("X-Spam-Flag")).hasValue("YES");
            assertThat(fate.message().header("X-Lazaret-Verdict").orElseThrow()).contains("engine.eicar");
            assertThat(fate.message().file("archive.zip")).hasValue(Samples.eicarInZip().content());
        }
    }

    @Test
    void maliciousMailShouldBeDeliveredUntouchedWhenPermitted(@TempDir Path folder) throws Exception {
        try (JamesServer server = TestServer.start(folder, Map.of("action.malicious", "permit", "action.suspicious", "permit"))) {
            Fate fate = Fate.of(server, new Recipient(server, JamesServer.ALICE), Samples.eicarInZip());

            assertThat(fate.fate()).isEqualTo(Samples.Fate.DELIVERED);
            assertThat(fate.message().header("X-Lazaret-Verdict")).isEmpty();
            assertThat(fate.message().file("archive.zip")).hasValue(Samples.eicarInZip().content());
        }
    }

    @Test
    void recipientShouldAskAndAdministratorDecideInRequestMode(@TempDir Path folder) throws Exception {
        try (JamesServer server = TestServer.start(folder, Map.of("portal.mode", "request"))) {
            Recipient alice = new Recipient(server, JamesServer.ALICE);
            Recipient bob = new Recipient(server, JamesServer.BOB);
            Recipient admin = new Recipient(server, JamesServer.ADMIN);
            Fate.of(server, alice, TestServer.titled("Granted", Samples.eicarInZip()));
            Fate.of(server, bob, TestServer.titled("Refused", Samples.eicarInZip()));

            Page page = alice.openNotice("Granted");
            assertThat(page.form("/release")).isEmpty();
            alice.browser().submit(page, "/request", Map.of("reason", "It is from our supplier"));
            bob.browser().submit(bob.openNotice("Refused"), "/request", Map.of("reason", "Please"));

            assertThat(admin.await("Release requested: Granted").text()).contains("It is from our supplier");
            admin.await("Release requested: Refused");
            assertThat(alice.subjects()).doesNotContain("Granted");
            admin.signIn();
            Page list = admin.browser().open(server.portal("/admin/quarantine"));
            admin.browser().submit(admin.browser().open(list.link("Granted").orElseThrow()), "/release", Map.of());
            admin.browser().submit(admin.browser().open(list.link("Refused").orElseThrow()), "/deny", Map.of());

            assertThat(alice.await("Granted").file(Protected.ZIP)).isPresent();
            bob.await("Not released: Refused");
            assertThat(bob.subjects()).doesNotContain("Refused");
        }
    }

    @Test
    void heldMailShouldOutliveTheServer(@TempDir Path folder) throws Exception {
        String link;
        try (JamesServer server = TestServer.start(folder)) {
            link = URI.create(Fate.of(server, new Recipient(server, JamesServer.ALICE), Samples.eicarInZip()).where()).getRawPath();
        }

        try (JamesServer server = TestServer.start(folder)) {
            Recipient alice = new Recipient(server, JamesServer.ALICE);
            Page page = alice.browser().open(server.portal(link));
            alice.browser().submit(page, "/release", Map.of());

            assertThat(alice.await("EICAR in a zip").file(Protected.ZIP)).isPresent();
        }
    }
}
