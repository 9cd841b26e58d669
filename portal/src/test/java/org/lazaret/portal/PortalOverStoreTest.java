package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;

/** The portal over the real quarantine: what the tests with mail in memory take for granted. */
class PortalOverStoreTest {
    @TempDir
    Path folder;

    private final Clock clock = Clock.systemUTC();
    private final List<Outgoing.Message> sent = new CopyOnWriteArrayList<>();
    private final AtomicReference<Portal> portal = new AtomicReference<>();
    private Quarantine quarantine;
    private HeldMail mail;
    private Browser browser;

    private void start(String... more) throws IOException {
        String[] lines = new String[more.length + 2];
        lines[0] = "quarantine.directory = " + folder;
        lines[1] = "quarantine.generate-keys = true";
        System.arraycopy(more, 0, lines, 2, more.length);
        Settings settings = PortalFixture.settings(lines);
        quarantine = Quarantines.open(settings, message -> sent.add(kept(message)), address -> true, clock, () -> portal.get().url());
        portal.set(new Portal(quarantine.settings(), quarantine,
            (address, password) -> password.equals(PortalFixture.PASSWORDS.get(address)), id -> id, List::of, clock));
        portal.get().start();
        mail = quarantine.hold(new Arrival("a-1", new Envelope("billing@northwind.example", List.of("Alice@Example.ORG", BOB)), clock.instant()),
            MessageSource.of(Samples.MESSAGE.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)), Samples.malicious());
        browser = new Browser(portal.get().port());
    }

    /** A message's bytes are there only while it is sent. */
    private static Outgoing.Message kept(Outgoing.Message message) throws IOException {
        String text = text(message);
        return new Outgoing.Message(message.kind(), message.name(), message.sender(), message.recipients(),
            out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        portal.get().close();
        quarantine.close();
    }

    private String link(String recipient) {
        URI url = quarantine.links().url(mail, recipient);
        assertThat(url.getPort()).isEqualTo(portal.get().port());
        return url.getPath();
    }

    private Map<String, State> states() {
        return quarantine.find(mail.id()).orElseThrow().states();
    }

    private List<Outgoing.Message> released() {
        return sent.stream().filter(message -> message.kind() == Outgoing.Kind.RELEASE).toList();
    }

    private static String text(Outgoing.Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.body().writeTo(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void recipientShouldGoFromTheLinkToTheReleasedMail() throws Exception {
        start();
        String link = link("Alice@Example.ORG");

        String before = browser.get(link).body();
        HttpResponse<String> first = browser.post(link + "/release", "form", Browser.formToken(before));
        HttpResponse<String> second = browser.post(link + "/release", "form", Browser.formToken(before));
        String after = browser.get(link).body();

        assertThat(before).contains("Invoice 2026-1107", "charge a fee of 40 €", "/release\"");
        assertThat(List.of(first.statusCode(), second.statusCode())).containsExactly(303, 303);
        assertThat(released()).singleElement().satisfies(message -> {
            assertThat(message.recipients()).containsExactly("Alice@Example.ORG");
            assertThat(text(message)).contains("application/zip");
        });
        assertThat(after).contains("The mail is released", "Alice@Example.ORG");
        assertThat(states()).containsEntry("Alice@Example.ORG", State.RELEASED).containsEntry(BOB, State.HELD);
        assertThat(browser.get(link(BOB)).body()).contains("/release\"");
    }

    @Test
    void passwordShouldBeTheReleasedZips() throws Exception {
        start("release.password = portal");
        String link = link(BOB);

        browser.press(link, "release");
        String password = quarantine.releasePassword(mail.id(), BOB).orElseThrow();

        assertThat(browser.get(link).body()).contains(">" + password + "<");
        assertThat(text(released().get(0))).doesNotContain(password);
    }

    @Test
    void accountShouldSeeItsMailWhateverTheCaseOfTheAddress() throws Exception {
        start();
        browser.signIn(ALICE, "alice-secret");

        String list = browser.get("/mails").body();
        browser.press("/mails/" + mail.id(), "delete");

        assertThat(list).contains("/mails/" + mail.id());
        assertThat(states()).containsEntry("Alice@Example.ORG", State.DELETED).containsEntry(BOB, State.HELD);
        assertThat(browser.get("/mails").body()).contains("Deleted");
    }

    @Test
    void requestShouldReachTheAdministratorWhoDecides() throws Exception {
        start("portal.mode = request");
        browser.press(link(BOB), "request", "reason", "We ordered this");
        Browser administrator = new Browser(portal.get().port());
        administrator.signIn(ADMIN, "admin-secret");

        String list = administrator.get("/admin/requests").body();
        HttpResponse<String> denied = administrator.press("/admin/mail/" + mail.id(), "deny", "recipient", BOB);
        String answer = browser.get(link(BOB)).body();
        HttpResponse<String> approved = administrator.press("/admin/mail/" + mail.id(), "release", "recipient", BOB);

        assertThat(list).contains("We ordered this", BOB);
        assertThat(denied.statusCode()).isEqualTo(303);
        assertThat(answer).contains("decided not to release");
        assertThat(approved.statusCode()).isEqualTo(303);
        assertThat(released()).singleElement().satisfies(message -> assertThat(message.recipients()).containsExactly(BOB));
    }

    @Test
    void filtersShouldBeTakenLiterally() throws Exception {
        start();
        browser.signIn(ADMIN, "admin-secret");

        for (String text : List.of("%", "_", "' OR '1'='1", "invoi% OR 1=1", "\\", "[a-z]*", "*")) {
            assertThat(browser.get("/admin/quarantine?text=" + Browser.encode(text)).body()).as(text).contains("No mail matches");
        }
        assertThat(browser.get("/admin/quarantine?text=INVOICE").body()).contains("Invoice 2026-1107");
        assertThat(browser.get("/admin/quarantine?text=alice%40example.org&state=held").body()).contains("Invoice 2026-1107");
        assertThat(browser.get("/admin/quarantine?after=" + Samples.id(12345)).statusCode()).isEqualTo(200);
    }

    @Test
    void administratorShouldPassTheOriginalOnAndTheAuditTellIt() throws Exception {
        start();
        browser.signIn(ADMIN, "admin-secret");
        String page = "/admin/mail/" + mail.id();

        HttpResponse<String> copied = browser.press(page, "copy", "address", "analyst@lab.example", "as", "original");
        HttpResponse<String> downloaded = browser.press(page, "download");
        HttpResponse<String> released = browser.press(page, "original", "recipient", BOB);
        HttpResponse<String> held = browser.press(page, "hold", "reason", "Police");
        String detail = browser.get(page).body();
        String verified = browser.press("/admin/audit", "verify").body();

        assertThat(copied.body()).contains("analyst@lab.example");
        assertThat(downloaded.body()).startsWith("PK");
        assertThat(List.of(released.statusCode(), held.statusCode())).containsOnly(303);
        assertThat(released()).extracting(Outgoing.Message::recipients).containsExactly(List.of("analyst@lab.example"), List.of(BOB));
        assertThat(text(released().get(1))).contains("UEsDBA==").doesNotContain("attachments-password.txt");
        assertThat(detail).contains(">copied<", ">downloaded<", ">released<", ">legal hold set<", "Police");
        assertThat(verified).contains("The audit is whole");
        assertThat(browser.get("/admin/audit/export").body().lines()).anySatisfy(line -> assertThat(line).contains("\"action\":\"downloaded\""));
        assertThat(browser.get("/admin").body()).contains("Quarantined: 1 in all", "Released: 1 in all");
        assertThat(browser.get("/admin/system").body()).contains("Held mail takes");
    }

    @Test
    void administratorShouldFindDecideAndListWhatIsHeld() throws Exception {
        start();
        browser.signIn(ADMIN, "admin-secret");
        LocalDate today = LocalDate.ofInstant(mail.received(), clock.getZone());
        for (String filter : List.of("sha256=" + Samples.SHA256, "attachment=invoice", "attachment=*.zip", "sender=%40northwind.example",
            "recipient=" + BOB, "least=9&most=10", "since=12h", "state=held&order=oldest", "state=held&order=worst",
            "from=" + today + "&until=" + today)) {
            assertThat(browser.get("/admin/quarantine?" + filter).body()).as(filter).contains("Invoice 2026-1107");
        }
        for (String filter : List.of("sha256=" + "0".repeat(64), "attachment=*.exe", "sender=%40northwind", "most=9",
            "until=" + today.minusDays(1))) {
            assertThat(browser.get("/admin/quarantine?" + filter).body()).as(filter).contains("No mail matches");
        }

        HttpResponse<String> deleted = browser.post("/admin/quarantine/delete", "form",
            Browser.formToken(browser.get("/admin/quarantine").body()), "mail", mail.id().value());
        browser.press("/admin/mail/" + mail.id(), "list", "entry", "mail-from northwind.example", "list", "block");

        assertThat(deleted.body()).contains("Deleted mails: 1.");
        assertThat(states()).containsOnlyKeys("Alice@Example.ORG", BOB).containsValue(State.DELETED).doesNotContainValue(State.HELD);
        assertThat(browser.get("/admin/lists").body()).contains("northwind.example");
        assertThat(browser.get("/admin/audit?action=list+entry+added").body()).contains("northwind.example");
    }

    @Test
    void decisionForAllShouldBeSaidAndHoldForAll() throws Exception {
        start("portal.scope = all");

        String page = browser.get(link(BOB)).body();
        browser.press(link(BOB), "delete");

        assertThat(page).contains("holds for all 2 recipients");
        assertThat(states()).containsEntry("Alice@Example.ORG", State.DELETED).containsEntry(BOB, State.DELETED);
    }
}
