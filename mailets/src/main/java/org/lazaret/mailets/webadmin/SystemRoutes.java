package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.lazaret.policy.Keyword;
import org.lazaret.quarantine.Statistics;
import org.lazaret.quarantine.Statistics.Hour;
import org.lazaret.quarantine.Statistics.Kind;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.engine.Engines;
import spark.Request;
import spark.Response;
import spark.Service;

/** What runs behind it all: jobs, damaged mail, engines, and how much mail there was. */
final class SystemRoutes {
    private static final String JOBS = LazaretRoutes.BASE + "/jobs";
    private static final String JOB = JOBS + "/:job";
    private static final int SHOWN = 100;
    private static final int MAX_SHOWN = 1_000;
    private static final Duration USUAL = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    private final Upkeep upkeep;
    private final Statistics statistics;
    private final Engines engines;
    private final Clock clock;

    SystemRoutes(Upkeep upkeep, Statistics statistics, Engines engines, Clock clock) {
        this.upkeep = upkeep;
        this.statistics = statistics;
        this.engines = engines;
        this.clock = clock;
    }

    void define(Service service) {
        service.get(JOBS, this::jobs);
        service.get(JOB, (request, response) -> fill(Body.MAPPER.createObjectNode(), work(request)).toString());
        service.post(JOB, this::begin);
        service.get(LazaretRoutes.BASE + "/damages", this::damages);
        service.get(LazaretRoutes.BASE + "/statistics", this::statistics);
        service.get(LazaretRoutes.BASE + "/engines", this::engines);
    }

    private String jobs(Request request, Response response) {
        ArrayNode jobs = Body.MAPPER.createArrayNode();
        for (Work work : Work.values()) {
            fill(jobs.addObject(), work);
        }
        return jobs.toString();
    }

    private static Work work(Request request) {
        try {
            return Keyword.parse(Work.class, request.params("job"));
        } catch (IllegalArgumentException e) {
            throw Refusal.missing("job " + request.params("job") + ", but " + e.getMessage());
        }
    }

    /** The last run; {@code state} {@code never} stands alone. */
    private ObjectNode fill(ObjectNode node, Work work) {
        node.put("job", Keyword.of(work));
        upkeep.progress(work).ifPresentOrElse(run -> fill(node, run), () -> node.put("state", "never"));
        return node;
    }

    private static void fill(ObjectNode node, Progress run) {
        node.put("state", run.finished().isPresent() ? "finished" : "running")
            .put("started", run.started().toString())
            .put("updated", run.updated().toString())
            .put("total", run.total())
            .put("done", run.done())
            .put("failed", run.failed())
            .put("problem", run.problem());
    }

    private String begin(Request request, Response response) {
        Work work = work(request);
        if (!upkeep.begin(work, Input.actor(request))) {
            throw Refusal.conflict("The job " + Keyword.of(work) + " is running already, or this node has no private key for it");
        }
        response.status(202);
        response.header("Location", JOBS + "/" + Keyword.of(work));
        return fill(Body.MAPPER.createObjectNode(), work).toString();
    }

    private String damages(Request request, Response response) {
        ArrayNode damages = Body.MAPPER.createArrayNode();
        upkeep.damages(Input.limit(request, SHOWN, MAX_SHOWN)).forEach(damage -> damages.addObject()
            .put("mail", damage.record().value())
            .put("found", damage.found().toString())
            .put("problem", damage.problem()));
        return damages.toString();
    }

    private String statistics(Request request, Response response) {
        Instant until = Input.time(request, "until").orElseGet(clock::instant);
        Instant from = Input.time(request, "from").orElseGet(() -> until.minus(USUAL));
        if (from.isAfter(until) || Duration.between(from, until).compareTo(LONGEST) > 0) {
            throw Refusal.wrong("from " + from + " until " + until + ": allowed are up to " + LONGEST.toDays() + " days");
        }
        List<Hour> hours = statistics.hours(from, until);
        ObjectNode node = Body.MAPPER.createObjectNode()
            .put("from", from.toString())
            .put("until", until.toString())
            .put("storedBytes", upkeep.storedBytes());
        ObjectNode total = node.putObject("total");
        for (Kind kind : Kind.values()) {
            total.put(Keyword.of(kind), hours.stream().mapToLong(hour -> hour.of(kind)).sum());
        }
        ArrayNode each = node.putArray("hours");
        hours.forEach(hour -> fill(each.addObject().put("start", hour.start().toString()), hour.mails()));
        return node.toString();
    }

    private static void fill(ObjectNode node, Map<Kind, Long> mails) {
        for (Kind kind : Kind.values()) {
            node.put(Keyword.of(kind), mails.getOrDefault(kind, 0L));
        }
    }

    private String engines(Request request, Response response) {
        ArrayNode engines = Body.MAPPER.createArrayNode();
        this.engines.health().forEach(engine -> fill(engines.addObject(), engine));
        return engines.toString();
    }

    private static void fill(ObjectNode node, EngineHealth engine) {
        node.put("name", engine.name())
            .put("kind", engine.kind())
            .put("required", engine.required())
            .put("well", engine.isWell())
            .put("failingSince", engine.failingSince().map(Instant::toString).orElse(""))
            .put("lastError", engine.lastError().orElse(""))
            .put("circuit", engine.circuit())
            .put("version", engine.version().orElse(""))
            .put("clean", engine.clean())
            .put("harmful", engine.harmful())
            .put("unable", engine.unable())
            .put("failed", engine.failed())
            .put("known", engine.known())
            .put("meanMillis", engine.latency().toMillis())
            .put("slowestMillis", engine.slowest().toMillis());
    }
}
