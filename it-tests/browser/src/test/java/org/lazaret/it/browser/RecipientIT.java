package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Received;
import org.lazaret.it.Recipient;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;

/** Somebody who has never seen Lazaret, with a phone: from the notice to the opened zip, by what stands on the pages alone. */
@ExtendWith(RunningPortal.Extension.class)
class RecipientIT {
    private static final String WORDS = "<p>Dear Carol, <b>the invoice</b> you asked for.</p>";

    private static byte[] invoice(String subject, Account recipient) {
        return HostileMail.ordinary(subject, "Accounts Department", List.of(recipient.address()), "Dear Carol, the invoice.", WORDS, "invoice.zip");
    }

    @Test
    void strangerShouldGetFromTheNoticeToTheOpenedZipWithoutScripts(RunningPortal portal) throws Exception {
        Account carol = portal.somebody("carol");
        Received notice = portal.hold("Your invoice", invoice("Your invoice", carol), carol);

        try (Visit visit = portal.visit(Screen.PHONE.options().setJavaScriptEnabled(false))) {
            visit.read(notice);
            Page page = visit.page();
            visit.press(visit.link("Look at the held mail"));

            assertThat(page.locator("h1")).hasText("We are holding a mail for you");
            assertThat(page.locator("main")).containsText("This mail contains something that is very likely harmful.");
            assertThat(page.locator(".fields")).containsText("Your invoice");
            assertThat(page.locator(".attachments")).containsText("invoice.zip");
            assertThat(page.locator(".mail-text")).containsText("Dear Carol, the invoice.");
            visit.summary("Show with formatting").click();
            assertThat(page.frameLocator("iframe").locator("b")).hasText("the invoice");
            visit.press(visit.button("Release"));
            assertThat(page.locator("h1")).hasText("The mail is released");
            assertThat(page.getByRole(AriaRole.STATUS)).containsText(carol.address());
            assertThat(visit.button("Release")).hasCount(0);
        }

        Received released = new Recipient(portal.server(), carol).await("Your invoice");
        String note = new String(released.file(Protected.NOTE).orElseThrow(), StandardCharsets.UTF_8);
        Map<String, byte[]> files = Protected.open(released.file(Protected.ZIP).orElseThrow(), Protected.password(note));
        assertThat(files).containsOnlyKeys("invoice.zip");
        assertThat(files.get("invoice.zip")).isEqualTo(Samples.eicarInZip().content());
    }

    @Test
    void pressingTwiceShouldDeliverOnce(RunningPortal portal) throws Exception {
        Account dave = portal.somebody("dave");
        Received notice = portal.hold("Pressed twice", invoice("Pressed twice", dave), dave);
        Recipient recipient = new Recipient(portal.server(), dave);

        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            visit.open(portal.link(notice));
            visit.button("Release").dblclick();
            assertThat(visit.page().locator("h1")).hasText("The mail is released");
        }
        recipient.await("Pressed twice");
        // What is held behind it is told behind it, so a second copy would be here by then.
        portal.hold("Behind it", invoice("Behind it", dave), dave);

        assertThat(recipient.subjects()).containsOnlyOnce("Pressed twice");
    }

    @Test
    void deletingShouldAskFirstAndBeTakenBack(RunningPortal portal) throws Exception {
        Account erin = portal.somebody("erin");
        Received notice = portal.hold("Not wanted", invoice("Not wanted", erin), erin);

        try (Visit visit = portal.visit(Screen.PHONE)) {
            Page page = visit.page();
            visit.open(portal.link(notice));
            Locator confirm = visit.button("Yes, delete it");
            assertThat(confirm).isHidden();
            page.locator("summary.danger").tap();
            assertThat(confirm).isVisible();
            visit.press(visit.button("Yes, delete it"));
            assertThat(page.locator("h1")).hasText("The mail is deleted");
            assertThat(visit.button("Release")).hasCount(0);

            visit.press(visit.button("Undo"));

            assertThat(page.locator("h1")).hasText("We are holding a mail for you");
            assertThat(visit.button("Release")).isVisible();
        }
        assertThat(new Recipient(portal.server(), erin).subjects()).doesNotContain("Not wanted");
    }

    @Test
    void goingBackShouldShowWhatBecameOfTheMail(RunningPortal portal) throws Exception {
        Account frank = portal.somebody("frank");
        Received notice = portal.hold("Back again", invoice("Back again", frank), frank);

        try (Visit visit = portal.visit(Screen.PHONE)) {
            Page page = visit.page();
            visit.open("/sign-in");
            visit.open(portal.link(notice));
            visit.press(visit.button("Release"));
            visit.open("/sign-in");
            page.goBack();

            assertThat(page.locator("h1")).hasText("The mail is released");
            assertThat(visit.button("Release")).hasCount(0);
        }
    }

    @Test
    void pagesShouldBeInTheLanguageOfTheBrowserAndOfTheReadersChoice(RunningPortal portal) throws Exception {
        Account grace = portal.somebody("grace");
        Received notice = portal.hold("In a language", invoice("In a language", grace), grace);

        try (Visit visit = portal.visit(Screen.PHONE.options().setLocale("de-CH"))) {
            Page page = visit.page();
            visit.open(portal.link(notice));
            assertThat(page.locator("html")).hasAttribute("lang", "de");
            visit.press(visit.link("日本語"));

            assertThat(page.locator("html")).hasAttribute("lang", "ja");
            page.reload();
            assertThat(page.locator("html")).hasAttribute("lang", "ja");
        }
    }
}
