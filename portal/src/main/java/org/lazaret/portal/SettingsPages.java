package org.lazaret.portal;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.LiveSettings.Problem;
import org.lazaret.policy.settings.LiveSettings.Saved;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.policy.settings.SettingsVersion;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.SettingsForm;
import org.lazaret.portal.view.SettingsForm.Entered;
import org.lazaret.portal.view.SettingsView;
import org.lazaret.portal.view.VersionView;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Answer.Header;
import org.lazaret.portal.web.Call;
import org.lazaret.quarantine.notice.Notices;

/**
 * The settings: looked at and changed by administrators, in steps. What is entered becomes a draft, the draft is shown as what would change and
 * as the notice it makes, and only then saved, with a comment, as a version. Going back to an earlier version is a draft too.
 */
final class SettingsPages {
    static final int PAGE = 20;
    private static final int MAX_COMMENT = 500;
    private static final String PATH = "/admin/settings";
    /** The notice has styles of its own and nothing else; the frame runs nothing. */
    private static final String NOTICE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        + "frame-ancestors 'self'; sandbox";

    private final LiveSettings settings;
    private final SettingsForm form;
    private final Drafts drafts;
    private final Desk desk;
    private final Supplier<URI> portal;

    /** @param portal how recipients reach it */
    SettingsPages(Desk desk, LiveSettings settings, Supplier<URI> portal) {
        this.desk = desk;
        this.settings = settings;
        this.form = new SettingsForm(settings, desk.t());
        this.drafts = new Drafts(desk.clock());
        this.portal = portal;
    }

    Answer show(Call call, Session session) {
        Optional<Drafts.Draft> draft = drafts.find(call.query().first("draft"), session);
        long version = settings.version();
        String saved = call.query().first("saved").equals(Long.toString(version)) ? desk.t().say("admin.settings.saved", version) : "";
        return form(200, session, form.view(draft.map(Drafts.Draft::version).orElse(version),
            draft.map(Drafts.Draft::lines).orElseGet(settings::stored), List.of()), saved);
    }

    private Answer form(int status, Session session, SettingsView view, String saved) {
        return desk.page(status, "settings.jte", "title.admin-settings", session, Map.of("settings", view, "saved", saved,
            "broken", settings.problem().orElse(""), "writable", session.administrator()));
    }

    /** Makes a draft of what was entered, and shows it; or shows the form again with what is wrong. */
    Answer draft(Call call, Session session) {
        long version = number(call.form().first("version"));
        Entered entered = form.read(call.form());
        List<Problem> problems = new ArrayList<>(entered.problems());
        LiveSettings.Draft checked = settings.draft(entered.lines());
        problems.addAll(checked.problems());
        if (!problems.isEmpty()) {
            return form(400, session, form.again(version, entered, problems), "");
        }
        return Answer.seeOther(desk.path(path(drafts.keep(session, version, base(version), checked.lines()))));
    }

    private static String path(Drafts.Draft draft) {
        return PATH + "/drafts/" + draft.id();
    }

    /** What was stored in the version that somebody began with. */
    private Map<String, String> base(long version) {
        return version == settings.version() ? settings.stored() : settings.find(version).map(SettingsVersion::lines).orElse(Map.of());
    }

    Answer preview(Call call, Session session) {
        return withDraft(call, session, draft -> preview(200, call, session, draft, ""));
    }

    private Answer withDraft(Call call, Session session, Function<Drafts.Draft, Answer> page) {
        return drafts.find(call.segment(3), session).map(page)
            .orElseGet(() -> desk.pages().message(404, "admin.draft", Optional.of(session), desk.path(PATH), desk.t().say("form.back")));
    }

    private Answer preview(int status, Call call, Session session, Drafts.Draft draft, String problem) {
        LiveSettings.Draft checked = settings.draft(draft.lines());
        Language language = Language.of(call.query().first("notice")).orElse(checked.settings().notice().language());
        Notices.Preview notice = notice(checked, language);
        Map<String, Object> values = new HashMap<>();
        values.put("draft", draft.id());
        values.put("changes", form.changes(settings.stored(), checked.lines()));
        values.put("problem", problem);
        values.put("comment", call.form().line("comment", MAX_COMMENT));
        values.put("language", language);
        values.put("subject", notice.subject());
        values.put("text", notice.text());
        values.put("raw", new String(notice.raw(), StandardCharsets.US_ASCII));
        values.put("writable", session.administrator());
        return desk.page(status, "settingsdraft.jte", "title.admin-settings-draft", session, values);
    }

    private Notices.Preview notice(LiveSettings.Draft draft, Language language) {
        return Notices.preview(draft.settings().notice(), draft.settings().portal().linkValidity(), language, portal.get(), desk.clock());
    }

    /** The notice's HTML as a document of its own, for the frame. */
    Answer notice(Call call, Session session) {
        return withDraft(call, session, draft -> {
            LiveSettings.Draft checked = settings.draft(draft.lines());
            Language language = Language.of(call.query().first("notice")).orElse(checked.settings().notice().language());
            return Answer.html(200, notice(checked, language).html())
                .with("Content-Security-Policy", NOTICE_POLICY)
                .with("X-Frame-Options", "SAMEORIGIN")
                .with("Referrer-Policy", "no-referrer");
        });
    }

    Answer save(Call call, Session session) {
        return withDraft(call, session, draft -> save(call, session, draft));
    }

    private Answer save(Call call, Session session, Drafts.Draft draft) {
        Saved saved = settings.save(draft.version(), draft.lines(), call.form().line("comment", MAX_COMMENT),
            Desk.author(session, call));
        return switch (saved) {
            case Saved.Done done -> {
                drafts.forget(draft);
                yield Answer.seeOther(desk.path(PATH) + "?saved=" + done.version().number());
            }
            case Saved.Unchanged unchanged -> Answer.seeOther(desk.path(PATH));
            case Saved.Refused refused -> form(400, session, form.view(draft.version(), draft.lines(), refused.problems()), "");
            case Saved.Outdated outdated -> {
                long now = settings.version();
                Map<String, String> current = settings.stored();
                Drafts.Draft renewed = drafts.keep(session, now, current, rebased(draft, current));
                yield preview(409, call, session, renewed, desk.t().say("admin.settings.outdated", outdated.version()));
            }
        };
    }

    /** The same changes on what somebody else saved meanwhile. */
    private static Map<String, String> rebased(Drafts.Draft draft, Map<String, String> current) {
        Map<String, String> lines = new TreeMap<>(current);
        draft.base().forEach((key, value) -> {
            if (!draft.lines().containsKey(key)) {
                lines.remove(key);
            }
        });
        draft.lines().forEach((key, value) -> {
            if (!value.equals(draft.base().get(key))) {
                lines.put(key, value);
            }
        });
        return lines;
    }

    Answer history(Call call, Session session) {
        long before = call.query().first("before").isEmpty() ? Long.MAX_VALUE : number(call.query().first("before"));
        // One more, to compare the last one with.
        List<SettingsVersion> found = settings.history(before, PAGE + 1);
        List<VersionView> versions = new ArrayList<>();
        for (int i = 0; i < Math.min(PAGE, found.size()); i++) {
            versions.add(form.version(found.get(i), i + 1 < found.size() ? found.get(i + 1).lines() : Map.of(), desk.views()));
        }
        return desk.page(200, "settingshistory.jte", "title.admin-settings-history", session, Map.of("versions", versions,
            "newest", before == Long.MAX_VALUE ? "" : desk.path(PATH) + "/history",
            "older", found.size() > PAGE ? desk.path(PATH) + "/history?before=" + found.get(PAGE - 1).number() : ""));
    }

    Answer version(Call call, Session session) {
        return settings.find(number(call.segment(3)))
            .map(version -> desk.page(200, "settingsversion.jte", "title.admin-settings-version", session, Map.of(
                "version", form.version(version, base(version.number() - 1), desk.views()),
                "back", form.changes(settings.stored(), version.lines()),
                "writable", session.administrator())))
            .orElseGet(() -> desk.pages().error(404));
    }

    /** Makes a draft of an earlier version. */
    Answer revert(Call call, Session session) {
        return settings.find(number(call.segment(3))).map(version -> {
            long now = settings.version();
            LiveSettings.Draft checked = settings.draft(version.lines());
            if (!checked.problems().isEmpty()) {
                return form(400, session, form.view(now, version.lines(), checked.problems()), "");
            }
            return Answer.seeOther(desk.path(path(drafts.keep(session, now, settings.stored(), checked.lines()))));
        }).orElseGet(() -> desk.pages().error(404));
    }

    /** The settings as a file. */
    Answer export(Call call, Session session) {
        String asked = call.query().first("version");
        long number = asked.isEmpty() ? settings.version() : number(asked);
        if (number != 0 && settings.find(number).isEmpty()) {
            return desk.pages().error(404);
        }
        String text = "# Settings of Lazaret, version " + number + "\n" + SettingsFile.text(base(number));
        return new Answer(200, List.of(new Header("Content-Type", "text/plain; charset=utf-8"),
            new Header("Content-Disposition", "attachment; filename=\"lazaret-settings-" + number + ".properties\"")),
            text.getBytes(StandardCharsets.UTF_8));
    }

    private static long number(String text) {
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : -1;
    }
}
