package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.portal.session.Sessions;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;

/** Signing in, sessions, and one's own mail. */
class SignInTest {
    private static final String SESSION = "lazaret-session";
    private PortalFixture portal = new PortalFixture();
    private Browser browser;

    @BeforeEach
    void open() {
        browser = portal.browser();
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    @Test
    void recipientShouldSeeOwnMailOnly() {
        portal.quarantine.add(Samples.invoice(1, ALICE, BOB), Samples.MESSAGE);
        portal.quarantine.add(Samples.mail(2, "Only for Bob", "x@example.com", Samples.malicious(), BOB), Samples.MESSAGE);

        HttpResponse<String> answer = browser.signIn("  Alice@Example.org ", "alice-secret");
        String list = browser.get("/mails").body();

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).isEqualTo("/mails");
        assertThat(list).contains("Invoice 2026-1107", "/mails/" + Samples.id(1)).doesNotContain("Only for Bob", BOB, "/admin");
    }

    @Test
    void recipientShouldDecideSignedIn() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE, BOB), Samples.MESSAGE);
        browser.signIn(ALICE, "alice-secret");

        HttpResponse<String> answer = browser.press("/mails/" + mail.id(), "release");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("release [alice@example.org]");
        assertThat(portal.quarantine.actors).containsExactly(new Actor(Actor.Role.RECIPIENT, ALICE, "127.0.0.1"));
    }

    @Test
    void mailOfOthersShouldAnswerLikeNone() {
        HeldMail bobs = portal.quarantine.add(Samples.invoice(1, BOB), Samples.MESSAGE);
        browser.signIn(ALICE, "alice-secret");
        String token = Browser.formToken(browser.get("/mails").body());

        HttpResponse<String> missing = browser.get("/mails/" + Samples.id(77));

        assertThat(missing.statusCode()).isEqualTo(404);
        for (String path : List.of("/mails/" + bobs.id(), "/mails/" + bobs.id() + "/text", "/mails/x", "/admin", "/admin/mail/" + bobs.id(),
            "/admin/mail/" + bobs.id() + "/text")) {
            HttpResponse<String> answer = browser.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(missing.body());
        }
        for (String path : List.of("/mails/" + bobs.id() + "/release", "/mails/" + bobs.id() + "/delete", "/admin/mail/" + bobs.id() + "/release",
            "/admin/mail/" + bobs.id() + "/deny")) {
            HttpResponse<String> answer = browser.post(path, "form", token, "recipient", BOB);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(missing.body());
        }
        assertThat(portal.quarantine.calls).isEmpty();
        assertThat(portal.quarantine.state(bobs.id(), BOB)).isEqualTo(State.HELD);
    }

    @Test
    void withoutASessionEverythingShouldLeadToSignIn() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);

        assertThat(location(browser.get("/"))).isEqualTo("/sign-in");
        assertThat(location(browser.get("/mails"))).isEqualTo("/sign-in?next=/mails");
        assertThat(location(browser.get("/admin/mail/" + mail.id()))).isEqualTo("/sign-in?next=/admin/mail/" + mail.id());
        assertThat(location(browser.post("/mails/" + mail.id() + "/release", "form", "x"))).isEqualTo("/sign-in");
        assertThat(location(browser.post("/admin/mail/" + mail.id() + "/release", "form", "x"))).isEqualTo("/sign-in");
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void signInShouldLeadBackToPagesOfOursOnly() {
        String page = "/admin/mail/" + Samples.id(1);

        assertThat(location(portal.browser().signIn(ADMIN, "admin-secret", "next", page))).isEqualTo(page);
        for (String next : List.of("https://evil.example/", "//evil.example/", "/\\evil.example", "/mails/../..//evil.example", "/mails\r\nX: y",
            "javascript:alert(1)", "/mails?x=//evil.example", "/admin/mail/" + Samples.id(1) + "@evil.example", "%2F%2Fevil.example")) {
            assertThat(location(portal.browser().signIn(ALICE, "alice-secret", "next", next))).as(next).isEqualTo("/mails");
            assertThat(portal.browser().get("/sign-in?next=" + Browser.encode(next)).body()).doesNotContain("evil.example", "javascript:");
        }
    }

    @Test
    void wrongPasswordAndUnknownAccountShouldAnswerAlike() {
        HttpResponse<String> wrong = browser.signIn(ALICE, "x");
        HttpResponse<String> unknown = browser.signIn("alicf@example.org", "x");
        HttpResponse<String> empty = browser.signIn("", "");

        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(unknown.statusCode()).isEqualTo(403);
        assertThat(unknown.body().replace("alicf", "alice")).isEqualTo(wrong.body());
        assertThat(wrong.body()).contains("Address or password is not right").doesNotContain("value=\"x\"");
        assertThat(empty.statusCode()).isEqualTo(403);
        assertThat(portal.guesses).containsExactly(ALICE, "alicf@example.org");
    }

    @Test
    void sessionShouldHaveANewIdAtEachSignIn() {
        browser.cookies.put(SESSION, "attacker-knows-this");
        browser.signIn(ALICE, "alice-secret");
        String first = browser.cookies.get(SESSION);
        browser.cookies.put("lazaret-form", "A".repeat(43));
        browser.cookies.remove(SESSION);
        String form = Browser.formToken(browser.get("/sign-in").body());
        browser.cookies.put(SESSION, first);

        browser.post("/sign-in", "form", form, "address", ALICE, "password", "alice-secret");
        String second = browser.cookies.get(SESSION);

        assertThat(first).isNotEqualTo("attacker-knows-this").hasSize(43);
        assertThat(second).isNotEqualTo(first).hasSize(43);
        assertThat(browser.get("/mails").statusCode()).isEqualTo(200);
        Browser attacker = portal.browser();
        attacker.cookies.put(SESSION, first);
        assertThat(attacker.get("/mails").statusCode()).isEqualTo(303);
        attacker.cookies.put(SESSION, "attacker-knows-this");
        assertThat(attacker.get("/mails").statusCode()).isEqualTo(303);
    }

    @Test
    void signInShouldNeedItsOwnForm() {
        String other = Browser.formToken(portal.browser().get("/sign-in").body());
        browser.get("/sign-in");

        HttpResponse<String> foreign = browser.post("/sign-in", "form", other, "address", ALICE, "password", "alice-secret");
        HttpResponse<String> missing = browser.post("/sign-in", "address", ALICE, "password", "alice-secret");

        assertThat(List.of(foreign.statusCode(), missing.statusCode())).containsExactly(403, 403);
        assertThat(browser.cookies).doesNotContainKey(SESSION);
        assertThat(portal.guesses).isEmpty();
    }

    @Test
    void signOutShouldEndTheSession() {
        browser.signIn(ALICE, "alice-secret");
        String id = browser.cookies.get(SESSION);
        String token = Browser.formToken(browser.get("/mails").body());

        HttpResponse<String> foreign = browser.post("/sign-out", "form", "x");
        HttpResponse<String> answer = browser.post("/sign-out", "form", token);

        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(location(answer)).isEqualTo("/sign-in");
        assertThat(browser.cookies).doesNotContainKey(SESSION);
        browser.cookies.put(SESSION, id);
        assertThat(browser.get("/mails").statusCode()).isEqualTo(303);
    }

    @Test
    void sessionShouldEndWhenIdleAndInAnyCase() {
        browser.signIn(ALICE, "alice-secret");

        for (int i = 0; i < 24; i++) {
            assertThat(browser.get("/mails").statusCode()).as("request %s", i).isEqualTo(200);
            portal.clock.advance(Sessions.IDLE.minusSeconds(1));
        }
        portal.clock.advance(Duration.ofSeconds(30));
        assertThat(browser.get("/mails").statusCode()).isEqualTo(303);

        browser.signIn(ALICE, "alice-secret");
        assertThat(browser.get("/mails").statusCode()).isEqualTo(200);
        portal.clock.advance(Sessions.IDLE.plusSeconds(1));
        assertThat(browser.get("/mails").statusCode()).isEqualTo(303);
    }

    @Test
    void guessingShouldBeSlowedDownForAnAccount() {
        for (int i = 0; i <= Doorkeeper.FREE_PER_ACCOUNT; i++) {
            assertThat(browser.signIn(ALICE, "guess" + i).statusCode()).isEqualTo(403);
        }

        HttpResponse<String> throttled = browser.signIn(ALICE, "alice-secret");

        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(throttled.headers().firstValue("Retry-After")).contains("1");
        assertThat(portal.guesses).hasSize(Doorkeeper.FREE_PER_ACCOUNT + 1);
        assertThat(portal.browser().signIn(BOB, "bob-secret").statusCode()).isEqualTo(303);
        portal.clock.advance(Duration.ofSeconds(1));
        assertThat(browser.signIn(ALICE, "still wrong").statusCode()).isEqualTo(403);
        assertThat(browser.signIn(ALICE, "alice-secret").headers().firstValue("Retry-After")).contains("2");
        portal.clock.advance(Duration.ofSeconds(2));
        assertThat(browser.signIn(ALICE, "alice-secret").statusCode()).isEqualTo(303);
    }

    @Test
    void guessingShouldBeSlowedDownForAnAddressOverManyAccounts() {
        for (int i = 0; i <= Doorkeeper.FREE_PER_ADDRESS; i++) {
            assertThat(browser.signIn("user" + i + "@example.org", "guess").statusCode()).isEqualTo(403);
        }

        HttpResponse<String> forged = browser.get("/sign-in", "X-Forwarded-For", "10.0.0.1");
        HttpResponse<String> throttled = browser.postRaw("/sign-in", "form=" + Browser.encode(Browser.formToken(forged.body()))
            + "&address=carol%40example.org&password=x", "X-Forwarded-For", "10.0.0.1", "Forwarded", "for=10.0.0.1");

        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(portal.guesses).doesNotContain("carol@example.org");
        portal.clock.advance(Doorkeeper.LONGEST_PER_ADDRESS);
        assertThat(browser.signIn(ALICE, "alice-secret").statusCode()).isEqualTo(303);
    }

    @Test
    void brokenAccountsShouldBeSaidWithoutDetails() {
        portal.brokenAccounts = new IllegalStateException("LDAP at 10.1.2.3 is down");

        HttpResponse<String> answer = browser.signIn(ALICE, "alice-secret");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Signing in does not work at the moment").doesNotContain("LDAP");
    }

    @Test
    void cookiesShouldBeHttpOnlyAndStrictAndSecureBehindTls() {
        HttpResponse<String> plain = browser.signIn(ALICE, "alice-secret");
        portal.close();
        portal = new PortalFixture("portal.url = https://mail.example.org");
        Browser secure = portal.browser();
        secure.origin = "https://mail.example.org";
        HttpResponse<String> tls = secure.signIn(ALICE, "alice-secret");

        assertThat(plain.headers().allValues("Set-Cookie")).anySatisfy(cookie ->
            assertThat(cookie).matches("lazaret-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict"));
        assertThat(tls.headers().allValues("Set-Cookie")).anySatisfy(cookie ->
            assertThat(cookie).matches("__Host-lazaret-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure"));
    }

    @Test
    void actionsShouldNeedTheSessionsToken() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        browser.signIn(ALICE, "alice-secret");
        Browser other = portal.browser();
        other.signIn(ALICE, "alice-secret");
        String foreign = Browser.formToken(other.get("/mails/" + mail.id()).body());

        assertThat(browser.post("/mails/" + mail.id() + "/delete").statusCode()).isEqualTo(403);
        assertThat(browser.post("/mails/" + mail.id() + "/delete", "form", foreign).statusCode()).isEqualTo(403);

        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void longListsShouldBePaged() {
        for (int i = 1; i <= RecipientPages.PAGE + 1; i++) {
            portal.quarantine.add(Samples.mail(i, "Mail number " + i + ".", "x@example.com", Samples.malicious(), ALICE), Samples.MESSAGE);
        }
        browser.signIn(ALICE, "alice-secret");

        String first = browser.get("/mails").body();
        String second = browser.get("/mails?after=" + Samples.id(RecipientPages.PAGE)).body();

        assertThat(first).contains("Mail number 1.", "Mail number 50.", "/mails?after=" + Samples.id(50)).doesNotContain("Mail number 51.");
        assertThat(second).contains("Mail number 51.").doesNotContain("Mail number 50.", "?after=");
    }
}
