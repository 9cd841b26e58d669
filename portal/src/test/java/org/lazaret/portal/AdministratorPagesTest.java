package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.scan.Score;

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

        String list = browser.get("/admin/quarantine").body();

        assertThat(list).contains("Invoice 2026-1107", "alice@example.org and 1 more", "billing@northwind.example",
            "23 Nov 2026, 12:59", "invoice.zip", "47 KB", "9.6", "Held (1 of 2)", "Salary", "salary.zip")
            .doesNotContain("Waiting for your decision");
    }

    @Test
    void openRequestsShouldBeListedOldestFirstWithTheirReasons() {
        HeldMail salary = portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), ALICE, BOB), Samples.MESSAGE);
        portal.quarantine.set(mail.id(), ALICE, State.REQUESTED);
        portal.quarantine.set(salary.id(), BOB, State.REQUESTED);
        portal.quarantine.audit.append(new AuditEntry(Samples.NOW, new Actor(Actor.Role.RECIPIENT, BOB, ""), "requested",
            Optional.of(salary.id()), List.of(BOB), "I <b>need</b> it"));

        String requests = browser.get("/admin/requests").body();

        assertThat(requests.indexOf(">Salary<")).isPositive().isLessThan(requests.indexOf(">Invoice 2026-1107<"));
        assertThat(requests).contains("I &lt;b&gt;need&lt;/b&gt; it", "No reason was given.", "23 Nov 2026, 13:00");
    }

    @Test
    void requestsShouldBeDecidedInBulkAndForThoseAloneWhoAsked() {
        HeldMail salary = portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), ALICE, BOB), Samples.MESSAGE);
        portal.quarantine.set(mail.id(), ALICE, State.REQUESTED);
        portal.quarantine.set(salary.id(), BOB, State.REQUESTED);

        HttpResponse<String> denied = browser.press("/admin/requests", "deny", "mail", salary.id().value(), "reason", "Not today");
        HttpResponse<String> approved = browser.press("/admin/requests", "release", "mail", mail.id().value(), "mail", salary.id().value(), "mail",
            Samples.id(99).value());

        assertThat(denied.body()).contains("Denied mails: 1.");
        assertThat(approved.body()).contains("Released mails: 1.", "Mails for which it did not work: 1.", "Mails with nothing to decide: 1.");
        assertThat(portal.quarantine.calls).containsExactly("deny [bob@example.org]: Not today", "release [alice@example.org]");
        assertThat(browser.press("/admin/requests", "deny").statusCode()).isEqualTo(400);
    }

    @Test
    void markedMailsShouldBeDecidedAndWhatDidNotWorkBeNamed() {
        HeldMail deleted = portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), BOB), Samples.MESSAGE);
        portal.quarantine.set(deleted.id(), BOB, State.DELETED);

        HttpResponse<String> released = browser.post("/admin/quarantine/release?least=9&text=%3Cb%3E", "form", token(), "mail", mail.id().value(),
            "mail", deleted.id().value(), "mail", "nonsense");
        portal.quarantine.failure = Optional.of("the queue is <full>");
        HeldMail other = portal.quarantine.add(Samples.invoice(3, BOB), Samples.MESSAGE);
        HttpResponse<String> failed = browser.post("/admin/quarantine/delete", "form", token(), "mail", other.id().value());

        assertThat(released.body()).contains("Released mails: 1.", "Mails with nothing to decide: 1.",
            "href=\"/admin/quarantine?text=%3Cb%3E&amp;least=9\"").doesNotContain("Did not work", "<b>");
        assertThat(failed.body()).contains("Deleted mails: 0.", "Mails for which it did not work: 1.", "the queue is &lt;full&gt;");
        assertThat(browser.post("/admin/quarantine/deny", "form", token()).statusCode()).isEqualTo(400);
        assertThat(portal.quarantine.calls).containsExactly("release [alice@example.org, bob@example.org]", "delete [bob@example.org]");
    }

    private String token() {
        return Browser.formToken(browser.get("/admin/quarantine").body());
    }

    @Test
    void everyFilterShouldReachTheQuery() {
        browser.get("/admin/quarantine?text=a&state=held&recipient=r&sender=%40s.example&subject=b&attachment=*.docm&sha256=" + Samples.SHA256
            + "&from=2026-11-01&until=2026-11-02&least=3&most=9.5&order=oldest&after=" + Samples.id(7));

        assertThat(portal.quarantine.queries.getLast()).isEqualTo(Query.all().withText("a").withStates(Set.of(State.HELD)).withRecipient("r")
            .withSender("@s.example").withSubject("b").withAttachment("*.docm").withSha256(Samples.SHA256)
            .withTime(Optional.of(Instant.parse("2026-11-01T00:00:00Z")), Optional.of(Instant.parse("2026-11-03T00:00:00Z")))
            .withScore(Score.of(3), Score.of(9.5)).withOrder(Query.Order.OLDEST).withAfter(Samples.id(7)).withLimit(QuarantinePages.PAGE + 1));
    }

    @Test
    void timeRangeShouldEndNow() {
        browser.get("/admin/quarantine?since=24h");

        assertThat(portal.quarantine.queries.getLast().from()).contains(portal.clock.instant().minusSeconds(86_400));
    }

    @Test
    void wrongFilterShouldBeExplainedAndNothingBeSearched() {
        for (String wrong : List.of("sha256=abc", "from=yesterday", "until=2026-02-30", "from=-999999999-01-01", "least=11", "most=x", "since=1y",
            "state=weird")) {
            int before = portal.quarantine.queries.size();
            HttpResponse<String> answer = browser.get("/admin/quarantine?" + wrong);

            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body()).as(wrong).contains("class=\"problem\" role=\"alert\"");
            assertThat(portal.quarantine.queries).hasSize(before);
        }
    }

    @Test
    void listShouldBeFilteredByStateAndText() {
        portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), BOB), Samples.MESSAGE);
        portal.quarantine.set(mail.id(), ALICE, State.DELETED);

        String deleted = browser.get("/admin/quarantine?state=deleted").body();
        String salary = browser.get("/admin/quarantine?text=salary&state=").body();
        String nothing = browser.get("/admin/quarantine?text=nobody").body();

        assertThat(deleted).contains("Invoice 2026-1107", "<option value=\"deleted\" selected>").doesNotContain("Salary");
        assertThat(salary).contains(">Salary<").doesNotContain("Invoice 2026-1107");
        assertThat(nothing).contains("No mail matches");
    }

    @Test
    void filterShouldBeTakenLiterallyAndEscaped() {
        String attack = "' OR 1=1; DROP TABLE mail; -- %_\"><script>alert(1)</script>";

        HttpResponse<String> answer = browser.get("/admin/quarantine?text=" + Browser.encode(attack) + "&sender=" + Browser.encode(attack)
            + "&after=" + Browser.encode(attack));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("<script", "_\">").contains("No mail matches", "_&#34;>&lt;script>");
        assertThat(portal.quarantine.queries.getLast()).satisfies(query -> {
            assertThat(query.text()).isEqualTo(attack);
            assertThat(query.sender()).isEqualTo(attack);
            assertThat(query.after()).isEmpty();
        });
    }

    @Test
    void longListShouldBePagedAndKeepItsFilter() {
        for (int i = 1; i <= QuarantinePages.PAGE + 1; i++) {
            portal.quarantine.add(Samples.mail(i, "Mail & number " + i + ".", "x@example.com", Samples.malicious(), ALICE), Samples.MESSAGE);
        }

        String first = browser.get("/admin/quarantine?text=mail+%26&state=held").body();
        String second = browser.get("/admin/quarantine?text=mail+%26&state=held&after=" + Samples.id(QuarantinePages.PAGE)).body();

        assertThat(first).contains("/admin/quarantine?text=mail+%26&amp;state=held&amp;after=" + Samples.id(50)).doesNotContain("number 51.");
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
        portal.quarantine.failure = Optional.of("the queue is <full>");

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

    @Test
    void allOfAPageShouldBeMarkedByALinkThatKeepsTheView() {
        portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        portal.quarantine.add(Samples.invoice(2, ALICE), Samples.MESSAGE);

        String page = browser.get("/admin/quarantine?state=held").body();
        String marked = browser.get("/admin/quarantine?state=held&mark=all").body();

        assertThat(page).contains("href=\"/admin/quarantine?state=held&amp;mark=all\"").doesNotContain(" checked");
        assertThat(marked.split(" checked", -1)).hasSize(3);
        assertThat(marked).contains("Mark none", "action=\"/admin/quarantine/release?state=held\"");
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void worstMailShouldComeFirstWhenAskedFor() {
        portal.quarantine.add(Samples.mail(1, "Newer", "x@example.com", Samples.encrypted(), ALICE), Samples.MESSAGE);
        portal.quarantine.add(Samples.invoice(2, ALICE), Samples.MESSAGE);

        String page = browser.get("/admin/quarantine?order=worst").body();

        assertThat(page.indexOf("Invoice 2026-1107")).isPositive().isLessThan(page.indexOf(">Newer<"));
        assertThat(page).contains("<option value=\"worst\" selected>");
    }
}
