package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Recipient;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;

/** Somebody who signs in with the password of the mailbox, and has several held mails. */
@ExtendWith(RunningPortal.Extension.class)
class SignedInIT {
    private static void hold(RunningPortal portal, Account account, String... subjects) throws Exception {
        for (String subject : subjects) {
            portal.hold(RunningPortal.titled(subject, Samples.eicarInZip()), account);
        }
    }

    private static Locator rows(Page page) {
        return page.locator("table.mails tbody tr");
    }

    @Test
    void ownMailShouldBeListedSearchedFilteredAndDecidedTogether(RunningPortal portal) throws Exception {
        Account heidi = portal.somebody("heidi");
        Account other = portal.somebody("other-than-heidi");
        hold(portal, heidi, "Quarterly figures", "Travel plans", "Figures of April");
        hold(portal, other, "Figures of somebody else");

        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(heidi, "/mails")) {
            Page page = visit.page();
            assertThat(rows(page)).hasCount(3);

            page.getByLabel("Subject or sender").fill("figures");
            visit.press(visit.button("Show"));
            assertThat(rows(page)).hasCount(2);
            assertThat(page.locator("main")).not().containsText("somebody else");

            page.getByLabel("Mark: Quarterly figures").check();
            page.getByLabel("Mark: Figures of April").check();
            visit.press(visit.button("Release"));
            assertThat(page.locator("h1")).hasText("This is what became of them");
            assertThat(page.locator(".state.released")).hasCount(2);

            visit.press(visit.link("Back to your mail"));
            page.getByLabel("Status").selectOption("held");
            visit.press(visit.button("Show"));
            assertThat(rows(page)).hasCount(1);
            assertThat(rows(page)).containsText("Travel plans");
            page.getByLabel("Mark: Travel plans").check();
            visit.summary("Delete").click();
            visit.press(visit.button("Yes, delete it"));
            assertThat(page.locator(".state.deleted")).hasCount(1);
        }
        Recipient recipient = new Recipient(portal.server(), heidi);
        for (String subject : List.of("Quarterly figures", "Figures of April")) {
            assertThat(recipient.await(subject).file(Protected.ZIP)).isPresent();
        }
        assertThat(recipient.subjects()).doesNotContain("Travel plans", "Figures of somebody else");
    }

    @Test
    void nobodyShouldSeeTheMailOfOthersOrOfTheDesk(RunningPortal portal) throws Exception {
        Account ivan = portal.somebody("ivan");
        Account judy = portal.somebody("judy");
        hold(portal, judy, "For Judy alone");
        String path;
        try (Visit visit = portal.visit(Screen.PHONE).signIn(judy, "/mails")) {
            path = visit.link("For Judy alone").getAttribute("href");
        }

        try (Visit visit = portal.visit(Screen.PHONE).signIn(ivan, "/mails")) {
            assertThat(visit.page().locator("main")).containsText("Nothing is held for you.");
            String id = path.substring(path.lastIndexOf('/') + 1);
            for (String foreign : List.of(path, path + "/text", "/admin", "/admin/mail/" + id, "/admin/settings")) {
                assertThat(visit.open(foreign).status()).as(foreign).isEqualTo(404);
                assertThat(visit.page().locator("body")).not().containsText("For Judy alone");
            }
        }
    }

    @Test
    void nothingShouldBeSeenAfterSigningOutNotEvenByGoingBack(RunningPortal portal) throws Exception {
        Account kim = portal.somebody("kim");
        hold(portal, kim, "Seen before");

        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(kim, "/mails")) {
            Page page = visit.page();
            assertThat(page.locator("main")).containsText("Seen before");
            visit.press(visit.button("Sign out"));
            page.goBack();

            assertThat(page.locator("h1")).hasText("Sign in");
            assertThat(page.locator("body")).not().containsText("Seen before");
        }
    }

    @Test
    void cookiesShouldBeOutOfReachOfScriptsAndOtherSites(RunningPortal portal) throws Exception {
        Account liam = portal.somebody("liam");

        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(liam, "/mails")) {
            assertThat(visit.context().cookies()).isNotEmpty().allSatisfy(cookie -> {
                assertThat(cookie.httpOnly).as(cookie.name).isTrue();
                assertThat(cookie.sameSite).as(cookie.name).isEqualTo(SameSiteAttribute.STRICT);
                assertThat(cookie.expires).as(cookie.name).isEqualTo(-1);
            });
            assertThat(visit.context().cookies()).extracting((Cookie cookie) -> cookie.name).contains("lazaret-session");
            assertThat(visit.page().evaluate("document.cookie")).isEqualTo("");
        }
    }

    @Test
    void guessingShouldBeSlowedDownAndSaySo(RunningPortal portal) throws Exception {
        Account mallory = portal.somebody("mallory");

        try (Visit visit = portal.visit(Screen.PHONE)) {
            Page page = visit.page();
            visit.open("/sign-in");
            for (int guess = 1; guess <= 7; guess++) {
                visit.signInHere(new Account(mallory.address(), "guess " + guess));
            }

            assertThat(page.getByRole(AriaRole.ALERT)).containsText("Too many attempts. Please wait");
        }
    }
}
