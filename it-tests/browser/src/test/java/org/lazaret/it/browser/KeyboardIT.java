package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lazaret.it.JamesServer;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Recipient;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;

/** Without mouse or finger: Tab, Enter, Space and typing do everything, and it can be seen where one is. */
@ExtendWith(RunningPortal.Extension.class)
class KeyboardIT {
    /** More stops than any page has. */
    private static final int STOPS = 120;
    /**
     * It has an outline, and lies neither outside the window nor wholly beneath something else (WCAG 2.4.11). Nothing is focused in between, while
     * Chromium passes its own address bar.
     */
    private static final String FOCUS_IS_SEEN = """
        () => {
          const focused = document.activeElement;
          if (focused === document.body) { return ''; }
          const style = getComputedStyle(focused);
          const box = focused.getBoundingClientRect();
          const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
            && [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(([x, y]) => {
              const above = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
              return above !== null && (focused.contains(above) || above.contains(focused));
            });
          return seen ? '' : focused.outerHTML.slice(0, 200);
        }""";
    private static final String IS_FOCUSED = "element => element === document.activeElement";

    /** Goes on with Tab until something is reached. */
    private static void tabTo(Page page, Locator wanted) {
        assertThat(wanted).isVisible();
        for (int stop = 0; stop < STOPS; stop++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate(FOCUS_IS_SEEN)).as("what has the focus, and does not show it").isEqualTo("");
            if (Boolean.TRUE.equals(wanted.evaluate(IS_FOCUSED))) {
                return;
            }
        }
        throw new AssertionError("Tab does not reach " + wanted);
    }

    private static void enter(Visit visit) {
        visit.arrive(() -> visit.page().keyboard().press("Enter"));
    }

    private static void signIn(Visit visit, Account account, String path) {
        Page page = visit.page();
        visit.open(path);
        tabTo(page, page.getByLabel("Mail address"));
        page.keyboard().type(account.address());
        tabTo(page, page.getByLabel("Password"));
        page.keyboard().type(account.password());
        enter(visit);
    }

    private static Account recipient(RunningPortal portal, String name, String subject) throws Exception {
        Account account = portal.somebody(name);
        portal.hold(subject,
            HostileMail.ordinary(subject, "Accounts Department", List.of(account.address()), "Words", "<p>Words</p>", "invoice.zip"), account);
        return account;
    }

    @Test
    void mailShouldBeReleasedByKeysAlone(RunningPortal portal) throws Exception {
        Account nora = recipient(portal, "nora", "Released by keys");

        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            signIn(visit, nora, "/mails");
            tabTo(visit.page(), visit.link("Released by keys"));
            enter(visit);
            tabTo(visit.page(), visit.button("Release"));
            enter(visit);

            assertThat(visit.page().locator("h1")).hasText("The mail is released");
        }
        assertThat(new Recipient(portal.server(), nora).await("Released by keys").file(Protected.ZIP)).isPresent();
    }

    @Test
    void mailShouldBeDeletedAndTakenBackByKeysAlone(RunningPortal portal) throws Exception {
        Account olga = recipient(portal, "olga", "Deleted by keys");

        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            signIn(visit, olga, "/mails");
            tabTo(visit.page(), visit.page().getByLabel("Mark: Deleted by keys"));
            visit.page().keyboard().press("Space");
            tabTo(visit.page(), visit.summary("Delete"));
            visit.page().keyboard().press("Enter");
            tabTo(visit.page(), visit.button("Yes, delete it"));
            enter(visit);
            tabTo(visit.page(), visit.link("Deleted by keys"));
            enter(visit);
            tabTo(visit.page(), visit.button("Undo"));
            enter(visit);

            assertThat(visit.page().locator("h1")).hasText("We are holding a mail for you");
        }
    }

    @Test
    void whatHasTheFocusShouldNotBeBeneathWhatSticksToTheEdge(RunningPortal portal) throws Exception {
        Account rosa = recipient(portal, "rosa", "First of many");
        for (String subject : List.of("Second of many", "Third of many", "Fourth of many")) {
            portal.hold(RunningPortal.titled(subject, Samples.eicarInZip()), rosa);
        }

        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            visit.page().setViewportSize(Screen.DESKTOP.width(), Screen.DESKTOP.height() / 2);
            signIn(visit, rosa, "/mails");
            tabTo(visit.page(), visit.link("First of many"));
            tabTo(visit.page(), visit.summary("Delete"));
            tabTo(visit.page(), visit.link("Deutsch"));
        }
    }

    @Test
    void contentShouldBeReachedWithoutPassingTheTop(RunningPortal portal) throws Exception {
        Account paul = recipient(portal, "paul", "Skipped to");

        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            signIn(visit, paul, "/mails");
            visit.page().keyboard().press("Tab");
            assertThat(visit.link("Skip to the content")).isFocused();
            visit.page().keyboard().press("Enter");

            assertThat(visit.page().locator("main")).isFocused();
        }
    }

    @Test
    void administratorShouldDeleteByKeysAlone(RunningPortal portal) throws Exception {
        recipient(portal, "quentin", "Deleted at the desk by keys");

        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            signIn(visit, JamesServer.ADMIN, "/admin/quarantine?text=desk");
            tabTo(visit.page(), visit.link("Deleted at the desk by keys"));
            enter(visit);
            tabTo(visit.page(), visit.summary("Delete"));
            visit.page().keyboard().press("Enter");
            tabTo(visit.page(), visit.button("Yes, delete it"));
            enter(visit);

            assertThat(visit.page().locator("#decide .state")).hasText("Deleted");
        }
    }
}
