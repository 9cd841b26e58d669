package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** The way of a recipient: link, preview, decision. */
class RecipientPagesTest {
    private PortalFixture portal = new PortalFixture();

    @AfterEach
    void stop() {
        portal.close();
    }

    private void restartWith(String... settings) {
        portal.close();
        portal = new PortalFixture(settings);
    }

    private HeldMail invoice(String... recipients) {
        return portal.quarantine.add(Samples.invoice(1, recipients), Samples.MESSAGE);
    }

    private HeldMail html(String html) {
        return portal.quarantine.add(Samples.invoice(1, ALICE), "Subject: x\nContent-Type: text/html; charset=utf-8\n\n" + html);
    }

    @Test
    void linkShouldShowHeadersTextAttachmentsScoreAndReasons() {
        HeldMail mail = invoice(ALICE);

        HttpResponse<String> page = portal.browser().get(portal.link(mail, ALICE));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
            .contains("Invoice 2026-1107", ">Billing, Northwind<", ">billing@northwind.example<", "Alicé &lt;alice@example.org&gt;",
                "23 November 2026, 12:58", "23 November 2026, 12:59")
            .contains("charge a fee of 40 €")
            .contains("invoice.zip", "ZIP archive, 47 KB", "It claims to be something else: PDF document", "9.6 of 10", "Dangerous")
            .contains("This is a program. Opening it would run it.", "invoice.zip › Invoice-2026-1107.pdf.exe", "clamd: Win.Trojan.Agent-1234567")
            .contains("terms.pdf", "0.0 of 10")
            .contains("/release\"", "/delete\"").doesNotContain("/request\"")
            .doesNotContain("UEsDBA");
    }

    @Test
    void releaseShouldReleaseForThatRecipientAloneAndSayWhereTheMailWent() {
        HeldMail mail = invoice(ALICE, BOB);
        Browser browser = portal.browser();

        HttpResponse<String> answer = browser.press(portal.link(mail, ALICE), "release");
        HttpResponse<String> page = browser.get(answer.headers().firstValue("Location").orElseThrow());

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("release [alice@example.org]");
        assertThat(portal.quarantine.actors).containsExactly(new Actor(Actor.Role.RECIPIENT, ALICE, "127.0.0.1"));
        assertThat(portal.quarantine.state(mail.id(), BOB)).isEqualTo(State.HELD);
        assertThat(page.body()).contains("The mail is released", "It was sent to alice@example.org", "password is in the text file")
            .doesNotContain("kelp-anchor", "/release\"", "/delete\"");
    }

    @Test
    void deleteShouldDelete() {
        HeldMail mail = invoice(ALICE);
        Browser browser = portal.browser();

        HttpResponse<String> answer = browser.press(portal.link(mail, ALICE), "delete");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.state(mail.id(), ALICE)).isEqualTo(State.DELETED);
        assertThat(browser.get(portal.link(mail, ALICE)).body()).contains("The mail is deleted", "no longer kept").doesNotContain("charge a fee");
    }

    @Test
    void deletionShouldBeTakenBackWhileItCanBe() {
        HeldMail mail = invoice(ALICE);
        Browser browser = portal.browser();
        String link = portal.link(mail, ALICE);

        assertThat(browser.get(link).body()).contains("You can undo this for a short time (10 min).").doesNotContain("/undo\"");
        portal.quarantine.undo = Optional.of(Samples.NOW.plusSeconds(600));
        browser.press(link, "delete");
        assertThat(browser.get(link).body()).contains("The mail is deleted", "You can undo this until 13:10.", "/undo\"")
            .doesNotContain("/release\"");
        browser.press(link, "undo");

        assertThat(portal.quarantine.calls).containsExactly("delete [alice@example.org]", "undelete [alice@example.org]");
        assertThat(browser.get(link).body()).contains("/release\"").doesNotContain("/undo\"");
    }

    @Test
    void requestShouldBeTheOnlyWayInRequestMode() {
        restartWith("portal.mode = request");
        HeldMail mail = invoice(ALICE);
        Browser browser = portal.browser();
        String page = browser.get(portal.link(mail, ALICE)).body();

        HttpResponse<String> release = browser.press(portal.link(mail, ALICE), "release");
        HttpResponse<String> request = browser.press(portal.link(mail, ALICE), "request", "reason", "It is\r\nours <b>");

        assertThat(page).contains("/request\"", "/delete\"").doesNotContain("/release\"");
        assertThat(release.statusCode()).isEqualTo(403);
        assertThat(request.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("request alice@example.org: It is ours <b>");
        assertThat(browser.get(portal.link(mail, ALICE)).body()).contains("You asked for this mail").doesNotContain("/request\"");
    }

    @Test
    void requestShouldBeRefusedInReleaseMode() {
        HeldMail mail = invoice(ALICE);

        HttpResponse<String> request = portal.browser().press(portal.link(mail, ALICE), "request", "reason", "please");

        assertThat(request.statusCode()).isEqualTo(403);
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void recipientShouldNotReleaseWhatAnAdministratorDenied() {
        HeldMail mail = invoice(ALICE);
        portal.quarantine.set(mail.id(), ALICE, State.DENIED);

        HttpResponse<String> answer = portal.browser().press(portal.link(mail, ALICE), "release");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).isEmpty();
        assertThat(portal.browser().get(portal.link(mail, ALICE)).body()).contains("decided not to release").doesNotContain("/release\"");
    }

    @Test
    void secondReleaseShouldChangeNothing() {
        HeldMail mail = invoice(ALICE);
        Browser browser = portal.browser();
        String token = Browser.formToken(browser.get(portal.link(mail, ALICE)).body());

        HttpResponse<String> first = browser.post(portal.link(mail, ALICE) + "/release", "form", token);
        HttpResponse<String> second = browser.post(portal.link(mail, ALICE) + "/release", "form", token);
        HttpResponse<String> other = browser.post(portal.link(mail, ALICE) + "/delete", "form", token);

        assertThat(List.of(first.statusCode(), second.statusCode(), other.statusCode())).containsExactly(303, 303, 303);
        assertThat(portal.quarantine.calls).containsExactly("release [alice@example.org]");
        assertThat(portal.quarantine.state(mail.id(), ALICE)).isEqualTo(State.RELEASED);
    }

    @Test
    void passwordShouldBeShownAfterReleaseWhenThePortalIsItsPlace() {
        restartWith("release.password = portal");
        HeldMail mail = invoice(ALICE);
        Browser browser = portal.browser();
        String before = browser.get(portal.link(mail, ALICE)).body();

        browser.press(portal.link(mail, ALICE), "release");

        assertThat(before).doesNotContain("kelp-anchor").contains("password is shown here afterwards");
        assertThat(browser.get(portal.link(mail, ALICE)).body()).contains("kelp-anchor-4711");
    }

    @Test
    void pageShouldSayForWhomADecisionHolds() {
        restartWith("portal.scope = all");
        HeldMail mail = invoice(ALICE, BOB);

        String page = portal.browser().get(portal.link(mail, ALICE)).body();

        assertThat(page).contains("holds for all 2 recipients").doesNotContain(BOB);
    }

    @Test
    void failureToReleaseShouldBeSaidAndLeaveTheChoice() {
        HeldMail mail = invoice(ALICE);
        portal.quarantine.failure = java.util.Optional.of("disk /dev/sda1 is <full>");

        HttpResponse<String> answer = portal.browser().press(portal.link(mail, ALICE), "release");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("The mail is kept as it was").doesNotContain("sda1");
        assertThat(portal.browser().get(portal.link(mail, ALICE)).body()).contains("/release\"");
    }

    @Test
    void mailThatCannotBeOpenedShouldStillBeDecidable() {
        HeldMail mail = invoice(ALICE);
        portal.quarantine.unreadable = true;

        HttpResponse<String> page = portal.browser().get(portal.link(mail, ALICE));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("The text cannot be shown at the moment", "Invoice 2026-1107", "/delete\"").doesNotContain("private key");
    }

    @Test
    void uncheckedMailShouldNotLookHarmless() {
        HeldMail encrypted = portal.quarantine.add(Samples.mail(2, "Salary", "hr@example.com", Samples.encrypted(), ALICE), Samples.MESSAGE);
        HeldMail failed = portal.quarantine.add(Samples.mail(3, "Report", "it@example.com", Samples.failed(), ALICE), Samples.MESSAGE);

        String first = portal.browser().get(portal.link(encrypted, ALICE)).body();
        String second = portal.browser().get(portal.link(failed, ALICE)).body();

        assertThat(first).contains("could not be checked", "Not fully checked", "salary.zip: locked with a password")
            .doesNotContain("Low risk", "Nothing found");
        assertThat(second).contains("could not be checked", "Not fully checked", "The check itself did not work")
            .doesNotContain("3310", "Low risk", "Nothing found");
    }

    @Test
    void getAndHeadShouldChangeNothing() {
        HeldMail mail = invoice(ALICE);
        String link = portal.link(mail, ALICE);
        Browser browser = portal.browser();

        for (String action : List.of("", "/text", "/release", "/delete", "/request")) {
            browser.get(link + action);
            browser.get(link + action, "Purpose", "prefetch", "Sec-Purpose", "prefetch");
            HttpResponse<String> head = browser.send("HEAD", link + action, BodyPublishers.noBody());
            assertThat(head.body()).isEmpty();
        }

        assertThat(portal.quarantine.calls).isEmpty();
        assertThat(portal.quarantine.state(mail.id(), ALICE)).isEqualTo(State.HELD);
        assertThat(browser.get(link + "/release").statusCode()).isEqualTo(405);
        assertThat(browser.send("HEAD", link, BodyPublishers.noBody()).statusCode()).isEqualTo(200);
    }

    @Test
    void everyDeadLinkShouldAnswerAlike() {
        HeldMail mail = invoice(ALICE);
        HeldMail missing = Samples.invoice(99, ALICE);
        String token = portal.token(mail, ALICE);
        Browser browser = portal.browser();
        String dead = browser.get("/m/x").body();

        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            HttpResponse<String> changed = browser.get("/m/" + token.substring(0, i) + other + token.substring(i + 1));
            assertThat(changed.statusCode()).as("character %s", i).isEqualTo(404);
            assertThat(changed.body()).isEqualTo(dead);
        }
        for (String each : List.of(token.substring(0, token.length() - 1), token + "A", token + "=", token.substring(1), token.toLowerCase(),
            portal.token(missing, ALICE), portal.token(mail, BOB), "A".repeat(5_000))) {
            HttpResponse<String> answer = browser.get("/m/" + each);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(dead);
            for (String action : List.of("release", "delete", "request")) {
                assertThat(browser.post("/m/" + each + "/" + action, "form", "x").body()).isEqualTo(dead);
            }
        }
        portal.clock.advance(Duration.ofDays(30));
        assertThat(browser.get("/m/" + token).body()).isEqualTo(dead);
        assertThat(browser.post("/m/" + token + "/release", "form", "x").body()).isEqualTo(dead);
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void tokenOfOneRecipientsFormShouldNotServeAnother() {
        HeldMail mail = invoice(ALICE, BOB);
        Browser browser = portal.browser();
        String bobs = Browser.formToken(browser.get(portal.link(mail, BOB)).body());

        for (String form : List.of(bobs, "", "x", bobs.substring(1))) {
            assertThat(browser.post(portal.link(mail, ALICE) + "/release", "form", form).statusCode()).isEqualTo(403);
        }
        assertThat(browser.postRaw(portal.link(mail, ALICE) + "/release", "").statusCode()).isEqualTo(403);

        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void postFromAnotherSiteShouldBeRefused() {
        HeldMail mail = invoice(ALICE);
        String link = portal.link(mail, ALICE);
        Browser browser = portal.browser();
        String form = "form=" + Browser.formToken(browser.get(link).body());

        for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:" + portal.port(),
            "http://127.0.0.1:" + portal.port() + ".evil.example")) {
            browser.origin = origin;
            assertThat(browser.postRaw(link + "/release", form).statusCode()).as(origin).isEqualTo(403);
        }
        browser.origin = "http://127.0.0.1:" + portal.port();
        for (String site : List.of("cross-site", "same-site", "none")) {
            assertThat(browser.postRaw(link + "/release", form, "Sec-Fetch-Site", site).statusCode()).as(site).isEqualTo(403);
        }
        assertThat(portal.quarantine.calls).isEmpty();

        assertThat(browser.postRaw(link + "/release", form, "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).hasSize(1);
    }

    @Test
    void textFromTheMailShouldBeShownAsText() {
        String attack = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' ${7*7}";
        Verdict verdict = new Verdict.Scanned(Score.of(9), List.of(new Finding(attack, Score.of(9), List.of(attack, attack), attack, "")),
            List.of(new Attachment(attack, "text/" + attack, "application/" + attack, 1, attack, Score.of(9))));
        HeldMail mail = portal.quarantine.add(Samples.mail(1, attack, attack, verdict, ALICE),
            "Subject: x\nTo: " + attack + "\nDate: " + attack + "\nContent-Type: text/plain\n\n" + attack);

        String page = portal.browser().get(portal.link(mail, ALICE)).body();

        assertThat(page).doesNotContain("<script", "<img src=x", "${49}").contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    @Test
    void misleadingCharactersShouldBeVisible() {
        Verdict verdict = new Verdict.Scanned(Score.of(9), List.of(),
            List.of(new Attachment("invoice_\u202Efdp.exe\u0000\r\n", "a/b", "a/b", 1, Samples.SHA256, Score.of(9))));
        HeldMail mail = portal.quarantine.add(Samples.mail(1, "a\u2066b\u200Bc", "x@example.com", verdict, ALICE), Samples.MESSAGE);

        String page = portal.browser().get(portal.link(mail, ALICE)).body();

        assertThat(page).contains("invoice_<span class=\"mark\">U+202E</span>fdp.exe", "U+0000", "a<span class=\"mark\">U+2066</span>b")
            .doesNotContain("\u202E", "\u2066", "\u200B", "\u0000");
    }

    @Test
    void htmlShouldBeShownSanitisedInAFrameOfItsOwn() {
        HeldMail mail = html("""
            <html><head><style>@import url(http://evil.example/c.css); p { background: url(http://evil.example/b.png) }</style>
            <meta http-equiv="refresh" content="0; url=http://evil.example/"><base href="http://evil.example/">
            <link rel="stylesheet" href="http://evil.example/l.css"></head>
            <body background="http://evil.example/bg.png" onload="alert(1)">
            <p style="background:url(http://evil.example/i.png)" onclick="alert(1)">Hello <b>Alice</b></p>
            <img src="http://evil.example/t.gif"><a href="http://evil.example/login">Sign in</a>
            <form action="http://evil.example/"><input name="p"></form>
            <svg><script>alert(1)</script>
            <animate attributeName="href" values="javascript:alert(1)"/></svg>
            <iframe srcdoc="<script>alert(1)</script>"></iframe>
            <math><mi xlink:href="javascript:alert(1)">x</mi></math><object data="http://evil.example/o"></object>
            <video src="http://evil.example/v"></video>
            <script>alert(document.cookie)</script></body></html>
            """);
        Browser browser = portal.browser();

        String page = browser.get(portal.link(mail, ALICE)).body();
        HttpResponse<String> frame = browser.get(portal.link(mail, ALICE) + "/text");

        assertThat(page).contains("<iframe sandbox=\"\"", portal.link(mail, ALICE) + "/text\"");
        assertThat(frame.statusCode()).isEqualTo(200);
        assertThat(frame.body()).contains("Hello <b>Alice</b>", "Sign in")
            .doesNotContain("evil.example", "<script", "onload", "onclick", "<svg", "<form", "<input", "<img", "<a ", "<iframe",
                "<meta http", "<link", "<object", "animate", "javascript:", "alert(document");
        assertThat(frame.headers().allValues("Content-Security-Policy")).hasSize(1);
        assertThat(frame.headers().firstValue("Content-Security-Policy").orElseThrow())
            .startsWith("default-src 'none'; style-src 'sha256-").endsWith("; sandbox").doesNotContain("unsafe");
        assertThat(frame.headers().firstValue("X-Frame-Options")).contains("SAMEORIGIN");
    }

    @Test
    void frameShouldBeMissingWhenThereIsNoHtml() {
        HeldMail mail = invoice(ALICE);

        HttpResponse<String> frame = portal.browser().get(portal.link(mail, ALICE) + "/text");

        assertThat(frame.statusCode()).isEqualTo(404);
    }
}
