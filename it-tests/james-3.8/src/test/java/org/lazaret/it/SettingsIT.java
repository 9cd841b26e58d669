package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Browser.Page;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/** What an administrator changes on the settings page of a running server, and what then becomes of mail and people: without a restart. */
class SettingsIT {
    /** All that these tests change, as it is at the start. */
    private static final Map<String, String> BASE = Map.ofEntries(Map.entry("action.malicious", "quarantine"), Map.entry("action.suspicious", "warn"),
        Map.entry("action.unscannable.encrypted", "warn"), Map.entry("threshold.malicious", "7"), Map.entry("threshold.suspicious", "4"),
        Map.entry("warning.distribution", "none"), Map.entry("warning.subject-prefix", "[SUSPICIOUS]"), Map.entry("portal.mode", "release"),
        Map.entry("portal.scope", "recipient"), Map.entry("portal.undo", "10m"), Map.entry("release.password", "attached"),
        Map.entry("notice.from", "Mail quarantine <quarantine@example.org>"), Map.entry("notice.organisation", ""), Map.entry("notice.subject", ""),
        Map.entry("notice.message", ""), Map.entry("notice.link-text", ""), Map.entry("notice.learn-more-url", ""),
        Map.entry("notice.language", "en"), Map.entry("exceptions", ""));

    @TempDir
    static Path folder;

    private static JamesServer server;
    private static Recipient admin;
    private static Recipient alice;
    private static Recipient bob;

    @BeforeAll
    static void start() throws Exception {
        Path conf = TestServer.changedConf(folder.resolve("conf"), "lazaret.properties",
            text -> text.replaceAll("(?m)^(notice\\.from|administrators\\.(quarantine|release)-notices)=.*$", ""));
        server = TestServer.start(folder.resolve("james"), conf, Map.of());
        admin = new Recipient(server, JamesServer.ADMIN);
        alice = new Recipient(server, JamesServer.ALICE);
        bob = new Recipient(server, JamesServer.BOB);
        admin.signIn();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Enters these over {@link #BASE}, looks at what would change, and saves. */
    private static Page save(Map<String, String> changes) throws IOException {
        Map<String, String> fields = new HashMap<>(BASE);
        fields.putAll(changes);
        Page form = admin.browser().open(server.portal("/admin/settings"));
        Page draft = admin.browser().submit(form, "/admin/settings", fields, Set.of("warning.spam-flag", "told", "told.quarantine", "told.release"));
        assertThat(draft.status()).as(draft.text()).isEqualTo(200);
        Page saved = admin.browser().submit(draft, "/save", Map.of("comment", "because of a test"));
        assertThat(saved.text()).contains("is saved and in effect");
        return draft;
    }

    private static Sample eicar(String title) {
        return TestServer.titled(title, Samples.eicarInZip());
    }

    @Test
    void actionAndWarningHeadersShouldHoldForTheNextMail() throws Exception {
        save(Map.of("action.malicious", "warn", "warning.distribution", "spam", "warning.spam-flag", "true", "warning.subject-prefix", "[Vorsicht]"));
        Fate warned = Fate.of(server, alice, eicar("With headers"));
        save(Map.of("action.malicious", "permit", "action.suspicious", "permit"));
        Fate permitted = Fate.of(server, alice, eicar("Untouched"));
        save(Map.of("action.malicious", "quarantine", "notice.organisation", "Back again"));
        Fate held = Fate.of(server, alice, eicar("Held"));

        assertThat(warned.fate()).isEqualTo(Samples.Fate.WARNED);
        assertThat(warned.message().subject()).isEqualTo("[Vorsicht] With headers");
        assertThat(warned.message().header("X-Distribution")).hasValue("Spam");
        assertThat(warned.message().header("X-Spam-Flag")).hasValue("YES");
        assertThat(permitted.fate()).isEqualTo(Samples.Fate.DELIVERED);
        assertThat(permitted.message().header("X-Lazaret-Verdict")).isEmpty();
        assertThat(held.fate()).isEqualTo(Samples.Fate.HELD);
    }

    @Test
    void thresholdsUnscannableReasonsAndExceptionsShouldHoldForTheNextMail() throws Exception {
        save(Map.of("action.unscannable.encrypted", "quarantine", "exceptions", "for." + JamesServer.BOB.address() + ".action.malicious = warn"));
        Fate encrypted = Fate.of(server, alice, TestServer.titled("Encrypted and held", Samples.encryptedZip()));
        Fate exception = Fate.of(server, bob, eicar("An exception for Bob"));
        save(Map.of("action.suspicious", "permit", "threshold.malicious", "10", "threshold.suspicious", "10", "action.malicious", "quarantine"));
        Sample document = Samples.all().stream().filter(sample -> sample.title().equals("Macro document")).findFirst().orElseThrow();
        Fate below = Fate.of(server, alice, TestServer.titled("Below the threshold", document));

        assertThat(encrypted.fate()).isEqualTo(Samples.Fate.HELD);
        assertThat(exception.fate()).isEqualTo(Samples.Fate.WARNED);
        assertThat(below.fate()).isEqualTo(Samples.Fate.DELIVERED);
    }

    @Test
    void noticeShouldSayWhatIsSet() throws Exception {
        save(Map.of("notice.from", "Postmaster <post@example.org>", "notice.organisation", "Example Inc.", "notice.subject", "Held: {subject}",
            "notice.message", "Dear {recipient},\r\nwe kept {attachments}.", "notice.link-text", "Have a look", "notice.learn-more-url",
            "https://example.org/mail?why=1"));
        Received notice = Fate.of(server, alice, eicar("Own words")).message();
        save(Map.of("exceptions", "notice.language.for." + JamesServer.ALICE.address() + " = de\nnotice.message.de = Guten Tag"));
        Received german = Fate.of(server, alice, eicar("Auf Deutsch")).message();

        assertThat(notice.subject()).isEqualTo("Held: Own words");
        assertThat(notice.header("From").orElseThrow()).contains("Postmaster").contains("<post@example.org>");
        assertThat(notice.text()).contains("Dear alice@example[.]org,", "we kept archive[.]zip.", "Have a look", "https://example.org/mail?why=1");
        assertThat(new String(notice.leaves().get(1).content(), StandardCharsets.UTF_8)).contains("Example Inc.", ">Have a look</a>",
            "href=\"https://example.org/mail?why=1\"");
        assertThat(german.header("Content-Language")).hasValue("de");
        assertThat(german.text()).contains("Guten Tag").doesNotContain("https://example.org/mail");
    }

    @Test
    void previewShouldShowTheNoticeBeforeItIsSaved() throws Exception {
        Map<String, String> fields = new HashMap<>(BASE);
        fields.put("notice.subject", "Preview of {subject}");
        Page form = admin.browser().open(server.portal("/admin/settings"));

        Page draft = admin.browser().submit(form, "/admin/settings", fields);
        Page frame = admin.browser().open(draft.address().resolve(draft.document().selectFirst("iframe[sandbox]").attr("src")));

        assertThat(draft.text()).contains("Preview of Invoice 2026-1107", "Subject: Preview of Invoice 2026-1107", "Auto-Submitted: auto-generated");
        assertThat(frame.text()).contains("Preview of Invoice 2026-1107", "Invoice-2026-1107[.]pdf");
        assertThat(frame.header("Content-Security-Policy").orElseThrow()).contains("default-src 'none'").endsWith("sandbox");
        assertThat(Fate.of(server, alice, eicar("Not saved")).message().subject()).isNotEqualTo("Preview of Not saved");
    }

    @Test
    void releaseOptionShouldHoldForMailThatIsHeldAlready() throws Exception {
        save(Map.of("notice.organisation", "mode"));
        Page before = alice.browser().open(URI.create(Fate.of(server, alice, eicar("Ask first")).where()));
        save(Map.of("portal.mode", "request"));
        Page after = alice.browser().open(before.address());
        Page late = alice.browser().submit(before, "/release", Map.of());

        assertThat(before.form("/release")).isPresent();
        assertThat(after.form("/release")).isEmpty();
        assertThat(after.form("/request")).isPresent();
        assertThat(late.status()).isEqualTo(403);
        assertThat(alice.subjects()).doesNotContain("Ask first");
    }

    @Test
    void passwordShouldBeInThePortalAloneWhenSo() throws Exception {
        save(Map.of("release.password", "portal"));
        Page page = alice.browser().open(URI.create(Fate.of(server, alice, eicar("Locked")).where()));
        Page released = alice.browser().submit(page, "/release", Map.of());
        Received mail = alice.await("Locked");
        String password = released.document().select(".password code").text();

        assertThat(Protected.open(mail.file(Protected.ZIP).orElseThrow(), password)).isNotEmpty();
        assertThat(mail.file(Protected.NOTE)).hasValueSatisfying(note -> assertThat(new String(note, StandardCharsets.UTF_8))
            .contains(server.portal("/m/").toString()).doesNotContain(password));
    }

    @Test
    void decisionShouldHoldForAllAndWithoutUndoWhenSo() throws Exception {
        save(Map.of("portal.scope", "all", "portal.undo", "0"));
        Sample sample = eicar("For both");
        server.smtp().send("sender@example.com", List.of(JamesServer.ALICE.address(), JamesServer.BOB.address()),
            sample.message(List.of(JamesServer.ALICE.address(), JamesServer.BOB.address())));
        Page page = alice.openNotice("For both");
        Page deleted = alice.browser().submit(page, "/delete", Map.of());

        assertThat(deleted.form("/undo")).isEmpty();
        assertThat(bob.openNotice("For both").text()).contains("The mail is deleted");
    }

    @Test
    void administratorsShouldBeToldByTheirTwoSwitches() throws Exception {
        save(Map.of("told", JamesServer.BOB.address(), "told.quarantine", "0"));
        Page first = alice.browser().open(URI.create(Fate.of(server, alice, eicar("First of two")).where()));
        bob.mailbox().await("of the first", mail -> mail.subject().contains("First of two"));
        save(Map.of("told", JamesServer.BOB.address(), "told.release", "0"));
        Page second = alice.browser().open(URI.create(Fate.of(server, alice, eicar("Second of two")).where()));
        alice.browser().submit(second, "/release", Map.of());
        bob.mailbox().await("of the release", mail -> mail.subject().startsWith("Mail released") && mail.subject().contains("Second of two"));
        save(Map.of("notice.organisation", "Nobody is told"));
        alice.browser().submit(first, "/release", Map.of());
        alice.await("First of two");

        assertThat(bob.subjects()).filteredOn(subject -> subject.contains("Second of two")).hasSize(1);
        assertThat(bob.subjects()).filteredOn(subject -> subject.contains("First of two")).hasSize(1);
    }

    @Test
    void whatIsNotAllowedShouldBeNamedAndNotSaved() throws Exception {
        save(Map.of("notice.organisation", "valid"));
        Map<String, String> fields = new HashMap<>(BASE);
        fields.putAll(Map.of("action.malicious", "permit", "action.suspicious", "quarantine", "notice.subject", "{link}", "portal.undo", "soon"));

        Page refused = admin.browser().submit(admin.browser().open(server.portal("/admin/settings")), "/admin/settings", fields);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.document().select("[role=alert]").text()).contains("action.malicious = permit contradicts action.suspicious = quarantine",
            "{link} is none", "0 for none, or a number with a unit");
        assertThat(refused.document().selectFirst("#notice-subject").attr("value")).isEqualTo("{link}");
        assertThat(Fate.of(server, alice, eicar("Still held")).fate()).isEqualTo(Samples.Fate.HELD);
    }

    @Test
    void earlierVersionShouldComeBackAndBeExported() throws Exception {
        save(Map.of("notice.subject", "Version one of {subject}"));
        String version = admin.browser().open(server.portal("/admin/settings")).document().selectFirst("input[name=version]").attr("value");
        save(Map.of("notice.subject", "Version two of {subject}"));

        Page history = admin.browser().open(server.portal("/admin/settings/history"));
        Page draft = admin.browser().submit(admin.browser().open(history.link("Version " + version).orElseThrow()), "/revert", Map.of());
        admin.browser().submit(draft, "/save", Map.of("comment", "back"));
        Page exported = admin.browser().open(server.portal("/admin/settings/export"));

        assertThat(history.text()).contains("admin@example.org", "because of a test", "notice.subject");
        assertThat(Fate.of(server, alice, eicar("of them")).message().subject()).isEqualTo("Version one of of them");
        assertThat(exported.header("Content-Disposition").orElseThrow()).contains(".properties");
        assertThat(exported.text()).contains("notice.subject = Version one of {subject}");
    }

    @Test
    void whatStandsInTheFileShouldBeShownAndNotChanged() throws Exception {
        Page form = admin.browser().open(server.portal("/admin/settings"));

        assertThat(form.document().selectFirst("#notice-per-hour").hasAttr("disabled")).isTrue();
        assertThat(form.document().selectFirst("#notice-per-hour").attr("value")).isEqualTo("1000000");
        assertThat(form.text()).contains("Set in lazaret.properties on the server, which wins", "portal.bind", "Engines are connected at the start.");
    }
}
