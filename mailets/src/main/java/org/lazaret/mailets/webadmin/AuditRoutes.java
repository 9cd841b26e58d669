package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.lazaret.policy.Keyword;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;
import spark.Request;
import spark.Response;
import spark.Service;

/** Who did what: to look up, to take away, and to verify. Entries are written in the form that their hash is computed of. */
final class AuditRoutes {
    private static final String AUDIT = LazaretRoutes.BASE + "/audit";
    private static final int SHOWN = 100;
    private static final int MAX_SHOWN = 1_000;

    private final Audit audit;
    /** Reads all of the audit: once at a time. */
    private final AtomicBoolean checking = new AtomicBoolean();

    AuditRoutes(Audit audit) {
        this.audit = audit;
    }

    void define(Service service) {
        service.get(AUDIT, this::page);
        service.get(AUDIT + "/head", (request, response) -> Body.MAPPER.createObjectNode().put("head", audit.head().toString()).toString());
        service.get(AUDIT + "/check", this::check);
        service.get(LazaretRoutes.BASE + "/audit.jsonl", this::export);
    }

    private String page(Request request, Response response) {
        AuditQuery query = new AuditQuery(Input.record(request, "mail"), Input.parameter(request, "actor").orElse(""),
            Input.parameter(request, "action").orElse(""), Input.time(request, "from"), Input.time(request, "until"),
            Input.number(request, "before"), Input.limit(request, SHOWN, MAX_SHOWN));
        return audit.page(query).stream().map(ChainedEntry::toJson).collect(Collectors.joining(",", "[", "]"));
    }

    private String check(Request request, Response response) {
        Optional<AuditHead> known = Input.parameter(request, "head").map(AuditRoutes::head);
        if (!checking.compareAndSet(false, true)) {
            throw Refusal.conflict("The audit is being checked: ask again when that is done");
        }
        try {
            ObjectNode node = Body.MAPPER.createObjectNode();
            return switch (audit.check(known)) {
                case AuditCheck.Intact intact -> node.put("intact", true).put("head", intact.head().toString()).toString();
                case AuditCheck.Broken broken -> node.put("intact", false)
                    .put("sequence", broken.sequence())
                    .put("damage", Keyword.of(broken.damage()))
                    .put("explanation", broken.explanation())
                    .toString();
            };
        } finally {
            checking.set(false);
        }
    }

    private static AuditHead head(String text) {
        try {
            return AuditHead.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.wrong("head '" + text + "': " + e.getMessage());
        }
    }

    private String export(Request request, Response response) throws IOException {
        long after = Input.number(request, "after").orElse(0L);
        response.type("application/jsonl");
        response.header("Content-Disposition", "attachment; filename=\"audit.jsonl\"");
        Writer writer = new OutputStreamWriter(response.raw().getOutputStream(), StandardCharsets.UTF_8);
        List<ChainedEntry> links = audit.after(after, MAX_SHOWN);
        while (!links.isEmpty()) {
            for (ChainedEntry link : links) {
                writer.write(link.toJson());
                writer.write('\n');
            }
            links = audit.after(links.getLast().sequence(), MAX_SHOWN);
        }
        writer.flush();
        return "";
    }
}
