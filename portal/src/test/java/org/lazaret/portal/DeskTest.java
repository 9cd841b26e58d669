package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.portal.Samples.ADMIN;
import static org.lazaret.portal.Samples.ALICE;
import static org.lazaret.portal.Samples.NOW;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.Field;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Statistics.Hour;
import org.lazaret.quarantine.Statistics.Kind;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.scan.engine.EngineHealth;

/** The administrators' pages that are not about single mails: dashboard, lists, audit, system. */
class DeskTest {
    private final PortalFixture portal = new PortalFixture();
    private final Browser browser = portal.browser();

    @BeforeEach
    void signIn() {
        browser.signIn(ADMIN, "admin-secret");
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    @Test
    void dashboardShouldShowCountsAsChartsAndTheSameAsATable() {
        portal.quarantine.statistics.hours.add(new Hour(NOW, Map.of(Kind.SCANNED, 1_234L, Kind.MALICIOUS, 7L)));
        portal.quarantine.statistics.hours.add(new Hour(NOW.minus(Duration.ofHours(2)), Map.of(Kind.SCANNED, 617L)));
        portal.quarantine.statistics.hours.add(new Hour(NOW.minus(Duration.ofHours(30)), Map.of(Kind.SCANNED, 100_000L)));

        String day = browser.get("/admin").body();
        String week = browser.get("/admin?span=7d").body();

        assertThat(day).contains("class=\"figure\">1851<", "aria-label=\"Scanned: 1851 in all, 1234 at most at a time.", "height=\"56.0\"",
            "height=\"28.0\"", "<th scope=\"row\">23 Nov, 13:00</th><td class=\"number\">1234</td>").doesNotContain("101851", "style=", "<script");
        assertThat(week).contains("101851", "<th scope=\"row\">23 Nov 2026</th><td class=\"number\">1851</td>");
    }

    @Test
    void dashboardShouldTakeARangeOfDaysAndRefuseWhatIsNone() {
        portal.quarantine.statistics.hours.add(new Hour(Instant.parse("2026-03-02T10:00:00Z"), Map.of(Kind.RELEASED, 3L)));

        HttpResponse<String> range = browser.get("/admin?from=2026-03-02&until=2026-03-02");

        assertThat(range.body()).contains("Released: 3 in all").doesNotContain("aria-current=\"true\"");
        for (String wrong : List.of("from=2026-03-03&until=2026-03-02", "until=2026-03-02", "from=2020-01-01&until=2026-01-01", "from=x&until=y")) {
            assertThat(browser.get("/admin?" + wrong).statusCode()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void dashboardShouldSayWhatWaitsAndWhatFails() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        portal.quarantine.set(mail.id(), ALICE, State.REQUESTED);
        portal.engines.add(engine("clamav", Optional.empty()));
        portal.engines.add(engine("<sandbox>", Optional.of("no <route>")));
        portal.quarantine.upkeep.damages.add(new Upkeep.Damage(mail.id(), NOW, "changed"));

        String page = browser.get("/admin").body();

        assertThat(page).contains("The oldest is about a mail of 23 November 2026, 12:59", "Failing: &lt;sandbox&gt;.", "3.0 GB", "Damaged mails: 1");
    }

    private static EngineHealth engine(String name, Optional<String> error) {
        return new EngineHealth(name, "clamd", true, error.map(any -> NOW), error, "closed", Optional.of("1.4"), 5, 2, 0, 1, 0, Duration.ofMillis(12),
            Duration.ofMillis(90));
    }

    @Test
    void systemShouldShowJobsEnginesAndDamages() {
        portal.engines.add(engine("<sandbox>", Optional.of("no <route>")));
        portal.quarantine.upkeep.damages.add(new Upkeep.Damage(Samples.id(5), NOW, "the <content> was changed"));
        portal.quarantine.upkeep.runs.put(Upkeep.Work.VERIFY, new Upkeep.Progress(Upkeep.Work.VERIFY, NOW, NOW, Optional.empty(), 100, 40, 1, "<x>"));

        String page = browser.get("/admin/system").body();

        assertThat(page).contains("&lt;sandbox&gt;", "no &lt;route&gt;", "Since 23 November 2026, 13:00", "12 ms", "/admin/mail/" + Samples.id(5),
            "the &lt;content&gt; was changed", "Mails: 40 of 100", "1 failed. The last:", "&lt;x&gt;", "Never run").doesNotContain("<x>");
    }

    @Test
    void jobShouldBeBegunAndARefusalBeSaid() {
        HttpResponse<String> begun = browser.press("/admin/system", "verify");
        portal.quarantine.upkeep.refuses = true;
        HttpResponse<String> refused = browser.press("/admin/system", "rewrap");

        assertThat(portal.quarantine.calls).containsExactly("begin VERIFY", "begin REWRAP");
        assertThat(browser.get(begun.headers().firstValue("Location").orElseThrow()).body()).contains("The job is started");
        assertThat(browser.get(refused.headers().firstValue("Location").orElseThrow()).body()).contains("The job was not started");
        assertThat(browser.press("/admin/system", "format").statusCode()).isEqualTo(404);
    }

    @Test
    void entryShouldBeAddedChangedAndRemoved() {
        HttpResponse<String> added = browser.press("/admin/lists", "add", "list", "allow", "field", "header-from", "pattern", "News.Example",
            "recipient", ALICE, "reason", "a \"reason\" <b>", "expires", "2026-12-31");
        Entry entry = portal.quarantine.lists().all().getFirst();
        String page = "/admin/lists/" + entry.id();
        HttpResponse<String> changed = browser.press(page, "edit", "reason", "another", "expires", "2026-12-31");
        String shown = browser.get("/admin/lists?done=changed").body();
        HttpResponse<String> removed = browser.press(page, "remove");

        assertThat(List.of(added.statusCode(), changed.statusCode(), removed.statusCode())).containsOnly(303);
        assertThat(entry.expires()).contains(Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(shown).contains("news.example", "another", "1 Jan 2027, 00:00", "The entry is changed").doesNotContain("<b>");
        assertThat(portal.quarantine.lists().all()).isEmpty();
        assertThat(browser.get(page).statusCode()).isEqualTo(404);
        assertThat(browser.post(page + "/edit", "form", Browser.formToken(shown)).statusCode()).isEqualTo(404);
    }

    @Test
    void refusedEntryShouldSayWhyAsRestDoesAndKeepWhatWasTyped() {
        for (List<String> wrong : List.of(List.of("mail-from", "@@", "is no address, domain"), List.of("attachment", "abc", "is no SHA-256"),
            List.of("nonsense", "a.example", "field &#39;nonsense&#39;: allowed is mail-from"), List.of("mail-from", "<script>", "is no address"))) {
            HttpResponse<String> answer = browser.press("/admin/lists", "add", "list", "block", "field", wrong.get(0), "pattern", wrong.get(1),
                "reason", "kept \"reason\"");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("value=\"kept &#34;reason&#34;\"").doesNotContain("<script").satisfies(body ->
                assertThat(body.replace("'", "&#39;")).contains(wrong.get(2)));
        }
        assertThat(browser.press("/admin/lists", "add", "field", "mail-from", "pattern", "a.example").body()).contains("Please choose a list");
        assertThat(browser.press("/admin/lists", "add", "list", "block", "field", "mail-from", "pattern", "a.example", "expires", "soon").body())
            .contains("The last day is a day such as");
        assertThat(portal.quarantine.lists().all()).isEmpty();
    }

    @Test
    void listsShouldBeFilteredAndPaged() throws Exception {
        for (int i = 100; i <= 100 + ListPages.PAGE; i++) {
            portal.quarantine.lists().add(new Draft(i == 150 ? Effect.ALLOW : Effect.BLOCK, Field.MAIL_FROM, "d" + i + ".example", "",
                Optional.empty(), ""), new Author(ADMIN, ""));
        }

        String first = browser.get("/admin/lists").body();
        String next = first.replaceFirst("(?s).*href=\"(/admin/lists\\?[^\"]*after=[^\"]*)\".*", "$1").replace("&amp;", "&");
        String second = browser.get(next).body();
        String allowed = browser.get("/admin/lists?list=allow").body();
        String none = browser.get("/admin/lists?text=%22%3E%3Cscript%3E").body();

        assertThat(first).contains("d100.example", "Entries: 101").doesNotContain("d200.example");
        assertThat(second).contains("d200.example").doesNotContain("d199.example");
        assertThat(allowed).contains("d150.example", "Entries: 1<");
        assertThat(none).contains("No entry matches").doesNotContain("<script");
    }

    @Test
    void listsShouldBeExportedAndImportedAsAWhole() {
        browser.press("/admin/lists", "add", "list", "block", "field", "mail-from", "pattern", "old.example", "reason", "=cmd, \"x\"");
        HttpResponse<String> export = browser.get("/admin/lists/export");
        String more = export.body() + "allow,header-from,new.example,,,,,\r\n";

        HttpResponse<String> broken = browser.press("/admin/lists", "import", "csv", export.body() + "allow,nonsense,<b>,,,,,\r\n");
        HttpResponse<String> imported = browser.press("/admin/lists", "import", "csv", more);

        assertThat(export.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"lists.csv\"");
        assertThat(export.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(broken.body()).contains("Nothing was imported:", "old.example", "&lt;b&gt;");
        assertThat(imported.statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.lists().all()).extracting(entry -> entry.pattern().toString())
            .containsExactlyInAnyOrder("old.example", "new.example");
    }

    @Test
    void importShouldTakeMoreThanOtherForms() {
        StringBuilder csv = new StringBuilder("list,field,pattern,recipient,expires,reason\r\n");
        for (int i = 0; i < 5_000; i++) {
            csv.append("block,mail-from,domain-number-").append(i).append(".example,,,\r\n");
        }

        assertThat(csv.length()).isGreaterThan(3 * org.lazaret.portal.web.WebServer.MAX_FORM);
        assertThat(browser.press("/admin/lists", "import", "csv", csv.toString()).statusCode()).isEqualTo(303);
        assertThat(portal.quarantine.lists().all()).hasSize(5_000);
        assertThat(browser.press("/admin/lists", "import", "csv", "x".repeat(ListPages.MAX_IMPORT)).statusCode()).isEqualTo(413);
        assertThat(browser.press("/admin/lists", "add", "pattern", csv.toString()).statusCode()).isEqualTo(413);
    }

    private void audited(int count) {
        for (int i = 1; i <= count; i++) {
            portal.quarantine.audit.append(new AuditEntry(NOW.plusSeconds(i), new Actor(Actor.Role.ADMINISTRATOR, ADMIN, "192.0.2.1"),
                i % 2 == 0 ? "deleted" : "released", Optional.of(Samples.id(i)), List.of(ALICE), "detail <" + i + ">"));
        }
    }

    @Test
    void auditShouldBeFilteredAndPaged() {
        audited(AuditPages.PAGE * 2 + 2);

        String first = browser.get("/admin/audit?action=released").body();
        String second = browser.get("/admin/audit?action=released&before=3").body();
        browser.get("/admin/audit?actor=x&record=" + Samples.id(4) + "&from=2026-11-01&until=2026-11-02");

        assertThat(first).contains("/admin/audit?action=released&amp;before=3\"", "detail &lt;201&gt;", "administrator", "192.0.2.1")
            .doesNotContain("detail &lt;1&gt;", "detail &lt;200&gt;");
        assertThat(second).contains("detail &lt;1&gt;").doesNotContain("detail &lt;3&gt;");
        assertThat(portal.quarantine.audit.queries.getLast()).satisfies(query -> {
            assertThat(query.actor()).isEqualTo("x");
            assertThat(query.record()).contains(Samples.id(4));
            assertThat(query.from()).contains(Instant.parse("2026-11-01T00:00:00Z"));
            assertThat(query.to()).contains(Instant.parse("2026-11-03T00:00:00Z"));
        });
        for (String wrong : List.of("record=abc", "from=x", "until=2026-13-01")) {
            assertThat(browser.get("/admin/audit?" + wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(browser.get("/admin/audit?actor=%22%3E%3Cscript%3E&before=%27").body()).contains("No entry matches").doesNotContain("<script");
    }

    @Test
    void changedSettingsShouldStandInLinesInTheAudit() {
        portal.quarantine.audit.append(new AuditEntry(NOW, new Actor(Actor.Role.ADMINISTRATOR, ADMIN, "192.0.2.1"), "settings changed",
            Optional.empty(), List.of(), "version 2: why\nquota: 1G \u2192 \u202E2G"));

        assertThat(browser.get("/admin/audit").body()).contains("version 2: why\nquota: 1G", "U+202E").doesNotContain("U+000A", "\u202E");
    }

    @Test
    void auditShouldBeExportedAsTheLinesOfTheChain() {
        audited(3);

        HttpResponse<String> export = browser.get("/admin/audit/export");

        assertThat(export.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"audit.jsonl\"");
        assertThat(export.body().lines()).containsExactlyElementsOf(portal.quarantine.audit.chain.stream().map(link -> link.toJson()).toList());
    }

    @Test
    void verifierShouldSayWhetherTheChainIsWhole() {
        audited(3);
        String head = portal.quarantine.audit.head().toString();

        assertThat(browser.press("/admin/audit", "verify").body()).contains("The audit is whole: 3 entries");
        assertThat(browser.press("/admin/audit", "verify", "head", head).body()).contains("The audit is whole", "value=\"" + head + "\"");
        assertThat(browser.press("/admin/audit", "verify", "head", "3:" + "a".repeat(64)).body()).contains("The audit is broken at entry 3");
        HttpResponse<String> wrong = browser.press("/admin/audit", "verify", "head", "\"><script>");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("An end of the chain is").doesNotContain("<script");

        portal.quarantine.audit.result = Optional.of(new AuditCheck.Broken(2, AuditCheck.Damage.CHANGED, "link 2 <is> changed"));
        assertThat(browser.press("/admin/audit", "verify").body()).contains("The audit is broken at entry 2: link 2 &lt;is&gt; changed");
    }
}
