package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.BOB;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.lists.Effect;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;

/** What an administrator sees of one mail, and does with it besides the usual decisions. */
class HeldMailPageTest {
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
    void pageShouldShowFindingsWhereTheyWereMade() {
        String detail = browser.get(page()).body();

        int zip = detail.indexOf("class=\"file\"><bdi dir=\"ltr\">invoice.zip<");
        int program = detail.indexOf("class=\"file\"><bdi dir=\"ltr\">Invoice-2026-1107.pdf.exe<");
        assertThat(zip).isPositive();
        assertThat(program).isGreaterThan(zip);
        assertThat(detail.indexOf("PE32 executable", program)).isPositive();
    }

    @Test
    void pageShouldShowHeadersTrailAndSimilarMails() {
        portal.quarantine.add(Samples.invoice(2, BOB), Samples.MESSAGE);
        portal.quarantine.add(Samples.mail(3, "Other", "x@example.com", Samples.failed(), BOB), Samples.MESSAGE);
        portal.quarantine.audit.append(new AuditEntry(Samples.NOW, new Actor(Actor.Role.SYSTEM, "lazaret", ""), "held", Optional.of(mail.id()),
            List.of(ALICE), "score <9.6>"));

        String detail = browser.get(page()).body();

        assertThat(detail).contains("To: =?utf-8?Q?Alic=C3=A9?= &lt;alice@example.org&gt;", "Content-Type: multipart/mixed; boundary=b1",
            "score &lt;9.6&gt;", "/admin/quarantine?sha256=" + Samples.SHA256 + "\">Other mails: 1<");
    }

    @Test
    void originalShouldBeReleasedToTheMarkedRecipients() {
        HttpResponse<String> none = browser.press(page(), "original");
        HttpResponse<String> answer = browser.press(page(), "original", "recipient", BOB);

        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("release original [bob@example.org]");
    }

    @Test
    void reasonShouldGoWithADenial() {
        portal.quarantine.set(mail.id(), BOB, State.REQUESTED);

        browser.press(page(), "deny", "recipient", ALICE, "recipient", BOB, "reason", "  We know\r\nthis sender ");

        assertThat(portal.quarantine.calls).containsExactly("deny [bob@example.org]: We know this sender");
    }

    @Test
    void copyShouldGoToAnAddressAndShowThePassword() {
        HttpResponse<String> locked = browser.press(page(), "copy", "address", "analyst@lab.example", "as", "protected");
        HttpResponse<String> original = browser.press(page(), "copy", "address", "analyst@lab.example", "as", "original");

        assertThat(locked.body()).contains("analyst@lab.example", "copy-password-42");
        assertThat(original.statusCode()).isEqualTo(200);
        assertThat(portal.quarantine.calls).containsExactly("copy analyst@lab.example PROTECTED", "copy analyst@lab.example ORIGINAL");
    }

    @Test
    void copyShouldBeRefusedToWhatIsNoAddress() {
        for (String address : List.of("", "analyst", "a@b@c", "<script>alert(1)</script>@x.example", "a@x.example\r\nBcc: all@example.org",
            "a@x.example, b@x.example")) {
            HttpResponse<String> answer = browser.press(page(), "copy", "address", address);

            assertThat(answer.statusCode()).as(address).isEqualTo(400);
            assertThat(answer.body()).contains("That is no mail address").doesNotContain("<script");
        }
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void copyThatIsNotSentShouldSayWhy() {
        portal.quarantine.failure = Optional.of("the queue is <full>");

        HttpResponse<String> answer = browser.press(page(), "copy", "address", "analyst@lab.example");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("That did not work: the queue is &lt;full&gt;");
    }

    @Test
    void downloadShouldBeAFileThatIsNeverShown() {
        String detail = browser.get(page()).body();

        HttpResponse<String> answer = browser.press(page(), "download");

        assertThat(detail).contains("download-password-17");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("PK, as it were");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/zip");
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"mail-" + mail.id() + ".zip\"");
        assertThat(answer.headers().firstValue("Content-Security-Policy")).contains("default-src 'none'; sandbox");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(browser.get(page() + "/download").statusCode()).isEqualTo(405);
    }

    @Test
    void downloadOfWhatCannotBeOpenedShouldBeAnErrorAndNoFile() {
        portal.quarantine.unreadable = true;

        HttpResponse<String> answer = browser.press(page(), "download");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("Content-Disposition")).isEmpty();
        assertThat(answer.body()).contains("Something went wrong").doesNotContain("private key");
    }

    @Test
    void nothingShouldBeDownloadedOfWhatIsGone() {
        portal.quarantine.set(mail.id(), ALICE, State.DELETED);
        String page = browser.get(page()).body();
        portal.quarantine.set(mail.id(), BOB, State.DELETED);

        HttpResponse<String> answer = browser.post(page() + "/download", "form", Browser.formToken(page));

        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.body()).contains("no longer kept");
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void legalHoldShouldNeedAReasonAndBeLifted() {
        HttpResponse<String> none = browser.press(page(), "hold", "reason", "  ");
        HttpResponse<String> placed = browser.press(page(), "hold", "reason", "Police <file>");
        String held = browser.get(page() + "?done=held").body();
        HttpResponse<String> lifted = browser.press(page(), "lift");

        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).contains("A legal hold needs a reason");
        assertThat(placed.statusCode()).isEqualTo(303);
        assertThat(held).contains("On legal hold since 23 November 2026, 13:00 by admin@example.org", "Police &lt;file&gt;",
            "The legal hold is placed", "/lift\"").doesNotContain("/hold\"");
        assertThat(lifted.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("hold Police <file>", "lift");
    }

    @Test
    void senderDomainAndAttachmentShouldGoOnAList() {
        String detail = browser.get(page()).body();

        HttpResponse<String> blocked = browser.press(page(), "list", "entry", "mail-from northwind.example", "list", "block", "reason", "Campaign",
            "expires", "2026-12-31");
        HttpResponse<String> allowed = browser.press(page(), "list", "entry", "attachment " + Samples.SHA256, "list", "allow");

        assertThat(detail).contains("value=\"mail-from billing@northwind.example\"", "value=\"header-from northwind.example\"",
            "value=\"attachment " + Samples.SHA256 + "\"");
        assertThat(List.of(blocked.statusCode(), allowed.statusCode())).containsOnly(303);
        assertThat(portal.quarantine.lists().all()).hasSize(2).anySatisfy(entry -> {
            assertThat(entry.effect()).isEqualTo(Effect.BLOCK);
            assertThat(entry.pattern()).hasToString("northwind.example");
            assertThat(entry.expires()).contains(java.time.Instant.parse("2027-01-01T00:00:00Z"));
            assertThat(entry.author()).isEqualTo(ADMIN);
        });
    }

    @Test
    void listShouldTakeOnlyWhatThePageOffered() {
        browser.press(page(), "list", "entry", "mail-from northwind.example", "list", "block");
        for (String entry : List.of("", "mail-from example.org", "nonsense", "rcpt-to alice@example.org")) {
            assertThat(browser.press(page(), "list", "entry", entry, "list", "block").statusCode()).as(entry).isEqualTo(400);
        }

        HttpResponse<String> twice = browser.press(page(), "list", "entry", "mail-from northwind.example", "list", "allow");

        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body()).contains("There is an entry for");
        assertThat(portal.quarantine.lists().all()).hasSize(1);
    }

    @Test
    void deletionShouldBeUndone() {
        portal.quarantine.undo = Optional.of(Samples.NOW.plusSeconds(60));
        portal.quarantine.set(mail.id(), ALICE, State.DELETED);

        HttpResponse<String> answer = browser.press(page(), "undo");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.calls).containsExactly("undelete []");
    }

    @Test
    void whatAMailSaysShouldBeEscapedEverywhere() {
        HeldMail evil = portal.quarantine.add(Samples.hostile(9, ALICE),
            "X-Evil: <script>alert(1)</script>\nSubject: x\n\n<script>alert(1)</script>\n");
        portal.quarantine.set(evil.id(), ALICE, State.REQUESTED);
        portal.quarantine.audit.append(new AuditEntry(Samples.NOW, new Actor(Actor.Role.RECIPIENT, "<script>@x", "<script>"), "requested",
            Optional.of(evil.id()), List.of(ALICE, "<script>"), "\"><script>alert(1)</script>"));
        browser.press("/admin/mail/" + evil.id(), "hold", "reason", "\"><script>alert(1)</script>");

        for (String path : List.of("/admin/mail/" + evil.id(), "/admin/quarantine", "/admin/requests", "/admin/audit", "/admin")) {
            assertThat(browser.get(path).body()).as(path).doesNotContain("<script", "<img src=x");
        }
        assertThat(browser.get("/admin/mail/" + evil.id()).body()).contains("&lt;script&gt;", "U+202E");
    }
}
