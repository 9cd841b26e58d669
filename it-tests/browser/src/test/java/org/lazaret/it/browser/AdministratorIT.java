package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.it.JamesServer;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Received;
import org.lazaret.it.Recipient;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;

/** Administrators at work, on a large screen and on a phone. */
@ExtendWith(RunningPortal.Extension.class)
class AdministratorIT {
    private static Received hold(RunningPortal portal, String subject, Account account) throws Exception {
        return portal.hold(RunningPortal.titled(subject, Samples.eicarInZip()), account);
    }

    /** A name of its own for each screen. */
    private static Account somebody(RunningPortal portal, String name, Screen screen) throws Exception {
        return portal.somebody(name + "-" + screen.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @EnumSource
    void requestShouldBeMadeDecidedAndAnswered(Screen screen, RunningPortal portal) throws Exception {
        Account asking = somebody(portal, "asking", screen);
        Account refused = somebody(portal, "refused", screen);
        Recipient mailbox = new Recipient(portal.server(), asking);
        try (Visit desk = portal.visit(screen).signIn(JamesServer.ADMIN, "/admin/settings")) {
            Settings.save(desk, "notice.organisation", "Example Limited " + screen, "Who we are");
            String before = desk.page().locator("input[name=version]").inputValue();
            Settings.save(desk, "portal.mode", "request", "Only we release");
            Received first = hold(portal, "Asked for on " + screen, asking);
            Received second = hold(portal, "Refused on " + screen, refused);
            for (Received notice : List.of(first, second)) {
                try (Visit visit = portal.visit(Screen.PHONE)) {
                    visit.open(portal.link(notice));
                    assertThat(visit.button("Release")).hasCount(0);
                    visit.page().getByLabel("Why do you need it? (optional)").fill("It is from our supplier <b>Müller</b>");
                    visit.press(visit.button("Request to release"));
                    assertThat(visit.page().locator("h1")).hasText("You asked for this mail");
                }
            }

            desk.open("/admin");
            assertThat(desk.page().locator(".tile.attention")).containsText("Open requests");
            desk.press(desk.link("Decide"));
            assertThat(desk.page().locator("main")).containsText("It is from our supplier <b>Müller</b>");
            desk.page().getByLabel("Mark: Asked for on " + screen).check();
            desk.press(desk.button("Approve and release"));
            assertThat(desk.page().locator("main")).containsText("Released mails: 1.");
            desk.press(desk.link("Back to the list"));
            desk.press(desk.link("Refused on " + screen));
            desk.summary("Deny the request").click();
            desk.page().getByLabel("Reason, for the recipient (optional)").fill("Not from them");
            desk.press(desk.button("Deny the request"));
            assertThat(desk.page().locator("#decide .state")).hasText("Denied");

            desk.open("/admin/settings/history");
            desk.press(desk.link("Version " + before));
            desk.press(desk.button("Show what going back would change"));
            assertThat(desk.page().locator(".changes")).containsText("portal.mode");
            desk.press(desk.button("Save"));
            assertThat(desk.page().locator("[name='portal.mode']")).hasValue("release");
        }

        assertThat(mailbox.await("Asked for on " + screen).file(Protected.ZIP)).isPresent();
        Received answer = new Recipient(portal.server(), refused).await("Not released: Refused on " + screen);
        assertThat(answer.text()).contains("Not from them");
    }

    @Test
    void previewOfTheNoticeShouldShowWhatIsEnteredBeforeItIsSaved(RunningPortal portal) throws Exception {
        try (Visit desk = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin/settings")) {
            Page page = desk.page();
            Settings.enter(desk, "notice.message", "Please call <script>alert(1)</script> us about {subject}");

            assertThat(page.frameLocator("iframe.notice").locator("body")).containsText("Please call <script>alert(1)</script> us about");
            desk.press(desk.link("Deutsch"));
            assertThat(page.frameLocator("iframe.notice").locator("html")).hasAttribute("lang", "de");
            desk.press(desk.link("Discard"));
            assertThat(page.locator("[name='notice.message']")).hasValue("");

            Settings.enter(desk, "notice.message", "About {nobody}");
            assertThat(page.getByText("{nobody}").first()).isVisible();
            desk.page().locator(".summary a").first().click();
            assertThat(page.locator("[name='notice.message']")).isInViewport();
        }
    }

    @ParameterizedTest
    @EnumSource
    void heldMailShouldBeFoundKeptAndBlocked(Screen screen, RunningPortal portal) throws Exception {
        Account rita = somebody(portal, "rita", screen);
        hold(portal, "Needle on " + screen, rita);
        hold(portal, "Haystack on " + screen, rita);

        try (Visit desk = portal.visit(screen).signIn(JamesServer.ADMIN, "/admin/quarantine")) {
            Page page = desk.page();
            page.getByLabel("Subject, sender or recipient").fill("needle");
            desk.summary("More filters").click();
            page.getByLabel("Recipient", new Page.GetByLabelOptions().setExact(true)).fill(rita.address());
            desk.press(desk.button("Show"));
            assertThat(page.locator("table.mails tbody tr")).hasCount(1);
            desk.press(desk.link("Needle on " + screen));

            assertThat(page.locator("h1")).hasText("Needle on " + screen);
            assertThat(page.locator(".tree")).containsText("eicar.com");
            assertThat(page.locator("main")).containsText("The same attachment elsewhere");
            desk.summary("Place a legal hold").click();
            page.getByLabel("Reason", new Page.GetByLabelOptions().setExact(true)).first().fill("Case 12");
            desk.press(desk.button("Place a legal hold"));
            assertThat(page.locator(".lead")).containsText("Case 12");
            desk.press(desk.button("Lift the legal hold"));

            desk.summary("Download the original").click();
            String password = page.locator("form[action$='/download'] code").textContent();
            Download download = page.waitForDownload(() -> desk.button("Download").click());
            assertThat(Protected.open(Files.readAllBytes(download.path()), password).values()).singleElement()
                .satisfies(mail -> assertThat(new String(mail, StandardCharsets.ISO_8859_1)).contains("Subject: Needle on " + screen));
        }
    }

    @Test
    void listEntryShouldBeAddedChangedAndRemoved(RunningPortal portal) {
        try (Visit desk = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin/lists")) {
            Page page = desk.page();
            desk.summary("Add an entry").click();
            page.locator("#add-pattern").fill("*.bad.example");
            page.locator("#add-reason").fill("Phishing");
            desk.press(desk.button("Add"));
            desk.press(desk.link("*.bad.example"));
            page.getByLabel("Reason").fill("Phishing, again");
            desk.press(desk.button("Save"));
            assertThat(page.locator("main")).containsText("The entry is changed.");
            assertThat(page.locator("main")).containsText("Phishing, again");
            desk.press(desk.link("*.bad.example"));
            desk.summary("Remove").click();
            desk.press(desk.button("Yes, remove it"));

            assertThat(page.locator("main")).containsText("The entry is removed.");
            assertThat(desk.link("*.bad.example")).hasCount(0);
        }
    }

    @Test
    void auditAndStoreShouldBeVerified(RunningPortal portal) throws Exception {
        hold(portal, "To be verified", portal.somebody("sam"));

        try (Visit desk = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin/audit")) {
            desk.press(desk.button("Verify the audit"));
            assertThat(desk.page().getByText(Pattern.compile("The audit is whole: \\d+ entries"))).isVisible();

            desk.open("/admin/system");
            desk.press(desk.page().locator("form[action$='/system/verify'] button"));
            assertThat(desk.page().locator("main")).containsText("The job is started.");
        }
    }
}
