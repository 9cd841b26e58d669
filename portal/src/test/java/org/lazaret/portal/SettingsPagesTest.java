package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;
import org.lazaret.policy.settings.Settings.RecipientMode;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.policy.settings.RunTimeKeys;
import org.lazaret.policy.settings.SettingsVersion;
import org.lazaret.portal.view.SettingsForm;

/** The settings page over settings that are kept in memory. */
class SettingsPagesTest {
    private final PortalFixture portal = new PortalFixture("quota = 2G", "for.pinned.example.action.failed = warn");
    private final Browser browser = portal.browser();

    @BeforeEach
    void signIn() {
        browser.signIn(ADMIN, "admin-secret");
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private HttpResponse<String> enter(String... changes) {
        return enter(browser, changes);
    }

    /** Fills in the form as a browser does. */
    private static HttpResponse<String> enter(Browser browser, String... changes) {
        Document page = Jsoup.parse(browser.get("/admin/settings").body());
        FormElement form = (FormElement) page.selectFirst("form.settings");
        Map<String, List<String>> fields = new LinkedHashMap<>();
        form.formData().forEach(field -> fields.computeIfAbsent(field.key(), any -> new ArrayList<>()).add(field.value()));
        for (int i = 0; i < changes.length; i += 2) {
            fields.put(changes[i], new ArrayList<>(List.of(changes[i + 1])));
        }
        List<String> all = new ArrayList<>();
        fields.forEach((name, values) -> values.forEach(value -> all.addAll(List.of(name, value))));
        return browser.post("/admin/settings", all.toArray(String[]::new));
    }

    private String draft(String... changes) {
        HttpResponse<String> entered = enter(changes);
        assertThat(entered.statusCode()).as(entered.body()).isEqualTo(303);
        return entered.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> save(String... changes) {
        return browser.press(draft(changes), "save", "comment", "a test");
    }

    @Test
    void everySettingThatCanBeChangedShouldHaveAFieldWithALabel() {
        Document page = Jsoup.parse(browser.get("/admin/settings").body());

        assertThat(SettingsForm.fields()).containsExactlyInAnyOrderElementsOf(
            SettingsReader.keys().keySet().stream().filter(RunTimeKeys::contain).toList());
        for (Element field : page.select("form.settings input:not([type=hidden], [type=checkbox]), form.settings select, form.settings textarea")) {
            assertThat(page.select("label[for=" + field.id() + "]")).as(field.outerHtml()).hasSize(1);
        }
        for (Element described : page.select("[aria-describedby]")) {
            for (String id : described.attr("aria-describedby").split(" ")) {
                assertThat(page.getElementById(id)).as(id).isNotNull();
            }
        }
        assertThat(page.select("h1")).hasSize(1);
        assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
    }

    @Test
    void savedSettingsShouldHoldAtOnce() {
        HttpResponse<String> saved = save("portal.mode", "request", "notice.message", "One\r\n<b>two</b>", "told", "Bob@example.org",
            "told.release", "0");

        assertThat(saved.statusCode()).isEqualTo(303);
        assertThat(browser.get(saved.headers().firstValue("Location").orElseThrow()).body()).contains("Version 1 is saved and in effect",
            "&lt;b&gt;two&lt;/b&gt;", "value=\"bob@example.org\"");
        assertThat(portal.settings.get().portal().mode()).isEqualTo(RecipientMode.REQUEST);
        assertThat(portal.settings.get().administrators()).singleElement().satisfies(administrator -> {
            assertThat(administrator.address()).isEqualTo("bob@example.org");
            assertThat(administrator.quarantineNotices()).isFalse();
            assertThat(administrator.releaseNotices()).isTrue();
        });
        SettingsVersion version = portal.settings.find(1).orElseThrow();
        assertThat(version.author().name()).isEqualTo(ADMIN);
        assertThat(version.author().address()).isEqualTo("127.0.0.1");
        assertThat(version.comment()).isEqualTo("a test");
        assertThat(version.lines()).containsOnlyKeys("portal.mode", "notice.message", "administrators.release-notices");
    }

    @Test
    void formThatIsSentBackUnchangedShouldChangeNothing() {
        save("warning.subject-prefix", "[!]", "exceptions", "notice.message.de = Hallo\\nWelt", "notice.message", "\nOne\n\ntwo");

        String draft = browser.get(draft()).body();

        assertThat(draft).contains("Nothing would change").doesNotContain("/save\"");
        assertThat(portal.settings.stored()).containsEntry("warning.subject-prefix", "\"[!] \"").containsEntry("notice.message.de", "Hallo\nWelt");
    }

    @Test
    void everythingWrongShouldBeNamedAtItsFieldAndInTheSummary() {
        HttpResponse<String> refused = enter("action.malicious", "permit", "threshold.malicious", "<b>11", "notice.subject", "{link}", "told",
            "nobody", "told.quarantine", "0", "exceptions", "for.example.org.action.failed = never\nquota = 1G\nno.such.key = 1");
        Document page = Jsoup.parse(refused.body());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(page.select(".summary a").eachAttr("href")).contains("#action-malicious", "#threshold-malicious", "#notice-subject", "#told",
            "#exceptions");
        for (String target : page.select(".summary a").eachAttr("href")) {
            assertThat(page.select(target)).as(target).hasSize(1);
        }
        assertThat(page.getElementById("threshold-malicious").attr("value")).isEqualTo("<b>11");
        assertThat(page.getElementById("threshold-malicious").attr("aria-invalid")).isEqualTo("true");
        assertThat(page.getElementById("threshold-malicious-problem").text()).contains("a number from 0 to 10");
        assertThat(page.getElementById("notice-subject-problem").text()).contains("{link} is none");
        assertThat(page.getElementById("exceptions-problem").text()).contains("for.example.org.action.failed", "quota has a field of its own",
            "no.such.key is no setting");
        assertThat(page.getElementById("exceptions").text()).contains("for.example.org.action.failed = never");
        assertThat(portal.settings.version()).isZero();
    }

    @Test
    void whatTheFileSaysShouldBeReadOnlyWhateverIsSent() {
        Document page = Jsoup.parse(browser.get("/admin/settings").body());
        save("quota", "5G", "quota.when-full", "expire-oldest", "portal.bind", "0.0.0.0:80");

        assertThat(page.getElementById("quota").hasAttr("disabled")).isTrue();
        assertThat(page.getElementById("quota-fixed").text()).contains("lazaret.properties");
        assertThat(page.text()).contains("for.pinned.example.action.failed = warn", "portal.bind");
        assertThat(portal.settings.stored()).containsOnlyKeys("quota.when-full");
        assertThat(portal.settings.get().retention().quota()).isEqualTo(2L << 30);
    }

    @Test
    void draftShouldShowWhatChangesAndTheNoticeInEachForm() {
        String path = draft("notice.subject", "Held: <i>{subject}</i>", "action.suspicious", "quarantine", "notice.language", "fr");
        String page = browser.get(path).body();
        HttpResponse<String> frame = browser.get(path + "/notice?notice=de");

        assertThat(page).contains("Changes: 3", "Suspicious mail", "Deliver with warning headers", "Held: &lt;i&gt;Invoice 2026-1107&lt;/i&gt;",
            "Auto-Submitted: auto-generated", "sandbox=\"\"", path + "/notice?notice=fr").doesNotContain("<i>");
        assertThat(frame.body()).contains("lang=\"de\"").doesNotContain("<i>", "<script");
        assertThat(frame.headers().firstValue("Content-Security-Policy").orElseThrow()).startsWith("default-src 'none'").endsWith("sandbox");
        assertThat(portal.settings.version()).isZero();
    }

    @Test
    void changesOfTwoPeopleShouldBothBeKept() {
        String path = draft("portal.mode", "request");
        Browser other = portal.browser();
        other.signIn(ADMIN, "admin-secret");
        HttpResponse<String> otherDraft = enter(other, "portal.scope", "all");
        other.press(otherDraft.headers().firstValue("Location").orElseThrow(), "save", "comment", "");

        HttpResponse<String> outdated = browser.press(path, "save", "comment", "mine");
        String again = Jsoup.parse(outdated.body()).selectFirst("form.save").attr("action");
        assertThat(outdated.statusCode()).isEqualTo(409);
        assertThat(outdated.body()).contains("Somebody else saved version 1 meanwhile", "Changes: 1");
        browser.post(again, "form", Browser.formToken(outdated.body()), "comment", "mine");

        assertThat(portal.settings.version()).isEqualTo(2);
        assertThat(portal.settings.stored()).containsEntry("portal.mode", "request").containsEntry("portal.scope", "all");
    }

    @Test
    void historyShouldShowVersionsAndLeadBackToThem() {
        save("portal.mode", "request");
        save("portal.mode", "release", "portal.scope", "all");
        String history = browser.get("/admin/settings/history").body();
        String version = browser.get("/admin/settings/history/1").body();

        HttpResponse<String> reverted = browser.press("/admin/settings/history/1", "revert");
        String path = reverted.headers().firstValue("Location").orElseThrow();
        String draft = browser.get(path).body();
        browser.press(path, "save", "comment", "back");

        assertThat(history).contains("Version 2", "Version 1", "a test", "in effect", "portal.scope", "admin@example.org");
        assertThat(version).contains("Go back to this version", "Settings that are different now: 2");
        assertThat(draft).contains("Changes: 2");
        assertThat(portal.settings.version()).isEqualTo(3);
        assertThat(portal.settings.stored()).isEqualTo(portal.settings.find(1).orElseThrow().lines());
        assertThat(browser.get("/admin/settings/history/9").statusCode()).isEqualTo(404);
        assertThat(browser.get("/admin/settings/history/x").statusCode()).isEqualTo(404);
    }

    @Test
    void historyShouldBePaged() {
        for (int i = 1; i <= SettingsPages.PAGE + 1; i++) {
            portal.settings.save(i - 1, Map.of("retention", i + "h"), "number " + i + ".", new org.lazaret.policy.lists.Author(ADMIN, ""));
        }

        String first = browser.get("/admin/settings/history").body();
        String second = browser.get("/admin/settings/history?before=2").body();

        assertThat(first).contains("number 21.", "number 2.", "history?before=2").doesNotContain("number 1.");
        assertThat(second).contains("number 1.").doesNotContain("number 2.");
    }

    @Test
    void exportShouldBeLinesForTheFile() {
        save("notice.message", "One\nTwo", "warning.subject-prefix", "[!]");

        HttpResponse<String> exported = browser.get("/admin/settings/export");

        assertThat(exported.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"lazaret-settings-1.properties\"");
        assertThat(exported.body()).isEqualTo("# Settings of Lazaret, version 1\nnotice.message = One\\nTwo\nwarning.subject-prefix = \"[!] \"\n");
        assertThat(browser.get("/admin/settings/export?version=7").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/settings", "/admin/settings/history", "/admin/settings/history/1", "/admin/settings/export"})
    void pagesShouldNotExistForOthers(String page) {
        Browser alice = portal.browser();
        alice.signIn(ALICE, "alice-secret");

        assertThat(alice.get(page).statusCode()).isEqualTo(404);
        assertThat(portal.browser().get(page).statusCode()).isEqualTo(303);
    }

    @Test
    void savingShouldNeedTheSessionsTokenAndTheDraftsOwner() {
        String path = draft("portal.mode", "request");
        Browser alice = portal.browser();
        alice.signIn(ALICE, "alice-secret");

        assertThat(browser.post(path + "/save", "form", "x", "comment", "").statusCode()).isEqualTo(403);
        assertThat(browser.post("/admin/settings", "form", "", "version", "0", "portal.mode", "request").statusCode()).isEqualTo(403);
        assertThat(alice.post(path + "/save", "form", "x").statusCode()).isEqualTo(404);
        assertThat(browser.get("/admin/settings/drafts/unknown").statusCode()).isEqualTo(404);
        Matcher token = Pattern.compile("name=\"form\" value=\"([^\"]+)\"").matcher(browser.get(path).body());
        assertThat(token.find()).isTrue();
        browser.origin = "https://evil.example";
        assertThat(browser.post(path + "/save", "form", token.group(1)).statusCode()).isEqualTo(403);

        assertThat(portal.settings.version()).isZero();
    }
}
