package org.lazaret.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.Direction;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.policy.settings.Settings.PasswordPlace;
import org.lazaret.policy.settings.Settings.RecipientMode;
import org.lazaret.portal.session.Secrets;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.DecisionView;
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

/**
 * What a recipient sees of a mail and decides about it, by the link in the notice or signed in. Whoever is not entitled gets the same page as
 * for a record that does not exist.
 */
final class RecipientPages {
    static final int PAGE = 50;
    static final int MAX_REASON = 1_000;
    private static final int MAX_TEXT = 200;

    /**
     * Somebody's right to one mail.
     *
     * @param path the mail's page, without what a proxy put before it
     */
    private record Entitled(HeldMail mail, String recipient, String path, String formToken, Optional<Session> session, Actor actor) {
        State state() {
            return mail.states().getOrDefault(recipient, State.EXPIRED);
        }
    }

    private final Settings settings;
    private final Quarantine quarantine;
    private final Pages pages;
    private final Views views;
    private final Texts t;
    private final Previews previews;
    private final Doorkeeper doorkeeper;

    RecipientPages(Settings settings, Quarantine quarantine, Pages pages, Views views, Texts t, Previews previews, Doorkeeper doorkeeper) {
        this.settings = settings;
        this.quarantine = quarantine;
        this.pages = pages;
        this.views = views;
        this.t = t;
        this.previews = previews;
        this.doorkeeper = doorkeeper;
    }

    Answer byLink(Call call) {
        return linked(call).map(this::show).orElseGet(this::deadLink);
    }

    Answer textByLink(Call call) {
        return linked(call).map(this::text).orElseGet(this::deadLink);
    }

    Answer decideByLink(Call call) {
        return linked(call).map(entitled -> decide(entitled, call)).orElseGet(this::deadLink);
    }

    Answer list(Call call) {
        return doorkeeper.signedIn(call, session -> list(200, call, session, ""));
    }

    private Answer list(int status, Call call, Session session, String problem) {
        String text = call.query().line("text", MAX_TEXT);
        Optional<State> state = Arrays.stream(State.values()).filter(each -> name(each).equals(call.query().first("state"))).findFirst();
        Optional<RecordId> after = Optional.of(call.query().first("after")).filter(RecordId::isRecordId).map(RecordId::new);
        Set<State> states = state.<Set<State>>map(EnumSet::of).orElseGet(() -> EnumSet.noneOf(State.class));
        List<HeldMail> found = quarantine.search(new Query(Optional.of(session.account()), states, text, after, PAGE + 1));
        List<RowView> rows = found.stream().limit(PAGE)
            .filter(mail -> isIn(mail, text))
            .flatMap(mail -> addressOf(mail, session).map(address -> row(mail, address)).stream())
            .toList();
        String filter = text.isEmpty() && state.isEmpty() ? ""
            : "text=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + "&state=" + state.map(this::name).orElse("") + "&";
        return pages.page(status, "mails.jte", "title.mails", Optional.of(session), Map.of(
            "rows", rows,
            "states", Arrays.stream(State.values()).map(views::state).toList(),
            "state", state.map(this::name).orElse(""),
            "text", text,
            "requests", settings.portal().mode() == RecipientMode.REQUEST,
            "problem", problem,
            "newest", after.isPresent() ? pages.base() + "/mails" + (filter.isEmpty() ? "" : "?" + filter) : "",
            "older", found.size() > PAGE ? pages.base() + "/mails?" + filter + "after=" + found.get(PAGE - 1).id() : ""));
    }

    /** The search also finds by recipients; to whom else a mail went is not for a recipient to find out. */
    private static boolean isIn(HeldMail mail, String text) {
        String own = mail.subject() + "\n" + mail.from() + "\n" + mail.envelope().sender();
        return own.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    private String name(State state) {
        return views.state(state).name();
    }

    private RowView row(HeldMail mail, String address) {
        State state = mail.states().getOrDefault(address, State.EXPIRED);
        return views.row(mail, pages.base() + "/mails/" + mail.id(), views.state(state), state.allows(State.DELETED));
    }

    /** Decides about many mails at once, and shows what became of each. */
    Answer decideMany(Call call) {
        return doorkeeper.signedIn(call, session -> {
            if (!Secrets.same(session.formToken(), call.form().first("form"))) {
                return pages.message(403, "form", Optional.of(session), pages.base() + "/mails", t.say("form.back"));
            }
            List<Entitled> marked = call.form().all("mail").stream().distinct().limit(PAGE)
                .flatMap(id -> owned(id, session, call).stream()).toList();
            if (marked.isEmpty()) {
                return list(400, call, session, t.say("bulk.none"));
            }
            List<RowView> rows = marked.stream().map(entitled -> decided(entitled, call.segment(1))).toList();
            return pages.page(200, "bulk.jte", "title.mails", Optional.of(session), Map.of("rows", rows));
        });
    }

    private RowView decided(Entitled entitled, String action) {
        boolean failed = !isPossible(action) || act(entitled, action, "") instanceof Outcome.FailedToAct;
        HeldMail mail = quarantine.find(entitled.mail().id()).orElse(entitled.mail());
        return failed
            ? views.row(mail, pages.base() + entitled.path(), new StateView("failed", t.say("bulk.failed")), false)
            : row(mail, entitled.recipient());
    }

    Answer own(Call call) {
        return doorkeeper.signedIn(call, session -> owned(call.segment(1), session, call).map(this::show).orElseGet(() -> pages.error(404)));
    }

    Answer textOfOwn(Call call) {
        return doorkeeper.signedIn(call, session -> owned(call.segment(1), session, call).map(this::text).orElseGet(() -> pages.error(404)));
    }

    Answer decideOwn(Call call) {
        return doorkeeper.signedIn(call, session -> owned(call.segment(1), session, call).map(entitled -> decide(entitled, call))
            .orElseGet(() -> pages.error(404)));
    }

    private Optional<Entitled> linked(Call call) {
        String token = call.segment(1);
        return quarantine.links().verify(token).flatMap(capability -> quarantine.find(capability.record())
            .filter(mail -> mail.states().containsKey(capability.recipient()))
            .map(mail -> new Entitled(mail, capability.recipient(), "/m/" + token, Secrets.formToken(token), Optional.empty(),
                new Actor(Actor.Role.RECIPIENT, capability.recipient(), call.address()))));
    }

    private Optional<Entitled> owned(String id, Session session, Call call) {
        if (!RecordId.isRecordId(id)) {
            return Optional.empty();
        }
        return quarantine.find(new RecordId(id)).flatMap(mail -> addressOf(mail, session)
            .map(recipient -> new Entitled(mail, recipient, "/mails/" + id, session.formToken(), Optional.of(session),
                new Actor(Actor.Role.RECIPIENT, recipient, call.address()))));
    }

    private static Optional<String> addressOf(HeldMail mail, Session session) {
        return mail.states().keySet().stream().filter(address -> address.equalsIgnoreCase(session.account())).findFirst();
    }

    private Answer deadLink() {
        return pages.message(404, "link", Optional.empty(), pages.base() + "/sign-in", t.say("sign-in.button"));
    }

    private Answer show(Entitled entitled) {
        String path = pages.base() + entitled.path();
        return pages.page(200, "held.jte", "title.held", entitled.session(), Map.of(
            "mail", views.mail(entitled.mail()),
            "text", previews.view(entitled.mail(), entitled.state().keepsContent(), entitled.actor(), path + "/text"),
            "decision", decision(entitled, path)));
    }

    private DecisionView decision(Entitled entitled, String path) {
        State state = entitled.state();
        StateView stateView = views.state(state);
        boolean attached = settings.release().password() == PasswordPlace.ATTACHED;
        String recipient = entitled.recipient();
        String heading = state == State.HELD ? "" : t.say("decided." + stateView.name());
        String text = switch (state) {
            case HELD -> "";
            case RELEASED -> t.say(attached ? "decided.released.text.attached" : "decided.released.text.portal", recipient);
            case RELEASING -> t.say("decided.releasing.text", recipient);
            case REQUESTED, DENIED, DELETED, EXPIRED -> t.say("decided." + stateView.name() + ".text");
        };
        String password = state == State.RELEASED && !attached
            ? quarantine.releasePassword(entitled.mail().id(), recipient).orElse("") : "";
        int recipients = entitled.mail().envelope().recipients().size();
        String scope = settings.portal().scope() == DecisionScope.ALL && recipients > 1 ? t.say("scope.all", recipients) : "";
        return new DecisionView(path, entitled.formToken(), stateView, state == State.HELD, heading, text, scope, mayRelease(state),
            mayRequest(state), state.allows(State.DELETED), deleteText(), undo(entitled),
            t.say(attached ? "release.text.attached" : "release.text.portal", recipient),
            entitled.mail().verdict().score().atLeast(settings.policy().of(recipient, Direction.INBOUND).maliciousFrom()), password);
    }

    private String deleteText() {
        Duration undo = settings.portal().undo();
        if (undo.isZero()) {
            return t.say("delete.sure");
        }
        return t.say("delete.sure.undo", undo.toSeconds() < 120 ? t.say("time.seconds", undo.toSeconds()) : t.say("time.minutes", undo.toMinutes()));
    }

    /** Until when the deletion can be taken back; empty when it cannot. */
    private String undo(Entitled entitled) {
        return entitled.state() != State.DELETED ? ""
            : quarantine.undoUntil(entitled.mail().id(), entitled.recipient(), entitled.actor()).map(until -> t.say("undo.text", views.time(until)))
                .orElse("");
    }

    /** What an administrator refused stays refused. */
    private boolean mayRelease(State state) {
        return settings.portal().mode() == RecipientMode.RELEASE && state != State.DENIED && state.allows(State.RELEASING);
    }

    private boolean mayRequest(State state) {
        return settings.portal().mode() == RecipientMode.REQUEST && state == State.HELD;
    }

    private Answer text(Entitled entitled) {
        return previews.document(entitled.mail(), entitled.state().keepsContent(), entitled.actor()).orElseGet(() -> pages.error(404));
    }

    private Answer decide(Entitled entitled, Call call) {
        String page = pages.base() + entitled.path();
        if (!Secrets.same(entitled.formToken(), call.form().first("form"))) {
            return pages.message(403, "form", entitled.session(), page, t.say("form.back"));
        }
        String action = call.segment(2);
        if (!isPossible(action)) {
            return pages.message(403, "mode", entitled.session(), page, t.say("form.back"));
        }
        Outcome outcome = act(entitled, action, call.form().line("reason", MAX_REASON));
        return switch (outcome) {
            case Outcome.Done done -> Answer.seeOther(page);
            case Outcome.Already already -> Answer.seeOther(page);
            case Outcome.Unknown unknown -> entitled.session().isPresent() ? pages.error(404) : deadLink();
            case Outcome.FailedToAct failed -> pages.message(503, "failed", entitled.session(), page, t.say("form.back"));
        };
    }

    /** Whether recipients release themselves or ask, whichever the action is. */
    private boolean isPossible(String action) {
        RecipientMode other = settings.portal().mode() == RecipientMode.RELEASE ? RecipientMode.REQUEST : RecipientMode.RELEASE;
        return !action.equals(other.name().toLowerCase(Locale.ROOT));
    }

    private Outcome act(Entitled entitled, String action, String reason) {
        State state = entitled.state();
        Set<String> recipient = Set.of(entitled.recipient());
        RecordId id = entitled.mail().id();
        return switch (action) {
            case "release" -> mayRelease(state) ? quarantine.release(id, recipient, entitled.actor()) : new Outcome.Already(state);
            case "request" -> mayRequest(state) ? quarantine.request(id, entitled.recipient(), reason, entitled.actor()) : new Outcome.Already(state);
            case "delete" -> state.allows(State.DELETED) ? quarantine.delete(id, recipient, entitled.actor()) : new Outcome.Already(state);
            case "undo" -> quarantine.undelete(id, recipient, entitled.actor());
            default -> new Outcome.Unknown();
        };
    }
}
