package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.james.task.TaskId;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.routes.TasksRoutes;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.simulation.Bench;
import org.lazaret.quarantine.simulation.Case;
import org.lazaret.quarantine.simulation.Decision;
import org.lazaret.quarantine.simulation.Row;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.engine.Engines;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * What the settings of now, or a draft of others, would do to a mail, to held mail or to a mailbox. A draft says what can be changed while the server
 * runs: engines among the rest would have the server start programs and open connections of somebody's choice.
 */
final class SimulationRoutes {
    private static final String SIMULATIONS = LazaretRoutes.BASE + "/simulations";
    /** Bytes of a body with a draft. */
    private static final int MAX_BODY = 2 * 1024 * 1024;
    /** Bytes of a message; James has it in memory already. */
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private final Quarantine quarantine;
    private final Engines engines;
    private final Mailboxes mailboxes;
    private final TaskManager tasks;
    private final Clock clock;

    SimulationRoutes(Quarantine quarantine, Engines engines, Mailboxes mailboxes, TaskManager tasks, Clock clock) {
        this.mailboxes = mailboxes;
        this.quarantine = quarantine;
        this.engines = engines;
        this.tasks = tasks;
        this.clock = clock;
    }

    void define(Service service) {
        service.post(SIMULATIONS + "/message", this::message);
        service.post(SIMULATIONS + "/held", this::held);
        service.post(SIMULATIONS + "/mailbox", this::mailbox);
    }

    @SuppressWarnings("NullAway") // null when there is no body
    private String message(Request request, Response response) {
        byte[] message = request.bodyAsBytes();
        if (message == null || message.length == 0 || message.length > MAX_MESSAGE) {
            throw Refusal.wrong("The body is a message (RFC 5322) of 1 to " + MAX_MESSAGE + " bytes, Content-Type: message/rfc822");
        }
        List<String> recipients = Input.parameter(request, "recipient").map(text -> Arrays.asList(text.split(",", -1))).orElse(List.of());
        if (recipients.isEmpty()) {
            throw Refusal.wrong("recipient is missing: an address, or several separated by commas");
        }
        Direction direction = Input.word(request, "direction", Direction.class).orElse(Direction.INBOUND);
        Case mail = new Case("message", new Envelope(Input.parameter(request, "sender").orElse(""), recipients), direction, Optional.empty(),
            MessageSource.of(message));
        try (Bench bench = Bench.of(quarantine.settings(), draft(Input.parameter(request, "draft").orElse("")), engines,
                Optional.of(quarantine.lists()))) {
            return write(bench.simulation().of(mail)).toString();
        } catch (SettingsException e) {
            throw Refusal.wrong(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> draft(String text) throws SettingsException {
        return allowed(SettingsFile.lines("The draft", text));
    }

    private Map<String, String> allowed(Map<String, String> lines) throws SettingsException {
        for (String key : lines.keySet()) {
            if (!LiveSettings.isRunTime(key)) {
                throw Refusal.wrong(key + " is not to be tried out here: " + LiveSettings.whyNotRunTime(key) + " bin/simulate does");
            }
        }
        quarantine.settings().with("The draft", lines);
        return lines;
    }

    private String held(Request request, Response response) {
        MailSearch search = MailSearch.strictly(request, "from").before(clock.instant());
        search.query();
        return begin(new SimulationTask.Order(SimulationTask.TYPE, search.parameters(), lines(request), "", "", "", Input.actor(request)), response);
    }

    private String mailbox(Request request, Response response) {
        String user = Input.parameter(request, "user").orElseThrow(() -> Refusal.wrong("user is missing: whose mailbox"));
        String mailbox = Input.parameter(request, "mailbox").orElse("INBOX");
        String from = Input.time(request, "from").map(Instant::toString).orElse("");
        try {
            if (!mailboxes.isThere(user, mailbox)) {
                throw Refusal.missing("mailbox " + mailbox + " of " + user);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return begin(new SimulationTask.Order(SimulationTask.TYPE, Map.of(), lines(request), user, mailbox, from, Input.actor(request)), response);
    }

    private Map<String, String> lines(Request request) {
        Body body = Body.of(request, MAX_BODY, "lines");
        Map<String, String> lines = new TreeMap<>();
        if (body.has("lines")) {
            body.lines("lines").forEach((key, value) ->
                lines.put(key, value.orElseThrow(() -> Refusal.wrong(key + " is null: say the value to be tried out"))));
        }
        try {
            return allowed(lines);
        } catch (SettingsException e) {
            throw Refusal.wrong(String.valueOf(e.getMessage()));
        }
    }

    private String begin(SimulationTask.Order order, Response response) {
        TaskId task = tasks.submit(new SimulationTask(quarantine, engines, mailboxes, order));
        response.status(201);
        response.header("Location", TasksRoutes.BASE + "/" + task.asString());
        return Body.MAPPER.createObjectNode().put("taskId", task.asString()).toString();
    }

    private static ObjectNode write(Row row) {
        ObjectNode node = Body.MAPPER.createObjectNode().put("subject", row.subject()).put("changes", row.changes());
        ArrayNode differences = node.putArray("differences");
        row.differences().forEach(difference -> {
            ObjectNode one = differences.addObject();
            ArrayNode recipients = one.putArray("recipients");
            difference.recipients().forEach(recipients::add);
            fill(one.putObject("before"), difference.before());
            fill(one.putObject("after"), difference.after());
        });
        ArrayNode findings = node.putArray("findings");
        row.findings().forEach(findings::add);
        return node;
    }

    private static void fill(ObjectNode node, Decision decision) {
        node.put("score", decision.score().tenths() / 10.0).put("action", Keyword.of(decision.action()));
    }
}
