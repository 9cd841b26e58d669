package org.lazaret.portal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.RequestView;
import org.lazaret.portal.view.RowView;
import org.lazaret.portal.view.Shown;
import org.lazaret.portal.view.StateView;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.portal.web.Fields;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;

/** Lists of everybody's held mail: all of it by a filter, and what is asked for. Decisions about many mails at once. */
final class QuarantinePages {
    static final int PAGE = 50;
    /** Requests of one mail that are looked for. */
    private static final int MAX_ASKED = 50;
    private static final String LIST = "/admin/quarantine";
    private static final String REQUESTS = "/admin/requests";

    private final Desk desk;

    QuarantinePages(Desk desk) {
        this.desk = desk;
    }

    Answer list(Call call, Session session) {
        return list(200, call, session, "");
    }

    private Answer list(int status, Call call, Session session, String problem) {
        MailFilter filter = MailFilter.of(call.query());
        Optional<RecordId> after = after(call);
        List<HeldMail> found = List.of();
        String wrong = problem;
        int answer = status;
        try {
            found = desk.quarantine().search(filter.query(after, PAGE + 1, desk.clock()));
        } catch (MailFilter.WrongFilterException e) {
            wrong = desk.t().say("admin.filter.wrong." + e.field());
            answer = 400;
        }
        String view = filter.toString();
        boolean marked = call.query().first("mark").equals("all");
        Map<String, Object> values = new HashMap<>();
        values.put("rows", desk.rows(found.stream().limit(PAGE).toList()));
        values.put("states", Arrays.stream(State.values()).map(desk.views()::state).toList());
        values.put("filter", filter.values());
        values.put("spans", List.copyOf(MailFilter.SPANS.keySet()));
        values.put("filtered", !filter.isEmpty());
        values.put("more", filter.hasMore());
        values.put("view", view.isEmpty() ? "" : "?" + view);
        values.put("marked", marked);
        values.put("markAll", address(view, after.map(id -> "after=" + id).orElse(""), marked ? "" : "mark=all"));
        values.put("problem", wrong);
        values.put("newest", after.isPresent() ? address(view) : "");
        values.put("older", older(found, LIST, view));
        return desk.page(answer, "quarantine.jte", "title.admin-quarantine", session, values);
    }

    private String address(String... parts) {
        String query = Arrays.stream(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining("&"));
        return desk.path(LIST) + (query.isEmpty() ? "" : "?" + query);
    }

    private String older(List<HeldMail> found, String page, String view) {
        return found.size() > PAGE ? desk.path(page) + "?" + (view.isEmpty() ? "" : view + "&") + "after=" + found.get(PAGE - 1).id() : "";
    }

    private static Optional<RecordId> after(Call call) {
        return Optional.of(call.query().first("after")).filter(RecordId::isRecordId).map(RecordId::new);
    }

    Answer requests(Call call, Session session) {
        return requests(200, call, session, "");
    }

    private Answer requests(int status, Call call, Session session, String problem) {
        Optional<RecordId> after = after(call);
        Query query = Query.all().withStates(Set.of(State.REQUESTED)).withOrder(Query.Order.OLDEST).withLimit(PAGE + 1);
        List<HeldMail> found = desk.quarantine().search(after.isPresent() ? query.withAfter(after.get()) : query);
        return desk.page(status, "requests.jte", "title.admin-requests", session, Map.of(
            "requests", found.stream().limit(PAGE).map(this::request).toList(),
            "problem", problem,
            "first", after.isPresent() ? desk.path(REQUESTS) : "",
            "next", older(found, REQUESTS, "")));
    }

    private RequestView request(HeldMail mail) {
        List<ChainedEntry> asked = desk.quarantine().audit().page(new AuditQuery(Optional.of(mail.id()), "", "requested", Optional.empty(),
            Optional.empty(), Optional.empty(), MAX_ASKED));
        List<RequestView.Asked> open = new ArrayList<>();
        for (String recipient : mail.envelope().recipients()) {
            if (mail.states().get(recipient) == State.REQUESTED) {
                Optional<ChainedEntry> entry = asked.stream()
                    .filter(link -> link.entry().recipients().stream().anyMatch(recipient::equalsIgnoreCase)).findFirst();
                open.add(new RequestView.Asked(Shown.line(recipient), entry.map(link -> desk.views().shortDate(link.entry().at())).orElse(""),
                    Shown.line(entry.map(link -> link.entry().detail()).orElse(""), 1_000)));
            }
        }
        return new RequestView(desk.views().row(mail, desk.path(Desk.mailPath(mail.id()))), open);
    }

    Answer decideListed(Call call, Session session) {
        MailFilter filter = MailFilter.of(call.query());
        String back = desk.path(LIST) + (filter.toString().isEmpty() ? "" : "?" + filter);
        return decide(call, session, "quarantine", back, problem -> list(400, call, session, problem));
    }

    Answer decideRequests(Call call, Session session) {
        return decide(call, session, "requests", desk.path(REQUESTS), problem -> requests(400, call, session, problem));
    }

    /** Shows the form again, with what is wrong with it. */
    @FunctionalInterface
    private interface Again {
        Answer with(String problem);
    }

    private Answer decide(Call call, Session session, String section, String back, Again again) {
        Fields form = call.form();
        Decision decision = Decision.valueOf(call.segment(2).toUpperCase(Locale.ROOT));
        List<RecordId> marked = form.all("mail").stream().distinct().filter(RecordId::isRecordId).limit(PAGE).map(RecordId::new).toList();
        if (marked.isEmpty()) {
            return again.with(desk.t().say("bulk.none"));
        }
        String reason = form.line("reason", Desk.MAX_REASON);
        boolean requestsAlone = section.equals("requests");
        List<RowView> rows = new ArrayList<>();
        int done = 0;
        int failed = 0;
        for (RecordId id : marked) {
            Optional<HeldMail> found = desk.quarantine().find(id);
            if (found.isEmpty()) {
                failed++;
                continue;
            }
            HeldMail mail = found.get();
            Set<String> recipients = decision.possible(mail);
            if (requestsAlone) {
                recipients.removeIf(recipient -> mail.states().get(recipient) != State.REQUESTED);
            }
            Outcome outcome = recipients.isEmpty() ? new Outcome.Already(State.HELD)
                : decision.make(desk.quarantine(), mail, recipients, reason, Desk.actor(session, call));
            switch (outcome) {
                case Outcome.Done one -> done++;
                case Outcome.Already already -> { }
                case Outcome.Unknown unknown -> failed++;
                case Outcome.FailedToAct problem -> failed++;
            }
            rows.add(row(id, mail, outcome));
        }
        int nothing = marked.size() - done - failed;
        return desk.page(200, "decided.jte", "title.admin-decided", session, Map.of(
            "section", section,
            "rows", rows,
            "done", desk.t().say("admin.bulk." + decision.name().toLowerCase(Locale.ROOT), done),
            "failed", failed,
            "nothing", nothing,
            "back", back));
    }

    private RowView row(RecordId id, HeldMail before, Outcome outcome) {
        HeldMail mail = desk.quarantine().find(id).orElse(before);
        String path = desk.path(Desk.mailPath(id));
        return outcome instanceof Outcome.FailedToAct failed
            ? desk.views().row(mail, path,
                new StateView("failed", desk.t().say("admin.bulk.failed", Shown.line(failed.reason(), 200).toString())), false)
            : desk.views().row(mail, path);
    }
}
