package org.lazaret.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.ChartsView;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.State;
import org.lazaret.scan.engine.EngineHealth;

/** What there was, and what waits. */
final class DashboardPage {
    private static final Map<String, Duration> SPANS = new LinkedHashMap<>();
    /** Requests are counted up to here. */
    private static final int MANY = 100;
    private static final Duration LONGEST = Duration.ofDays(366);

    static {
        SPANS.put("12h", Duration.ofHours(12));
        SPANS.put("24h", Duration.ofHours(24));
        SPANS.put("7d", Duration.ofDays(7));
    }

    private final Desk desk;
    private final Supplier<List<EngineHealth>> engines;

    DashboardPage(Desk desk, Supplier<List<EngineHealth>> engines) {
        this.desk = desk;
        this.engines = engines;
    }

    Answer dashboard(Call call, Session session) {
        String span = SPANS.containsKey(call.query().first("span")) ? call.query().first("span") : "24h";
        String first = call.query().line("from", 20);
        String last = call.query().line("until", 20);
        Instant end = desk.clock().instant().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
        Instant start = end.minus(SPANS.getOrDefault(span, Duration.ofHours(24)));
        String problem = "";
        if (!first.isEmpty() || !last.isEmpty()) {
            try {
                Optional<Instant> from = MailFilter.day(first, desk.clock(), 0, "from");
                Instant until = MailFilter.day(last, desk.clock(), 1, "until").orElse(end);
                if (from.isEmpty() || !from.get().isBefore(until) || Duration.between(from.get(), until).compareTo(LONGEST) > 0) {
                    problem = desk.t().say("admin.range.wrong");
                } else {
                    start = from.get();
                    end = until;
                    span = "";
                }
            } catch (MailFilter.WrongFilterException e) {
                problem = desk.t().say("admin.filter.wrong." + e.field());
            }
        }
        List<HeldMail> requests = desk.quarantine().search(Query.all().withStates(Set.of(State.REQUESTED)).withOrder(Query.Order.OLDEST)
            .withLimit(MANY + 1));
        List<EngineHealth> health = engines.get();
        int damages = desk.quarantine().upkeep().damages(MANY).size();
        Map<String, Object> values = new HashMap<>();
        values.put("spans", List.copyOf(SPANS.keySet()));
        values.put("span", span);
        values.put("from", first);
        values.put("until", last);
        values.put("problem", problem);
        values.put("charts", ChartsView.of(desk.quarantine().statistics().hours(start, end), start, end, desk.clock().getZone(), desk.t()));
        values.put("requests", requests.size() > MANY ? desk.t().say("admin.similar.many", MANY) : Integer.toString(requests.size()));
        values.put("oldest", requests.isEmpty() ? "" : desk.views().date(requests.getFirst().received()));
        values.put("engines", health.size());
        values.put("failing", health.stream().filter(engine -> !engine.isWell()).map(EngineHealth::name).toList());
        values.put("size", desk.views().size(desk.quarantine().upkeep().storedBytes()));
        values.put("damages", damages);
        return desk.page(problem.isEmpty() ? 200 : 400, "dashboard.jte", "title.admin", session, values);
    }
}
