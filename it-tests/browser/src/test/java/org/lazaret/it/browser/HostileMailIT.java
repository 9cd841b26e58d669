package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route.FulfillOptions;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lazaret.it.JamesServer;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Recipient;

/**
 * What a hostile mail, and a hostile site that somebody visits beside the portal, can do in a browser: nothing. A {@link Visit} fails by itself for
 * each request that leaves, each dialog and each line on the console, so a script that ran or was only refused would be seen.
 */
@ExtendWith(RunningPortal.Extension.class)
class HostileMailIT {
    private static final String ACTIVE =
        "script, link, base, img, svg, math, iframe, object, embed, video, audio, form, input, meta[http-equiv=refresh]";

    private static Account victim;
    private static URI link;

    @BeforeAll
    static void hold(RunningPortal portal) throws Exception {
        victim = portal.somebody("victim");
        portal.hold("owned", HostileMail.message(List.of(victim.address())), victim);
        link = new Recipient(portal.server(), victim).notice("onerror=");
    }

    private static void looksLikeTheMail(Visit visit) {
        assertThat(visit.page().locator("main")).containsText("<script>document.title='owned'");
        assertThat(visit.page().locator("main")).containsText("<img src=x onerror=alert(1)>");
        assertThat(visit.page()).not().hasTitle("owned");
    }

    @Test
    void recipientsPageShouldShowItAsWordsAndLeaveTheRest(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.PHONE)) {
            visit.open(link);
            looksLikeTheMail(visit);
            visit.summary("Show with formatting").click();

            FrameLocator frame = visit.page().frameLocator("iframe");
            assertThat(frame.locator("body")).containsText("The words of the mail.");
            assertThat(frame.locator(ACTIVE)).hasCount(0);
            assertThat(visit.page().locator("iframe")).hasAttribute("sandbox", "");
            Pictures.take(visit, "hostile-mail-phone");
        }
    }

    @Test
    void listAndDeskShouldShowItAsWords(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(victim, "/mails")) {
            looksLikeTheMail(visit);
        }
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(JamesServer.ADMIN, "/admin")) {
            visit.open("/admin/quarantine");
            looksLikeTheMail(visit);
            visit.press(visit.page().locator("table.mails th a", new Page.LocatorOptions().setHasText("onerror=")));
            looksLikeTheMail(visit);
            visit.summary("Show with formatting").click();
            assertThat(visit.page().frameLocator("iframe").locator("body")).containsText("The words of the mail.");
            Pictures.take(visit, "hostile-mail-desk");
        }
    }

    /** As if nothing had been taken out of the mail: then the frame's own policy and its sandbox hold. */
    @Test
    void frameShouldBeHarmlessEvenWithTheWholeMailInIt(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            put(visit, "/text", HostileMail.HTML);
            visit.open(link);
            visit.summary("Show with formatting").click();

            assertThat(visit.page().frameLocator("iframe").locator("body")).containsText("The words of the mail.");
            visit.refused("Blocked script execution", "img-src", "style-src", "base-uri", "object", "default-src", "meta http-equiv='refresh'");
            assertThat(visit.page()).not().hasTitle("owned");
        }
    }

    /** As if a page did not escape: then the policy of the pages holds. */
    @Test
    void pageShouldBeHarmlessEvenWithTheWholeMailInIt(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            put(visit, link.getPath(), HostileMail.HTML.replace("http-equiv=\"refresh\"", "name=\"no-policy-is-against-it\""));
            visit.open(link);

            assertThat(visit.page().locator("body")).containsText("The words of the mail.");
            visit.refused("inline script", "inline event handler", "img-src", "style-src", "base-uri", "script.js", "media", "plugin");
            assertThat(visit.page()).hasTitle("hostile");
            visit.button("Sign in again").evaluate("button => button.click()");
            visit.refused("form-action");
        }
    }

    /** Puts a document into the answers of an address, under the headers that it has. */
    private static void put(Visit visit, String end, String document) {
        visit.context().route(address -> URI.create(address).getPath().endsWith(end), route -> {
            APIResponse real = route.fetch();
            route.fulfill(new FulfillOptions().setResponse(real).setBody(document));
        });
    }

    @Test
    void otherSiteShouldNotBeAbleToFrameThePortal(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(victim, "/mails")) {
            elsewhere(visit, "<title>elsewhere</title><iframe src=\"" + link + "\"></iframe>",
                page -> assertThat(page.frames()).extracting(Frame::url).contains("chrome-error://chromewebdata/").doesNotContain(link.toString()));
        }
    }

    @Test
    void formOfAnotherSiteShouldChangeNothing(RunningPortal portal) throws Exception {
        try (Visit visit = portal.visit(Screen.DESKTOP).signIn(victim, "/mails")) {
            visit.open(link);
            String token = visit.page().locator("form[action$='/delete'] input[name=form]").inputValue();
            for (String target : List.of(link + "/delete", link + "/release", portal.address("/mails/delete").toString())) {
                String form = "<form method=post action='%s'><input name=form value='%s'><button>A prize</button></form>".formatted(target, token);
                elsewhere(visit, form, page -> {
                    Response answer = page.waitForResponse(target, () -> visit.button("A prize").click());
                    assertThat(answer.status()).as(target).isEqualTo(403);
                });
            }

            visit.open(link);
            assertThat(visit.button("Release")).isVisible();
        }
    }

    @Test
    void linkShouldNotBeToldToAnotherSite(RunningPortal portal) {
        try (Visit visit = portal.visit(Screen.DESKTOP)) {
            answerElsewhere(visit, "<title>elsewhere</title>");
            visit.open(link);
            visit.arrive(() -> visit.page().evaluate("address => { const link = document.createElement('a'); link.href = address; link.click(); }",
                HostileMail.ELSEWHERE + "/"));

            assertThat(visit.page()).hasTitle("elsewhere");
            assertThat(visit.page().evaluate("document.referrer")).isEqualTo("");
        }
    }

    private static void answerElsewhere(Visit visit, String document) {
        FulfillOptions answer = new FulfillOptions().setContentType("text/html").setBody(document);
        visit.context().route(HostileMail.ELSEWHERE + "/", route -> route.fulfill(answer));
    }

    /** Opens a page of another site, which the visitor's cookies are not for. */
    private static void elsewhere(Visit visit, String document, Consumer<Page> look) {
        answerElsewhere(visit, document);
        visit.page().navigate(HostileMail.ELSEWHERE + "/");
        look.accept(visit.page());
    }
}
