package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.it.JamesServer;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Received;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/**
 * Every page on a large screen and on a phone's, light and dark: nothing that axe knows to be against WCAG 2.2 AA, no scrolling sideways, and a
 * screenshot in {@code target/screenshots} for people to look at.
 */
@ExtendWith(RunningPortal.Extension.class)
class EveryPageIT {
    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** What is left of 1280 pixels for who enlarges everything to four times (WCAG 1.4.10). */
    private static final int NARROW = 320;
    private static final String AXE = resource("/axe.min.js");
    /** Leaves out what is in frames: that is the mail's. A page in which axe finds nothing to look at is none. */
    private static final String JUDGE = """
        async tags => {
          const results = await axe.run({ runOnly: { type: 'tag', values: tags }, iframes: false });
          if (results.passes.length < 5) { return 'only looked at by ' + results.passes.map(rule => rule.id); }
          return results.violations.flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html + ' ' + node.failureSummary)).join('\\n');
        }""";
    private static final String LONG_SUBJECT = "Re: Fwd: " + "An invoice with a subject that does not want to end, ".repeat(4) + "x".repeat(120);
    private static final String RIGHT_TO_LEFT = "\u062d\u0633\u0627\u0628\u0627\u062a \u0627\u0644\u0634\u0631\u0643\u0629";
    private static final String WORDS = "Dear Wanda,\r\n\r\nplease find our invoice for November attached. It is due on 15 December.";
    private static final String HTML = "<p>Dear Wanda,</p><p>please find our <b>invoice</b> for November attached. It is due on 15 December.</p>";

    private static Account wanda;
    private static URI held;
    private static URI released;
    private static URI deleted;
    private static URI requested;

    @BeforeAll
    static void prepare(RunningPortal portal) throws Exception {
        wanda = portal.somebody("wanda");
        held = hold(portal, "Invoice for November", "Northwind Accounts", "invoice-2026-11.zip");
        released = hold(portal, "Offer for the new office", "Office Supplies", "offer.zip");
        deleted = hold(portal, "You have won", RIGHT_TO_LEFT, "prize.zip");
        requested = hold(portal, LONG_SUBJECT, "Somebody with a name that is as long as names of departments are at times", "a".repeat(150) + ".zip");
        for (Sample sample : Samples.all()) {
            portal.server().smtp().send("sender@example.com", List.of(wanda.address()), sample.message(List.of(wanda.address())));
        }
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin/settings")) {
            visit.open(released);
            visit.press(visit.button("Release"));
            visit.open(deleted);
            visit.summary("Delete").click();
            visit.press(visit.button("Yes, delete it"));
            Settings.save(visit, "portal.mode", "request", "Only administrators release");
            visit.open(requested);
            visit.page().getByLabel("Why do you need it?").fill("It is from our supplier, and I was told that it would come this week.");
            visit.press(visit.button("Request to release"));
            Settings.save(visit, "portal.mode", "release", "Recipients release again");
            visit.open("/admin/lists");
            visit.summary("Add an entry").click();
            visit.page().locator("#add-pattern").fill("*.phishing.example");
            visit.page().locator("#add-reason").fill("Reported twice");
            visit.press(visit.button("Add"));
        }
    }

    private static String resource(String name) {
        try (InputStream in = EveryPageIT.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI hold(RunningPortal portal, String subject, String sender, String file) throws Exception {
        byte[] mail = HostileMail.ordinary(subject, sender, List.of(wanda.address()), WORDS, HTML, file);
        return portal.link(portal.hold(subject.substring(0, Math.min(20, subject.length())), mail, wanda));
    }

    /** Looks at the page that is open. */
    private static void examine(Visit visit, String name) {
        Page page = visit.page();
        page.evaluate(AXE);
        for (Screen screen : Screen.values()) {
            page.setViewportSize(screen.width(), screen.height());
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                // Colours that are on their way to others are not what anybody reads.
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
                String as = (name + "-" + screen + "-" + scheme).toLowerCase(Locale.ROOT);
                Pictures.take(visit, as);
                page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.dataset.closed = !part.open; part.open = true; })");
                Object violations = page.evaluate(JUDGE, WCAG);
                int sideways = sideways(page);
                page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = part.dataset.closed === 'false'; })");

                assertThat(violations).as(as).isEqualTo("");
                assertThat(sideways).as("pixels to scroll sideways: " + as).isZero();
            }
        }
        page.setViewportSize(NARROW, Screen.PHONE.height());
        assertThat(sideways(page)).as("pixels to scroll sideways, enlarged to four times: " + name).isZero();
    }

    private static int sideways(Page page) {
        return (int) page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    @ParameterizedTest
    @CsvSource({"sign-in, /sign-in", "dead-link, /m/1.AAAA", "no-such-page, /nothing"})
    void pageForAnybody(String name, String path, RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            visit.open(path);
            examine(visit, name);
        }
    }

    @Test
    void pageOfWrongPassword(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            visit.open("/sign-in");
            visit.page().getByLabel("Mail address").fill("nobody@example.org");
            visit.page().getByLabel("Password").fill("wrong");
            visit.press(visit.button("Sign in"));
            examine(visit, "sign-in-wrong");
        }
    }

    @Test
    void noticeInAMailProgram(RunningPortal portal) throws Exception {
        Received notice = portal.server().mailbox(wanda).await("a notice", mail -> portal.link(mail).equals(held));
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            visit.read(notice);
            examine(visit, "notice");
        }
    }

    @Test
    void pagesByLink(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            visit.open(held);
            examine(visit, "held");
            visit.open(released);
            examine(visit, "released");
            visit.open(deleted);
            examine(visit, "deleted");
            visit.open(requested);
            examine(visit, "requested");
        }
    }

    @Test
    void pageToAskOn(RunningPortal portal) {
        try (Visit desk = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin/settings"); Visit visit = portal.visit(Screen.DESKTOP)) {
            Settings.save(desk, "portal.mode", "request", "Only administrators release");
            visit.open(held);
            Settings.save(desk, "portal.mode", "release", "Recipients release again");
            examine(visit, "held-request");
        }
    }

    @ParameterizedTest
    @CsvSource({"mails, /mails", "mails-none-found, /mails?text=nothing", "mails-not-mine, /admin"})
    void pageOfRecipient(String name, String path, RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(wanda, "/mails")) {
            visit.open(path);
            examine(visit, name);
        }
    }

    @Test
    void pageOfNobodysMail(RunningPortal portal) throws Exception {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(portal.somebody("nobodys"), "/mails")) {
            examine(visit, "mails-empty");
        }
    }

    @Test
    void pageOfBulk(RunningPortal portal) throws Exception {
        hold(portal, "Minutes of the meeting", "Board", "minutes.zip");
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(wanda, "/mails")) {
            visit.page().getByLabel("Mark: Minutes of the meeting").check();
            visit.press(visit.button("Release"));
            examine(visit, "mails-decided");
        }
    }

    @ParameterizedTest
    @CsvSource({"dashboard, /admin?span=12h", "dashboard-wrong, /admin?from=2026-11-23&until=2020-01-01",
        "quarantine, /admin/quarantine?recipient=wanda@example.org", "quarantine-none-found, /admin/quarantine?text=zzz", "requests, /admin/requests",
        "lists, /admin/lists", "audit, /admin/audit", "system, /admin/system",
        "settings, /admin/settings", "settings-history, /admin/settings/history", "settings-version, /admin/settings/history/1"})
    void pageOfAdministrator(String name, String path, RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin")) {
            visit.open(path);
            examine(visit, name);
        }
    }

    @Test
    void pagesOfHeldMailForAdministrators(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin")) {
            visit.open("/admin/quarantine?recipient=wanda@example.org&text=november");
            visit.press(visit.link("Invoice for November"));
            examine(visit, "mail");
            visit.open("/admin/quarantine?recipient=wanda@example.org&text=offer");
            visit.press(visit.link("Offer for the new office"));
            examine(visit, "mail-released");
            visit.open("/admin/requests");
            visit.press(visit.page().locator(".request h2 a").first());
            examine(visit, "mail-requested");
        }
    }

    @Test
    void pagesThatAdministratorsComeToByPressing(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin")) {
            visit.open("/admin/lists");
            visit.press(visit.link("*.phishing.example"));
            examine(visit, "list-entry");
            visit.open("/admin/audit");
            visit.press(visit.button("Verify the audit"));
            examine(visit, "audit-verified");
            Settings.enter(visit, "notice.organisation", "Northwind Traders");
            examine(visit, "settings-draft");
            Settings.enter(visit, "notice.learn-more-url", "nowhere");
            examine(visit, "settings-wrong");
            visit.open("/admin/quarantine");
            visit.press(visit.button("Release"));
            examine(visit, "quarantine-none-marked");
        }
    }

    @Test
    void picturesForTheDocumentation(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin?span=12h")) {
            Pictures.forDocumentation(visit, "dashboard");
            visit.open("/admin/quarantine?recipient=wanda@example.org&text=november");
            visit.press(visit.link("Invoice for November"));
            assertThat(visit.page().locator("h1")).hasText("Invoice for November");
            Pictures.forDocumentation(visit, "held-mail");
        }
        try (Visit visit = portal.visit(Screen.PHONE.options().setDeviceScaleFactor(1.5))) {
            visit.open(held);
            assertThat(visit.page().locator("h1")).hasText("We are holding a mail for you");
            Pictures.forDocumentation(visit, "recipient-phone");
        }
    }
}
