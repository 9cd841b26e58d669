package org.lazaret.portal;

import java.io.Writer;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.AuditView;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.portal.web.Fields;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;

/** Who did what: to look up, to take away, and to verify. */
final class AuditPages {
    static final int PAGE = 100;
    private static final int EXPORT = 1_000;
    private static final int MAX = 320;
    private static final String PATH = "/admin/audit";
    private static final List<String> FIELDS = List.of("actor", "action", "record", "from", "until");

    private final Desk desk;
    /** Reads all of the audit: once at a time. */
    private final AtomicBoolean checking = new AtomicBoolean();

    AuditPages(Desk desk) {
        this.desk = desk;
    }

    Answer list(Call call, Session session) {
        return list(200, call, session, "", "", "");
    }

    private Answer list(int status, Call call, Session session, String problem, String intact, String known) {
        Map<String, String> filter = filter(call.query());
        List<ChainedEntry> found = List.of();
        String wrong = problem;
        int answer = status;
        Optional<Long> before = Optional.of(call.query().first("before")).filter(text -> text.matches("[1-9]\\d{0,17}")).map(Long::valueOf);
        try {
            found = desk.quarantine().audit().page(query(filter, before));
        } catch (MailFilter.WrongFilterException e) {
            wrong = desk.t().say("admin.filter.wrong." + e.field());
            answer = 400;
        }
        Map<String, List<String>> view = new LinkedHashMap<>();
        filter.forEach((name, value) -> view.put(name, List.of(value)));
        String newest = desk.path(PATH) + (view.isEmpty() ? "" : "?" + new Fields(view));
        if (found.size() > PAGE) {
            view.put("before", List.of(Long.toString(found.get(PAGE - 1).sequence())));
        }
        Map<String, Object> values = new HashMap<>();
        values.put("entries", found.stream().limit(PAGE).map(link -> AuditView.of(link, desk.views())).toList());
        values.put("filter", filter);
        values.put("problem", wrong);
        values.put("intact", intact);
        values.put("known", known);
        values.put("head", desk.quarantine().audit().head().toString());
        values.put("newest", before.isPresent() ? newest : "");
        values.put("older", found.size() > PAGE ? desk.path(PATH) + "?" + new Fields(view) : "");
        return desk.page(answer, "audit.jte", "title.admin-audit", session, values);
    }

    private static Map<String, String> filter(Fields query) {
        Map<String, String> filter = new LinkedHashMap<>();
        FIELDS.stream().filter(field -> !query.line(field, MAX).isEmpty()).forEach(field -> filter.put(field, query.line(field, MAX)));
        return filter;
    }

    private AuditQuery query(Map<String, String> filter, Optional<Long> before) throws MailFilter.WrongFilterException {
        String record = filter.getOrDefault("record", "");
        if (!record.isEmpty() && !RecordId.isRecordId(record)) {
            throw new MailFilter.WrongFilterException("record");
        }
        Optional<Instant> from = MailFilter.day(filter.getOrDefault("from", ""), desk.clock(), 0, "from");
        Optional<Instant> until = MailFilter.day(filter.getOrDefault("until", ""), desk.clock(), 1, "until");
        return new AuditQuery(record.isEmpty() ? Optional.empty() : Optional.of(new RecordId(record)), filter.getOrDefault("actor", ""),
            filter.getOrDefault("action", ""), from, until, before, PAGE + 1);
    }

    Answer export(Call call, Session session) {
        return Answer.file("application/jsonl", "audit.jsonl", out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            List<ChainedEntry> links = desk.quarantine().audit().after(0, EXPORT);
            while (!links.isEmpty()) {
                for (ChainedEntry link : links) {
                    writer.write(link.toJson());
                    writer.write('\n');
                }
                links = desk.quarantine().audit().after(links.getLast().sequence(), EXPORT);
            }
            writer.flush();
        });
    }

    Answer verify(Call call, Session session) {
        String typed = call.form().line("head", MAX);
        Optional<AuditHead> known;
        try {
            known = typed.isEmpty() ? Optional.empty() : Optional.of(AuditHead.parse(typed));
        } catch (IllegalArgumentException e) {
            return list(400, call, session, desk.t().say("admin.audit.head.wrong"), "", typed);
        }
        if (!checking.compareAndSet(false, true)) {
            return list(409, call, session, desk.t().say("admin.audit.busy"), "", typed);
        }
        try {
            return switch (desk.quarantine().audit().check(known)) {
                case AuditCheck.Intact whole -> list(200, call, session, "", desk.t().say("admin.audit.intact", whole.head().sequence()), typed);
                case AuditCheck.Broken broken -> list(200, call, session, desk.t().say("admin.audit.broken", broken.sequence(),
                    broken.explanation()), "", typed);
            };
        } finally {
            checking.set(false);
        }
    }
}
