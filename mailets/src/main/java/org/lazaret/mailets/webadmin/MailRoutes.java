package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.task.TaskId;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.routes.TasksRoutes;
import org.lazaret.policy.Address;
import org.lazaret.policy.Keyword;
import org.lazaret.portal.preview.PreviewReader;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Quarantine.Copy;
import org.lazaret.quarantine.Quarantine.Form;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;
import org.lazaret.scan.log.Log;
import spark.HaltException;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * Held mail: to find, to read, to decide about. Lists are read page by page, each behind the last mail of the one before, so that they stay whole
 * while mail comes and goes.
 */
final class MailRoutes {
    private static final Log LOGGER = Log.of(MailRoutes.class);
    private static final String MAILS = LazaretRoutes.BASE + "/mails";
    private static final String MAIL = MAILS + "/:id";
    private static final String REQUESTS = LazaretRoutes.BASE + "/requests";
    private static final int SHOWN = 100;
    private static final int MAX_SHOWN = 1_000;
    /** Bytes of a body with ids: about 30,000. */
    private static final int MAX_IDS = 1024 * 1024;
    private static final int MAX_ASKED = 1_000;
    private static final String PASSWORD_HEADER = "Lazaret-Zip-Password";

    private final Quarantine quarantine;
    private final TaskManager tasks;
    private final Clock clock;

    MailRoutes(Quarantine quarantine, TaskManager tasks, Clock clock) {
        this.quarantine = quarantine;
        this.tasks = tasks;
        this.clock = clock;
    }

    void define(Service service) {
        service.get(MAILS, this::search);
        service.post(MAILS, this::decideOnMany);
        service.get(MAIL, (request, response) -> {
            HeldMail mail = find(request);
            return MailJson.write(mail, quarantine.legalHold(mail.id()));
        });
        service.get(MAIL + "/preview", this::preview);
        service.get(MAIL + "/message", this::message);
        service.get(MAIL + "/message.zip", this::zip);
        for (Decision decision : Decision.values()) {
            service.post(MAIL + "/" + decision.path(), (request, response) -> decide(decision, request));
        }
        service.post(MAIL + "/copy", this::copy);
        service.put(MAIL + "/hold", this::hold);
        service.delete(MAIL + "/hold", this::lift);
        service.get(REQUESTS, this::requests);
    }

    private HeldMail find(Request request) {
        String id = request.params("id");
        return Optional.of(id).filter(RecordId::isRecordId).map(RecordId::new).flatMap(quarantine::find).orElseThrow(() -> missing(id));
    }

    private static HaltException missing(String id) {
        return Refusal.missing("mail " + id);
    }

    private String search(Request request, Response response) {
        int limit = Input.limit(request, SHOWN, MAX_SHOWN);
        Query query = MailSearch.of(request).query().withOrder(Input.word(request, "order", Query.Order.class).orElse(Query.Order.NEWEST))
            .withLimit(limit);
        List<HeldMail> found = quarantine.search(Input.record(request, "after").map(query::withAfter).orElse(query));
        ObjectNode page = Body.MAPPER.createObjectNode();
        ArrayNode mails = page.putArray("mails");
        found.forEach(mail -> MailJson.fill(mails.addObject(), mail));
        return page.put("next", next(found, limit)).toString();
    }

    /** Where the next page goes on; empty when there is none. */
    private static String next(List<HeldMail> found, int limit) {
        return found.size() < limit ? "" : found.get(limit - 1).id().value();
    }

    private String preview(Request request, Response response) {
        HeldMail mail = find(request);
        return opened(mail, () -> quarantine.open(mail.id(), Input.actor(request), (held, message) -> MailJson.write(PreviewReader.read(message)))
            .orElseThrow(() -> Refusal.gone("The content of mail " + mail.id())));
    }

    private String message(Request request, Response response) {
        HeldMail mail = find(request);
        return opened(mail, () -> quarantine.open(mail.id(), Input.actor(request), (held, message) -> {
            message.writeTo(attachment(response, "message/rfc822", mail.id() + ".eml"));
            return "";
        }).orElseThrow(() -> Refusal.gone("The content of mail " + mail.id())));
    }

    private static OutputStream attachment(Response response, String type, String name) throws IOException {
        response.type(type);
        response.header("Content-Disposition", "attachment; filename=\"" + name + "\"");
        response.header("X-Content-Type-Options", "nosniff");
        return response.raw().getOutputStream();
    }

    private String zip(Request request, Response response) {
        HeldMail mail = find(request);
        Actor actor = Input.actor(request);
        return opened(mail, () -> {
            OutputStream zip = new Deferred(() -> {
                response.header(PASSWORD_HEADER, quarantine.downloadPassword(mail.id(), actor));
                return attachment(response, "application/zip", mail.id() + ".zip");
            });
            if (!quarantine.download(mail.id(), actor, zip)) {
                throw Refusal.gone("The content of mail " + mail.id());
            }
            return "";
        });
    }

    /** Something that opens a mail. */
    @FunctionalInterface
    private interface Opening<T> {
        T open() throws IOException;
    }

    private static <T> T opened(HeldMail mail, Opening<T> opening) {
        try {
            return opening.open();
        } catch (IOException e) {
            LOGGER.warn("Held mail {} could not be handed out over webadmin", mail.id(), e);
            throw Refusal.failed("Mail " + mail.id() + " cannot be opened: " + e.getMessage());
        }
    }

    /** Opened when something is written: until then the answer can be another one. */
    private static final class Deferred extends OutputStream {
        private final Opening<OutputStream> opening;
        private Optional<OutputStream> out = Optional.empty();

        Deferred(Opening<OutputStream> opening) {
            this.opening = opening;
        }

        private OutputStream out() throws IOException {
            if (out.isEmpty()) {
                out = Optional.of(opening.open());
            }
            return out.get();
        }

        @Override
        public void write(int b) throws IOException {
            out().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out().write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out().flush();
        }
    }

    private static Form form(Body body) {
        return body.text("form").isEmpty() ? Form.PROTECTED : body.word(Form.class, "form");
    }

    private String decide(Decision decision, Request request) {
        HeldMail mail = find(request);
        Body body = Body.of(request, decision.fields("recipients"));
        Outcome outcome = decision.make(quarantine, mail.id(), recipients(body, mail), form(body), body.text("reason"), Input.actor(request));
        return switch (outcome) {
            case Outcome.Done done -> MailJson.fill(Body.MAPPER.createObjectNode(), done).toString();
            case Outcome.Already already when decision.isReached(already.state()) ->
                MailJson.fill(Body.MAPPER.createObjectNode(), already).toString();
            case Outcome.Already already -> throw Refusal.conflict("The mail is " + Keyword.of(already.state()) + "; nothing was changed");
            case Outcome.Unknown unknown -> throw missing(mail.id().value());
            case Outcome.FailedToAct failed -> throw Refusal.failed(failed.reason());
        };
    }

    /** Nobody named is everybody; an empty list, or somebody else, is a mistake. */
    private static Set<String> recipients(Body body, HeldMail mail) {
        Optional<List<String>> named = body.texts("recipients");
        if (named.isEmpty()) {
            return Set.of();
        }
        if (named.get().isEmpty()) {
            throw Refusal.wrong("recipients is empty: leave it out to mean all");
        }
        for (String name : named.get()) {
            if (mail.envelope().recipients().stream().noneMatch(name::equalsIgnoreCase)) {
                throw Refusal.wrong("'" + name + "' is no recipient of this mail");
            }
        }
        return new LinkedHashSet<>(named.get());
    }

    private String decideOnMany(Request request, Response response) {
        Decision decision = Input.word(Decision.class, "action", Input.parameter(request, "action").orElse(""));
        MailSearch search = MailSearch.strictly(request, "action");
        Body body = Body.of(request, MAX_IDS, decision.fields("mails"));
        List<String> mails = body.texts("mails").orElse(List.of()).stream().distinct().toList();
        mails.forEach(id -> Input.record("mails", id));
        if (search.isEmpty() == mails.isEmpty()) {
            throw Refusal.wrong("Say which mails: by parameters of a search, or by mails, a list of ids");
        }
        Map<String, String> parameters = Map.of();
        if (mails.isEmpty()) {
            // What comes while it runs was not meant.
            search = search.before(clock.instant());
            search.query();
            parameters = search.parameters();
        }
        TaskId task = tasks.submit(new DecisionTask(quarantine, new DecisionTask.Order(DecisionTask.TYPE, decision, parameters, mails, form(body),
            body.text("reason"), Input.actor(request))));
        response.status(201);
        response.header("Location", TasksRoutes.BASE + "/" + task.asString());
        return Body.MAPPER.createObjectNode().put("taskId", task.asString()).toString();
    }

    private String copy(Request request, Response response) {
        HeldMail mail = find(request);
        Body body = Body.of(request, "address", "form");
        String address;
        try {
            address = Address.parse(body.text("address")).toString();
        } catch (IllegalArgumentException e) {
            throw Refusal.wrong("address: " + e.getMessage());
        }
        return switch (quarantine.sendCopy(mail.id(), address, form(body), Input.actor(request))) {
            case Copy.Sent sent -> Body.MAPPER.createObjectNode().put("password", sent.password()).toString();
            case Copy.NoSuchMail none -> throw Refusal.gone("The content of mail " + mail.id());
            case Copy.NotSent not -> throw Refusal.failed(not.reason());
        };
    }

    private String hold(Request request, Response response) {
        HeldMail mail = find(request);
        String reason = Body.of(request, "reason").text("reason");
        if (reason.isBlank()) {
            throw Refusal.wrong("reason: a legal hold has one");
        }
        return quarantine.placeHold(mail.id(), reason, Input.actor(request)).map(MailJson::write)
            .orElseThrow(() -> Refusal.gone("The content of mail " + mail.id()));
    }

    private String lift(Request request, Response response) {
        HeldMail mail = find(request);
        if (!quarantine.liftHold(mail.id(), Input.actor(request))) {
            throw Refusal.missing("legal hold on mail " + mail.id());
        }
        response.status(204);
        return "";
    }

    private String requests(Request request, Response response) {
        int limit = Input.limit(request, SHOWN, MAX_SHOWN);
        Query query = Query.all().withStates(EnumSet.of(State.REQUESTED)).withOrder(Query.Order.OLDEST).withLimit(limit);
        List<HeldMail> found = quarantine.search(Input.record(request, "after").map(query::withAfter).orElse(query));
        ObjectNode page = Body.MAPPER.createObjectNode();
        ArrayNode requests = page.putArray("requests");
        found.forEach(mail -> asked(requests.addObject(), mail));
        return page.put("next", next(found, limit)).toString();
    }

    private void asked(ObjectNode node, HeldMail mail) {
        List<ChainedEntry> entries = quarantine.audit().page(new AuditQuery(Optional.of(mail.id()), "", "requested", Optional.empty(),
            Optional.empty(), Optional.empty(), MAX_ASKED));
        MailJson.fill(node.putObject("mail"), mail);
        ArrayNode asked = node.putArray("asked");
        mail.envelope().recipients().stream().filter(recipient -> mail.states().get(recipient) == State.REQUESTED).forEach(recipient -> {
            Optional<ChainedEntry> entry = entries.stream()
                .filter(link -> link.entry().recipients().stream().anyMatch(recipient::equalsIgnoreCase)).findFirst();
            asked.addObject()
                .put("recipient", recipient)
                .put("at", entry.map(link -> link.entry().at().toString()).orElse(""))
                .put("reason", entry.map(link -> link.entry().detail()).orElse(""));
        });
    }
}
