package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;

/** What administrators see and decide. */
class AdministratorPagesTest {
    private final PortalFixture portal = new PortalFixture();
    private final Browser browser = portal.browser();
    private HeldMail mail;

    @BeforeEach
    void signIn() {
        mail = portal.quarantine.add(Samples.invoice(1, ALICE, BOB), Samples.MESSAGE);
        browser.signIn(ADMIN, "admin-secret");
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private String page() {
        return "/admin/mail/" + mail.id();
    }

    @Test
    void listShouldShowEverybodysMail() {
        portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), BOB), Samples.MESSAGE);
        portal.quarantine.set(mail.id(), BOB, State.RELEASED);

        String list = browser.get("/admin").body();

        assertThat(list).contains("Invoice 2026-1107", "alice@example.org and 1 more", "billing@northwind.example",
            "23 Nov 2026, 12:59", "invoice.zip", "47 KB", "9.6", "Held (1 of 2)", "Salary", "salary.zip")
            .doesNotContain("Waiting for your decision");
    }

    @Test
    void openRequestsShouldComeFirst() {
        HeldMail salary = portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), BOB), Samples.MESSAGE);
        portal.quarantine.set(salary.id(), BOB, State.REQUESTED);

        String list = browser.get("/admin").body();

        assertThat(list).contains("Waiting for your decision (1)");
        assertThat(list.indexOf("Salary")).isLessThan(list.indexOf("Invoice 2026-1107"));
    }

    @Test
    void listShouldBeFilteredByStateAndText() {
        portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), BOB), Samples.MESSAGE);
        portal.quarantine.set(mail.id(), ALICE, State.DELETED);

        String deleted = browser.get("/admin?state=deleted").body();
        String salary = browser.get("/admin?text=salary&state=").body();
        String nothing = browser.get("/admin?text=nobody").body();

        assertThat(deleted).contains("Invoice 2026-1107", "<option value=\"deleted\" selected>").doesNotContain("Salary");
        assertThat(salary).contains(">Salary<").doesNotContain("Invoice 2026-1107");
        assertThat(nothing).contains("No mail matches");
    }

    @Test
    void filterShouldBeTakenLiterallyAndEscaped() {
        String attack = "' OR 1=1; DROP TABLE mail; -- %_\"><script>alert(1)</script>";

        HttpResponse<String> answer = browser.get("/admin?text=" + Browser.encode(attack) + "&state=" + Browser.encode(attack) + "&after="
            + Browser.encode(attack));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("<script", "_\">").contains("No mail matches", "_&#34;>&lt;script>");
        assertThat(portal.quarantine.queries.get(portal.quarantine.queries.size() - 1)).satisfies(query -> {
            assertThat(query.text()).isEqualTo(attack);
            assertThat(query.states()).isEmpty();
            assertThat(query.after()).isEmpty();
        });
    }

    @Test
    void longListShouldBePagedAndKeepItsFilter() {
        for (int i = 1; i <= AdministratorPages.PAGE + 1; i++) {
            portal.quarantine.add(Samples.mail(i, "Mail & number " + i + ".", "x@example.com", Samples.malicious(), ALICE), Samples.MESSAGE);
        }

        String first = browser.get("/admin?text=mail+%26&state=held").body();
        String second = browser.get("/admin?text=mail+%26&state=held&after=" + Samples.id(AdministratorPages.PAGE)).body();

        assertThat(first).contains("/admin?text=mail+%26&amp;state=held&amp;after=" + Samples.id(50)).doesNotContain("number 51.");
        assertThat(second).contains("number 51.").doesNotContain("number 50.");
    }

    @Test
    void detailShouldShowRecipientsAndTechnicalDetails() {
        String detail = browser.get(page()).body();

        assertThat(detail).contains("value=\"alice@example.org\" checked", "value=\"bob@example.org\" checked", mail.id().value(), Samples.SHA256,
            "name.double-extension", "charge a fee of 40 €").doesNotContain("/deny\"");
    }

    @Test
    void releaseShouldHoldForTheMarkedRecipients() {
        HttpResponse<String> answer = browser.press(page(), "release", "recipient", ALICE, "recipient", "mallory@example.com");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains(page());
        assertThat(portal.quarantine.calls).containsExactly("release [alice@example.org]");
        assertThat(portal.quarantine.actors).containsExactly(new Actor(Actor.Role.ADMINISTRATOR, ADMIN, "127.0.0.1"));
        assertThat(browser.get(page()).body()).contains("Released").doesNotContain("value=\"alice@example.org\" checked");
    }

    @Test
    void noMarkShouldNotMeanEverybody() {
        for (String action : List.of("release", "delete", "deny")) {
            HttpResponse<String> none = browser.press(page(), action);
            HttpResponse<String> stranger = browser.press(page(), action, "recipient", "mallory@example.com");

            assertThat(none.statusCode()).isEqualTo(400);
            assertThat(none.body()).contains("Please mark at least one recipient");
            assertThat(stranger.statusCode()).isEqualTo(400);
        }

        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void requestsShouldBeApprovedOrDenied() {
        portal.quarantine.set(mail.id(), ALICE, State.REQUESTED);
        portal.quarantine.set(mail.id(), BOB, State.REQUESTED);
        String detail = browser.get(page()).body();

        HttpResponse<String> denied = browser.press(page(), "deny", "recipient", BOB);
        HttpResponse<String> approved = browser.press(page(), "release", "recipient", ALICE);

        assertThat(detail).contains("A release is requested", "/deny\"");
        assertThat(List.of(denied.statusCode(), approved.statusCode())).containsExactly(303, 303);
        assertThat(portal.quarantine.state(mail.id(), BOB)).isEqualTo(State.DENIED);
        assertThat(portal.quarantine.state(mail.id(), ALICE)).isEqualTo(State.RELEASED);
    }

    @Test
    void onlyThoseWhoAskedShouldBeMarkedAtFirst() {
        portal.quarantine.set(mail.id(), BOB, State.REQUESTED);

        String detail = browser.get(page()).body();

        assertThat(detail).contains("value=\"bob@example.org\" checked", "value=\"alice@example.org\"")
            .doesNotContain("value=\"alice@example.org\" checked");
    }

    @Test
    void deleteShouldDeleteAndLeaveNothingToDecide() {
        HttpResponse<String> answer = browser.press(page(), "delete", "recipient", ALICE, "recipient", BOB);

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("delete [alice@example.org, bob@example.org]");
        assertThat(browser.get(page()).body()).contains("Nothing is left to decide").doesNotContain("/delete\"");
    }

    @Test
    void failureShouldNameItsReason() {
        portal.quarantine.failure = java.util.Optional.of("the queue is <full>");

        HttpResponse<String> answer = browser.press(page(), "release", "recipient", ALICE);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("That did not work: the queue is &lt;full&gt;. The mail is kept as it was");
    }

    @Test
    void causeOfAFailedScanShouldBeShownEscaped() {
        HeldMail failed = portal.quarantine.add(Samples.mail(3, "Report", "it@example.com", Samples.failed(), ALICE), Samples.MESSAGE);

        String detail = browser.get("/admin/mail/" + failed.id()).body();

        assertThat(detail).contains("The check failed: clamd does not answer on &lt;127.0.0.1:3310&gt;");
    }

    @Test
    void decisionsShouldNeedTheSessionsToken() {
        for (String form : List.of("", "x")) {
            HttpResponse<String> answer = browser.post(page() + "/release", "form", form, "recipient", ALICE);
            assertThat(answer.statusCode()).isEqualTo(403);
        }
        browser.origin = "https://evil.example";
        assertThat(browser.press(page(), "release", "recipient", ALICE).statusCode()).isEqualTo(403);

        assertThat(portal.quarantine.calls).isEmpty();
        assertThat(List.of(portal.quarantine.state(mail.id(), ALICE), portal.quarantine.state(mail.id(), BOB))).containsOnly(State.HELD);
    }
}
