package org.lazaret.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.portal.session.Secrets;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.RowView;
import org.lazaret.portal.view.StateView;
import org.lazaret.portal.view.Views;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Verdict;

/** Everybody's held mail, for administrators. For others these pages do not exist. */
final class AdministratorPages {
    static final int PAGE = 50;
    /** Requests are listed on top of the first page; should there be more, they are found by their state. */
    static final int MAX_REQUESTS = 100;
    private static final int MAX_TEXT = 200;
    private static final int MAX_CAUSE = 300;

    private final DecisionScope scope;
    private final Quarantine quarantine;
    private final Pages pages;
    private final Views views;
    private final Texts t;
    private final Previews previews;
    private final Doorkeeper doorkeeper;

    AdministratorPages(DecisionScope scope, Quarantine quarantine, Pages pages, Views views, Texts t, Previews previews, Doorkeeper doorkeeper) {
        this.scope = scope;
        this.quarantine = quarantine;
        this.pages = pages;
        this.views = views;
        this.t = t;
        this.previews = previews;
        this.doorkeeper = doorkeeper;
    }

    private Answer administrator(Call call, Function<Session, Answer> page) {
        return doorkeeper.signedIn(call, session -> session.administrator() ? page.apply(session) : pages.error(404));
    }

    Answer list(Call call) {
        return administrator(call, session -> {
            String text = call.query().line("text", MAX_TEXT);
            Optional<State> state = Arrays.stream(State.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(call.query().first("state"))).findFirst();
            Optional<RecordId> after = Optional.of(call.query().first("after")).filter(RecordId::isRecordId).map(RecordId::new);
            Set<State> states = state.<Set<State>>map(EnumSet::of).orElseGet(() -> EnumSet.noneOf(State.class));
            List<HeldMail> found = quarantine.search(new Query(Optional.empty(), states, text, after, PAGE + 1));
            boolean plain = text.isEmpty() && state.isEmpty() && after.isEmpty();
            List<HeldMail> requests = plain
                ? quarantine.search(new Query(Optional.empty(), EnumSet.of(State.REQUESTED), "", Optional.empty(), MAX_REQUESTS)) : List.of();
            String filter = "text=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + "&state=" + state.map(this::name).orElse("");
            return pages.page(200, "admin.jte", "title.admin", Optional.of(session), Map.of(
                "requests", rows(requests),
                "rows", rows(found.stream().limit(PAGE).toList()),
                "states", Arrays.stream(State.values()).map(views::state).toList(),
                "state", state.map(this::name).orElse(""),
                "text", text,
                "newest", after.isPresent() ? pages.base() + "/admin?" + filter : "",
                "older", found.size() > PAGE ? pages.base() + "/admin?" + filter + "&after=" + found.get(PAGE - 1).id() : ""));
        });
    }

    private String name(State state) {
        StateView view = views.state(state);
        return view.name();
    }

    private List<RowView> rows(List<HeldMail> mails) {
        return mails.stream().map(mail -> views.row(mail, pages.base() + path(mail))).toList();
    }

    private static String path(HeldMail mail) {
        return "/admin/mail/" + mail.id();
    }

    Answer mail(Call call) {
        return administrator(call, session -> find(call).map(mail -> show(200, mail, session, call, "")).orElseGet(() -> pages.error(404)));
    }

    Answer text(Call call) {
        return administrator(call, session -> find(call).flatMap(mail -> previews.document(mail, isKept(mail), actor(session, call)))
            .orElseGet(() -> pages.error(404)));
    }

    Answer decide(Call call) {
        return administrator(call, session -> find(call).map(mail -> decide(mail, session, call)).orElseGet(() -> pages.error(404)));
    }

    private Optional<HeldMail> find(Call call) {
        String id = call.segment(2);
        return RecordId.isRecordId(id) ? quarantine.find(new RecordId(id)) : Optional.empty();
    }

    private static Actor actor(Session session, Call call) {
        return new Actor(Actor.Role.ADMINISTRATOR, session.account(), call.address());
    }

    private static boolean isKept(HeldMail mail) {
        return mail.states().values().stream().anyMatch(State::keepsContent);
    }

    private Answer show(int status, HeldMail mail, Session session, Call call, String problem) {
        String path = pages.base() + path(mail);
        String cause = mail.verdict() instanceof Verdict.Failed failed ? failed.cause() : "";
        return pages.page(status, "adminmail.jte", "title.admin-mail", Optional.of(session), Map.of(
            "mail", views.mail(mail),
            "text", previews.view(mail, isKept(mail), actor(session, call), path + "/text"),
            "path", path,
            "problem", problem,
            "cause", cause.length() <= MAX_CAUSE ? cause : cause.substring(0, MAX_CAUSE) + "…",
            "scope", scope == DecisionScope.ALL && mail.envelope().recipients().size() > 1
                ? t.say("scope.all", mail.envelope().recipients().size()) : "",
            "requested", mail.states().containsValue(State.REQUESTED),
            "open", mail.states().values().stream().anyMatch(Views::isOpen),
            "releasable", mail.states().values().stream().anyMatch(state -> state.allows(State.RELEASING))));
    }

    private Answer decide(HeldMail mail, Session session, Call call) {
        if (!Secrets.same(session.formToken(), call.form().first("form"))) {
            return pages.message(403, "form", Optional.of(session), pages.base() + path(mail), t.say("form.back"));
        }
        Set<String> recipients = new LinkedHashSet<>(call.form().all("recipient"));
        recipients.retainAll(mail.states().keySet());
        // The facade takes nobody for everybody; a form without a mark must not.
        if (recipients.isEmpty()) {
            return show(400, mail, session, call, t.say("admin.none"));
        }
        Actor actor = actor(session, call);
        Outcome outcome = switch (call.segment(3)) {
            case "release" -> quarantine.release(mail.id(), recipients, actor);
            case "delete" -> quarantine.delete(mail.id(), recipients, actor);
            case "deny" -> quarantine.deny(mail.id(), requested(mail, recipients), actor);
            default -> new Outcome.Unknown();
        };
        return switch (outcome) {
            case Outcome.Done done -> Answer.seeOther(pages.base() + path(mail));
            case Outcome.Already already -> Answer.seeOther(pages.base() + path(mail));
            case Outcome.Unknown unknown -> pages.error(404);
            case Outcome.FailedToAct failed -> show(503, mail, session, call, t.say("admin.failed", failed.reason()));
        };
    }

    /** Those who asked; a refusal means nothing to the others. */
    private static Set<String> requested(HeldMail mail, Set<String> recipients) {
        Set<String> requested = new LinkedHashSet<>(recipients);
        requested.removeIf(recipient -> mail.states().get(recipient) != State.REQUESTED);
        return requested.isEmpty() ? recipients : requested;
    }
}
