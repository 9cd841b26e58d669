package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;

/** A recipient who signed in: search, filter, and decisions about many mails at once. */
class ManyMailsTest {
    private PortalFixture portal = new PortalFixture();

    @AfterEach
    void stop() {
        portal.close();
    }

    private HeldMail held(int number, String subject, String... recipients) {
        return portal.quarantine.add(Samples.mail(number, subject, "Zoë <zoe@northwind.example>", Samples.malicious(), recipients), Samples.MESSAGE);
    }

    private Browser alice() {
        Browser browser = portal.browser();
        browser.signIn(ALICE, "alice-secret");
        return browser;
    }

    private static String token(Browser browser) {
        return Browser.formToken(browser.get("/mails").body());
    }

    @Test
    void searchShouldFindBySubjectSenderAndState() {
        held(1, "Invoice", ALICE);
        HeldMail gone = held(2, "Offer", ALICE);
        portal.quarantine.set(gone.id(), ALICE, State.DELETED);
        Browser browser = alice();

        assertThat(browser.get("/mails?text=inVOice").body()).contains(">Invoice<").doesNotContain(">Offer<");
        assertThat(browser.get("/mails?text=zoe%40").body()).contains(">Invoice<", ">Offer<");
        assertThat(browser.get("/mails?state=deleted").body()).contains(">Offer<").doesNotContain(">Invoice<");
        assertThat(browser.get("/mails?text=%3Cscript%3E").body()).contains("No mail matches").contains("value=\"&lt;script");
    }

    @Test
    void searchShouldNotTellWhoElseGotAMail() {
        held(1, "Invoice", ALICE, BOB);

        assertThat(alice().get("/mails?text=bob").body()).contains("No mail matches").doesNotContain(">Invoice<");
    }

    @Test
    void markedMailsShouldBeReleasedAndTheResultShown() {
        HeldMail one = held(1, "One", ALICE);
        HeldMail two = held(2, "Two", ALICE, BOB);
        held(3, "Three", ALICE);
        Browser browser = alice();

        HttpResponse<String> result = browser.post("/mails/release", "form", token(browser), "mail", one.id().value(), "mail", two.id().value());

        assertThat(result.statusCode()).isEqualTo(200);
        assertThat(portal.quarantine.calls).containsExactly("release [alice@example.org]", "release [alice@example.org]");
        assertThat(result.body()).contains(">One<", ">Two<", "Released").doesNotContain(">Three<");
        assertThat(portal.quarantine.state(two.id(), BOB)).isEqualTo(State.HELD);
    }

    @Test
    void markedMailsShouldBeDeleted() {
        HeldMail one = held(1, "One", ALICE);
        Browser browser = alice();

        browser.post("/mails/delete", "form", token(browser), "mail", one.id().value());

        assertThat(portal.quarantine.state(one.id(), ALICE)).isEqualTo(State.DELETED);
    }

    @Test
    void mailsOfOthersShouldBeLikeMissingOnes() {
        HeldMail bobs = held(1, "Bob's", BOB);
        Browser browser = alice();

        HttpResponse<String> result = browser.post("/mails/delete", "form", token(browser), "mail", bobs.id().value(), "mail", "../x", "mail",
            "f".repeat(32));

        assertThat(result.statusCode()).isEqualTo(400);
        assertThat(result.body()).contains("Please mark at least one mail.").doesNotContain("Bob&#39;s");
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void formWithoutTokenShouldBeRefused() {
        HeldMail one = held(1, "One", ALICE);
        Browser browser = alice();

        assertThat(browser.post("/mails/release", "mail", one.id().value()).statusCode()).isEqualTo(403);
        assertThat(portal.browser().post("/mails/release", "mail", one.id().value()).headers().firstValue("Location")).contains("/sign-in");
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void requestModeShouldNotReleaseMany() {
        portal.close();
        portal = new PortalFixture("portal.mode = request");
        HeldMail one = held(1, "One", ALICE);
        Browser browser = alice();

        HttpResponse<String> refused = browser.post("/mails/release", "form", token(browser), "mail", one.id().value());
        HttpResponse<String> asked = browser.post("/mails/request", "form", token(browser), "mail", one.id().value());

        assertThat(refused.body()).contains("Did not work");
        assertThat(asked.body()).contains("Requested");
        assertThat(portal.quarantine.calls).containsExactly("request alice@example.org: ");
    }

    @Test
    void failureShouldBeSaid() {
        HeldMail one = held(1, "One", ALICE);
        portal.quarantine.failure = Optional.of("queue full");
        Browser browser = alice();

        assertThat(browser.post("/mails/release", "form", token(browser), "mail", one.id().value()).body()).contains("Did not work");
    }
}
