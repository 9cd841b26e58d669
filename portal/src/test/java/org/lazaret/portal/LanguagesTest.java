package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ALICE;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.policy.language.Language;
import org.lazaret.quarantine.HeldMail;

/** In which language somebody is answered. */
class LanguagesTest {
    private PortalFixture portal = new PortalFixture();

    @AfterEach
    void stop() {
        portal.close();
    }

    private String link() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        return portal.link(mail, ALICE);
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyPageShouldBeThereInEveryLanguage(Language language) {
        String link = link();
        Browser browser = portal.browser();

        for (String path : new String[] {link, "/sign-in", "/nothing", "/m/x"}) {
            HttpResponse<String> page = browser.get(path, "Accept-Language", language.tag());

            assertThat(page.body()).as(path).contains("<html lang=\"" + language.tag() + "\">").doesNotContainPattern("\\{\\d}");
        }
    }

    @Test
    void browsersLanguageShouldBeTakenUnlessAnotherWasChosen() {
        String link = link();
        Browser browser = portal.browser();

        HttpResponse<String> chosen = browser.get(link + "?language=de", "Accept-Language", "fr");
        HttpResponse<String> later = browser.get(link, "Accept-Language", "fr");

        assertThat(portal.browser().get(link, "Accept-Language", "sv, fr-CA;q=0.8, en;q=0.5").body()).contains("Nous avons retenu un e-mail");
        assertThat(portal.browser().get(link).body()).contains("We are holding a mail for you");
        assertThat(chosen.headers().firstValue("Set-Cookie")).contains(
            "lazaret-language=de; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
        assertThat(later.body()).contains("Wir haben eine E-Mail für Sie zurückgehalten", "Diese Art von Datei wird oft missbraucht.",
            "9,6 von 10", "23. November 2026");
        assertThat(later.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void settingShouldBeTakenWhenNothingElseIsKnown() {
        portal.close();
        portal = new PortalFixture("notice.language = pl", "portal.url = https://mail.example.org/held");

        HttpResponse<String> page = portal.browser().get("/sign-in");

        assertThat(page.body()).contains("Zaloguj się");
        assertThat(portal.browser().get("/sign-in?language=it").headers().allValues("Set-Cookie"))
            .contains("lazaret-language=it; Path=/held; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure");
    }

    @Test
    void unknownLanguageShouldBeNothing() {
        HttpResponse<String> page = portal.browser().get(link() + "?language=xx%0d%0aSet-Cookie:a=b", "Cookie", "lazaret-language=../../x");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<html lang=\"en\">");
        assertThat(page.headers().map()).doesNotContainKey("set-cookie");
    }
}
