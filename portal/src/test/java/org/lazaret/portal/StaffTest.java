package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.AUDITOR;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;

/** Who may do what on the administrators' pages; holds for every route that there is. */
class StaffTest {
    private static final String VERIFY = "/admin/audit/verify";

    private PortalFixture portal = new PortalFixture();
    private HeldMail mail;
    private Entry entry;
    private String draft;

    @BeforeEach
    void fill() throws Exception {
        mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        entry = portal.quarantine.lists().add(new Draft(Effect.BLOCK, Field.MAIL_FROM, "evil.example", "", Optional.empty(), ""),
            new Author(ADMIN, ""));
        assertThat(portal.settings.save(0, Map.of("portal.mode", "request"), "", new Author(ADMIN, ""))).isInstanceOf(LiveSettings.Saved.Done.class);
        Browser browser = signedIn(ADMIN);
        draft = browser.press("/admin/settings/history/1", "revert").headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private List<String> routes(String method) {
        return portal.portal().routes().paths(method).stream().filter(path -> path.startsWith("/admin"))
            .map(path -> path.replace("*", id(path))).toList();
    }

    private String id(String path) {
        return path.contains("/lists/") ? entry.id() : path.contains("/drafts/") ? draft : path.contains("/history/") ? "1" : mail.id().value();
    }

    private Browser signedIn(String address) {
        Browser browser = portal.browser();
        browser.signIn(address, PortalFixture.PASSWORDS.get(address));
        return browser;
    }

    private void assertNothingHappened() {
        assertThat(portal.quarantine.calls).isEmpty();
        assertThat(portal.quarantine.state(mail.id(), ALICE)).isEqualTo(State.HELD);
        assertThat(portal.quarantine.lists().all()).containsExactly(entry);
        assertThat(portal.settings.version()).isEqualTo(1);
    }

    @Test
    void auditorShouldSeeEveryPage() {
        Browser browser = signedIn(AUDITOR);

        assertThat(routes("GET")).hasSizeGreaterThan(8).allSatisfy(path ->
            assertThat(browser.get(path).statusCode()).isEqualTo(path.endsWith("/text") || path.contains("/drafts/") ? 404 : 200));
        assertThat(browser.get("/").headers().firstValue("Location")).contains("/admin");
    }

    @Test
    void auditorShouldBeRefusedEveryChange() {
        Browser browser = signedIn(AUDITOR);
        String token = Browser.formToken(browser.get("/admin/audit").body());

        assertThat(token).isNotEmpty();
        assertThat(routes("POST")).hasSizeGreaterThan(20).filteredOn(path -> !path.equals(VERIFY)).allSatisfy(path -> {
            HttpResponse<String> answer = browser.post(path, "form", token, "recipient", ALICE, "mail", mail.id().value(), "reason", "x", "address",
                "a@b.example", "list", "block", "field", "mail-from", "pattern", "x.example", "csv", "list,field,pattern,recipient,expires,reason\n");
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("Auditors look, and change nothing");
        });
        assertNothingHappened();
    }

    @Test
    void auditorShouldVerifyTheAudit() {
        HttpResponse<String> answer = signedIn(AUDITOR).press("/admin/audit", "verify");

        assertThat(answer.body()).contains("The audit is whole");
    }

    @Test
    void auditorShouldBeOfferedNothingToChange() {
        Browser browser = signedIn(AUDITOR);
        portal.quarantine.set(mail.id(), ALICE, State.REQUESTED);

        for (String path : List.of("/admin", "/admin/quarantine", "/admin/requests", "/admin/mail/" + mail.id(), "/admin/lists",
            "/admin/lists/" + entry.id(), "/admin/system")) {
            assertThat(browser.get(path).body()).as(path).contains("You are signed in as auditor")
                .doesNotContain("formaction", "type=\"checkbox\"", "download-password-17");
        }
    }

    @Test
    void auditorShouldNotSeeWhatIsInAMailUnlessTheSettingSaysSo() {
        String page = "/admin/mail/" + mail.id();
        Browser browser = signedIn(AUDITOR);

        assertThat(browser.get(page).body()).contains("Auditors do not see what is in a mail").doesNotContain("charge a fee", "boundary=b1");
        assertThat(browser.get(page + "/text").statusCode()).isEqualTo(404);
        assertThat(portal.quarantine.readers).isEmpty();

        portal.close();
        portal = new PortalFixture("portal.auditors.preview = true");
        mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        assertThat(signedIn(AUDITOR).get(page).body()).contains("charge a fee");
        assertThat(portal.quarantine.readers).extracting(Actor::role).containsOnly(Actor.Role.AUDITOR);
    }

    @Test
    void forRecipientsThePagesShouldNotExist() {
        Browser browser = signedIn(ALICE);
        String token = Browser.formToken(browser.get("/mails").body());
        String missing = browser.get("/nothing").body();

        assertThat(routes("GET")).allSatisfy(path -> {
            HttpResponse<String> answer = browser.get(path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(missing);
        });
        assertThat(routes("POST")).allSatisfy(path -> {
            HttpResponse<String> answer = browser.post(path, "form", token, "recipient", ALICE);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(missing);
        });
        assertNothingHappened();
    }

    @Test
    void withoutSigningInEverythingShouldLeadThere() {
        Browser browser = portal.browser();

        assertThat(routes("GET")).allSatisfy(path ->
            assertThat(browser.get(path).headers().firstValue("Location").orElse("")).startsWith("/sign-in"));
        assertThat(routes("POST")).allSatisfy(path ->
            assertThat(browser.post(path, "form", "x").headers().firstValue("Location")).contains("/sign-in"));
        assertNothingHappened();
    }

    @Test
    void everyChangeShouldNeedTheSessionsTokenAndOurOrigin() {
        Browser browser = signedIn(ADMIN);
        String token = Browser.formToken(browser.get("/admin/audit").body());

        assertThat(routes("POST")).allSatisfy(path -> {
            assertThat(browser.post(path, "recipient", ALICE).statusCode()).isEqualTo(403);
            assertThat(browser.post(path, "form", token + "x", "recipient", ALICE).statusCode()).isEqualTo(403);
        });
        browser.origin = "https://evil.example";
        assertThat(routes("POST")).allSatisfy(path ->
            assertThat(browser.post(path, "form", token, "recipient", ALICE).statusCode()).isEqualTo(403));
        assertNothingHappened();
    }

    @Test
    void lookingShouldChangeNothing() {
        Browser browser = signedIn(ADMIN);

        assertThat(routes("GET")).allSatisfy(path -> {
            // The sample has no HTML.
            assertThat(browser.get(path).statusCode()).isEqualTo(path.endsWith("/text") ? 404 : 200);
            assertThat(browser.send("HEAD", path, java.net.http.HttpRequest.BodyPublishers.noBody()).body()).isEmpty();
        });

        assertNothingHappened();
    }

    @Test
    void viewShouldBeKeptOverSigningIn() {
        Browser browser = portal.browser();
        HttpResponse<String> sent = browser.get("/admin/quarantine?text=a%26b&state=held");
        String next = sent.headers().firstValue("Location").orElse("").replaceFirst(".*next=", "");

        HttpResponse<String> answer = browser.signIn(ADMIN, "admin-secret", "next",
            java.net.URLDecoder.decode(next, java.nio.charset.StandardCharsets.UTF_8));

        assertThat(answer.headers().firstValue("Location")).contains("/admin/quarantine?text=a%26b&state=held");
        for (String evil : List.of("/admin?//evil.example", "/admin/quarantine?x=\r\nSet-Cookie: a=b", "/admin//evil.example", "/admin/@evil.example",
            "/admin?x=%0d%0a<", "/admin/lists/add")) {
            String location = portal.browser().signIn(ADMIN, "admin-secret", "next", evil).headers().firstValue("Location").orElse("");
            assertThat(location).as(evil).isEqualTo("/admin");
        }
    }
}
