package org.lazaret.portal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.Address;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.HeaderAddresses;
import org.lazaret.policy.lists.RefusedEntryException;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.AuditView;
import org.lazaret.portal.view.ChoiceView;
import org.lazaret.portal.view.Shown;
import org.lazaret.portal.view.TextView;
import org.lazaret.portal.view.TreeView;
import org.lazaret.portal.view.Views;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine.Copy;
import org.lazaret.quarantine.Quarantine.Form;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Verdict;

/** One held mail with all that is known of it, and everything an administrator can do with it. */
final class HeldMailPage {
    private static final int MAX_CAUSE = 300;
    private static final int MAX_ADDRESS = 320;
    private static final int SIMILAR = 10;
    /** Attachments whose likes are looked for, and that can be listed. */
    private static final int MAX_ATTACHMENTS = 10;

    private final Desk desk;
    private final DecisionScope scope;
    private final boolean auditorsPreview;
    private final Previews previews;

    HeldMailPage(Desk desk, DecisionScope scope, boolean auditorsPreview, Previews previews) {
        this.desk = desk;
        this.scope = scope;
        this.auditorsPreview = auditorsPreview;
        this.previews = previews;
    }

    Answer mail(Call call, Session session) {
        return find(call).map(mail -> show(200, mail, session, call, "")).orElseGet(this::none);
    }

    Answer text(Call call, Session session) {
        return find(call).filter(mail -> mayRead(session)).flatMap(mail -> previews.document(mail, isKept(mail), Desk.actor(session, call)))
            .orElseGet(this::none);
    }

    private Answer none() {
        return desk.pages().error(404);
    }

    private Optional<HeldMail> find(Call call) {
        String id = call.segment(2);
        return RecordId.isRecordId(id) ? desk.quarantine().find(new RecordId(id)) : Optional.empty();
    }

    private static boolean isKept(HeldMail mail) {
        return mail.states().values().stream().anyMatch(State::keepsContent);
    }

    private boolean mayRead(Session session) {
        return session.administrator() || auditorsPreview;
    }

    private Answer show(int status, HeldMail mail, Session session, Call call, String problem) {
        String path = desk.path(Desk.mailPath(mail.id()));
        Actor actor = Desk.actor(session, call);
        Optional<LegalHold> hold = desk.quarantine().legalHold(mail.id());
        boolean kept = isKept(mail) || hold.isPresent();
        String cause = mail.verdict() instanceof Verdict.Failed failed ? failed.cause() : "";
        String done = call.query().first("done");
        Map<String, Object> values = new java.util.HashMap<>();
        values.put("mail", desk.views().mail(mail));
        values.put("text", mayRead(session) ? previews.view(mail, kept, actor, path + "/text") : kept ? TextView.NOT_ALLOWED : TextView.GONE);
        values.put("path", path);
        values.put("problem", problem);
        values.put("done", Set.of("listed", "held", "lifted").contains(done) ? desk.t().say("admin.done." + done) : "");
        values.put("cause", Shown.line(cause, MAX_CAUSE).toString());
        values.put("scope", scope == DecisionScope.ALL && mail.envelope().recipients().size() > 1
            ? desk.t().say("scope.all", mail.envelope().recipients().size()) : "");
        values.put("requested", mail.states().containsValue(State.REQUESTED));
        values.put("open", mail.states().values().stream().anyMatch(Views::isOpen));
        values.put("releasable", !Decision.RELEASE.possible(mail).isEmpty());
        values.put("kept", kept);
        values.put("undoable", mail.envelope().recipients().stream().anyMatch(recipient ->
            desk.quarantine().undoUntil(mail.id(), recipient, actor).isPresent()));
        values.put("tree", TreeView.of(mail.verdict().findings(), desk.views()));
        values.put("audit", desk.quarantine().audit().page(AuditQuery.of(mail.id())).stream().map(link -> AuditView.of(link, desk.views())).toList());
        values.put("similar", similar(mail));
        values.put("hold", hold.map(one -> desk.t().say("admin.hold.since", desk.views().date(one.since()), one.author())).orElse(""));
        values.put("holdReason", Shown.line(hold.map(LegalHold::reason).orElse(""), 1_000));
        values.put("password", session.administrator() && kept ? desk.quarantine().downloadPassword(mail.id(), actor) : "");
        values.put("choices", choices(mail));
        return desk.page(status, "adminmail.jte", "title.admin-mail", session, values);
    }

    private List<TreeView.Similar> similar(HeldMail mail) {
        List<TreeView.Similar> similar = new ArrayList<>();
        for (String sha256 : hashes(mail)) {
            List<HeldMail> found = desk.quarantine().search(Query.all().withSha256(sha256).withLimit(SIMILAR + 2)).stream()
                .filter(other -> !other.id().equals(mail.id())).toList();
            if (!found.isEmpty()) {
                String name = mail.verdict().attachments().stream().filter(attachment -> attachment.sha256().equals(sha256)).map(Attachment::name)
                    .findFirst().orElse("");
                String count = found.size() > SIMILAR ? desk.t().say("admin.similar.many", SIMILAR) : Integer.toString(found.size());
                similar.add(new TreeView.Similar(Shown.line(name, 120), count, desk.path("/admin/quarantine?sha256=" + sha256)));
            }
        }
        return similar;
    }

    private static Set<String> hashes(HeldMail mail) {
        Set<String> hashes = new LinkedHashSet<>();
        mail.verdict().attachments().stream().map(Attachment::sha256).filter(Query::isSha256).limit(MAX_ATTACHMENTS).forEach(hashes::add);
        return hashes;
    }

    /** What of a mail can be put on a list. */
    private List<ChoiceView> choices(HeldMail mail) {
        List<ChoiceView> choices = new ArrayList<>();
        Address.find(mail.envelope().sender()).ifPresent(address -> addresses(choices, "mail-from", address));
        HeaderAddresses.parse(List.of(mail.from())).addresses().stream().findFirst().ifPresent(address -> addresses(choices, "header-from", address));
        for (Attachment attachment : mail.verdict().attachments().stream().limit(MAX_ATTACHMENTS).toList()) {
            if (Query.isSha256(attachment.sha256()) && choices.stream().noneMatch(one -> one.pattern().equals(attachment.sha256()))) {
                choices.add(new ChoiceView("attachment " + attachment.sha256(), attachment.sha256(), desk.t().say("admin.choice.attachment"),
                    Shown.line(attachment.name(), 120)));
            }
        }
        return choices;
    }

    private void addresses(List<ChoiceView> choices, String field, Address address) {
        for (String pattern : List.of(address.toString(), address.domain())) {
            choices.add(new ChoiceView(field + " " + pattern, pattern, desk.t().say("admin.choice." + field), Shown.line(pattern)));
        }
    }

    Answer decide(Call call, Session session) {
        return find(call).map(mail -> decide(mail, session, call)).orElseGet(this::none);
    }

    private Answer decide(HeldMail mail, Session session, Call call) {
        Set<String> recipients = new LinkedHashSet<>(call.form().all("recipient"));
        recipients.retainAll(mail.states().keySet());
        // The facade takes nobody for everybody; a form without a mark must not.
        if (recipients.isEmpty()) {
            return show(400, mail, session, call, desk.t().say("admin.none"));
        }
        Actor actor = Desk.actor(session, call);
        String reason = call.form().line("reason", Desk.MAX_REASON);
        String action = call.segment(3);
        if (action.equals("original")) {
            return answer(desk.quarantine().release(mail.id(), recipients, Form.ORIGINAL, actor), mail, session, call);
        }
        Decision decision = Decision.valueOf(action.toUpperCase(Locale.ROOT));
        Set<String> some = new LinkedHashSet<>(recipients);
        some.retainAll(decision.possible(mail));
        return answer(decision.make(desk.quarantine(), mail, some.isEmpty() ? recipients : some, reason, actor), mail, session, call);
    }

    private Answer answer(Outcome outcome, HeldMail mail, Session session, Call call) {
        return switch (outcome) {
            case Outcome.Done done -> back(mail, "");
            case Outcome.Already already -> back(mail, "");
            case Outcome.Unknown unknown -> none();
            case Outcome.FailedToAct failed -> show(503, mail, session, call, desk.t().say("admin.failed", failed.reason()));
        };
    }

    private Answer back(HeldMail mail, String done) {
        return Answer.seeOther(desk.path(Desk.mailPath(mail.id())) + (done.isEmpty() ? "" : "?done=" + done));
    }

    Answer undo(Call call, Session session) {
        return find(call).map(mail -> answer(desk.quarantine().undelete(mail.id(), Set.of(), Desk.actor(session, call)), mail, session, call))
            .orElseGet(this::none);
    }

    Answer copy(Call call, Session session) {
        return find(call).map(mail -> copy(mail, session, call)).orElseGet(this::none);
    }

    private Answer copy(HeldMail mail, Session session, Call call) {
        String address;
        try {
            address = Address.parse(call.form().line("address", MAX_ADDRESS)).toString();
        } catch (IllegalArgumentException e) {
            return show(400, mail, session, call, desk.t().say("admin.copy.address.wrong", String.valueOf(e.getMessage())));
        }
        Form form = call.form().first("as").equals("original") ? Form.ORIGINAL : Form.PROTECTED;
        return switch (desk.quarantine().sendCopy(mail.id(), address, form, Desk.actor(session, call))) {
            case Copy.Sent sent -> desk.page(200, "copied.jte", "title.admin-copied", session, Map.of(
                "text", desk.t().say("admin.copied.text", address), "password", sent.password(), "back", desk.path(Desk.mailPath(mail.id()))));
            case Copy.NoSuchMail none -> show(410, mail, session, call, desk.t().say("text.gone"));
            case Copy.NotSent not -> show(503, mail, session, call, desk.t().say("admin.failed", not.reason()));
        };
    }

    Answer download(Call call, Session session) {
        Optional<HeldMail> found = find(call);
        if (found.isEmpty()) {
            return none();
        }
        HeldMail mail = found.get();
        if (!isKept(mail) && desk.quarantine().legalHold(mail.id()).isEmpty()) {
            return show(410, mail, session, call, desk.t().say("text.gone"));
        }
        Actor actor = Desk.actor(session, call);
        return Answer.file("application/zip", "mail-" + mail.id() + ".zip", out -> {
            if (!desk.quarantine().download(mail.id(), actor, out)) {
                throw new IOException("The content of " + mail.id() + " is gone");
            }
        });
    }

    Answer hold(Call call, Session session) {
        return find(call).map(mail -> {
            String reason = call.form().line("reason", Desk.MAX_REASON);
            if (reason.isEmpty()) {
                return show(400, mail, session, call, desk.t().say("admin.hold.reason.missing"));
            }
            return desk.quarantine().placeHold(mail.id(), reason, Desk.actor(session, call)).isPresent() ? back(mail, "held")
                : show(410, mail, session, call, desk.t().say("text.gone"));
        }).orElseGet(this::none);
    }

    Answer lift(Call call, Session session) {
        return find(call).map(mail -> {
            desk.quarantine().liftHold(mail.id(), Desk.actor(session, call));
            return back(mail, "lifted");
        }).orElseGet(this::none);
    }

    Answer putOnList(Call call, Session session) {
        return find(call).map(mail -> putOnList(mail, session, call)).orElseGet(this::none);
    }

    private Answer putOnList(HeldMail mail, Session session, Call call) {
        String chosen = call.form().first("entry");
        // Only what the page offered: anything else has the page of the lists.
        if (choices(mail).stream().noneMatch(choice -> choice.value().equals(chosen))) {
            return show(400, mail, session, call, desk.t().say("admin.list.choose"));
        }
        int blank = chosen.indexOf(' ');
        try {
            EntryForm form = EntryForm.of(call.form(), desk);
            desk.quarantine().lists().add(new Draft(form.effect().orElse(Effect.BLOCK), Field.valueOf(chosen.substring(0, blank).replace('-', '_')
                .toUpperCase(Locale.ROOT)), chosen.substring(blank + 1), "", form.expires(), form.reason()), Desk.author(session, call));
            return back(mail, "listed");
        } catch (RefusedEntryException e) {
            return show(400, mail, session, call, String.valueOf(e.getMessage()));
        }
    }
}
