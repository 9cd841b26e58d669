package org.lazaret.mailets.webadmin;

import com.google.inject.Injector;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Set;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.WebAdminConfiguration;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.scan.engine.Engines;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * Held mail, requests, settings, simulations, lists, audit, jobs and figures under James' webadmin, named in {@code webadmin.properties}:
 *
 * <pre>
 * extensions.routes=org.lazaret.mailets.webadmin.LazaretRoutes
 * </pre>
 *
 * <p>Whoever James lets in is an administrator. In the audit it is {@code webadmin}, or {@code webadmin:} and the user where James knows one
 * (JWT).
 *
 * <p>Everything lies below {@code /lazaret}: James' authentication covers the base path of a route and what is below it, and nothing else.
 */
public final class LazaretRoutes implements Routes {
    static final String BASE = "/lazaret";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final Quarantine quarantine;
    private final Engines engines;
    private final Mailboxes mailboxes;
    private final TaskManager tasks;
    private final WebAdminConfiguration configuration;
    private final Clock clock;

    @Inject
    public LazaretRoutes(Quarantine quarantine, Engines engines, TaskManager tasks, WebAdminConfiguration configuration, Clock clock,
                         Injector injector) {
        this(quarantine, engines, tasks, configuration, clock, new Mailboxes(injector));
    }

    LazaretRoutes(Quarantine quarantine, Engines engines, TaskManager tasks, WebAdminConfiguration configuration, Clock clock, Mailboxes mailboxes) {
        this.mailboxes = mailboxes;
        this.quarantine = quarantine;
        this.engines = engines;
        this.tasks = tasks;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public String getBasePath() {
        return BASE;
    }

    @Override
    public void define(Service service) {
        service.before(BASE + "/*", this::refuseForeignPages);
        new MailRoutes(quarantine, tasks, clock).define(service);
        new SettingsRoutes(quarantine.settings()).define(service);
        new ListRoutes(quarantine.lists()).define(service);
        new AuditRoutes(quarantine.audit()).define(service);
        new SimulationRoutes(quarantine, engines, mailboxes, tasks, clock).define(service);
        new SystemRoutes(quarantine.upkeep(), quarantine.statistics(), engines, clock).define(service);
    }

    /**
     * A page that an administrator happens to look at could otherwise have the browser send requests here. Browsers name the page's origin with
     * whatever changes something; other programs name none.
     */
    private void refuseForeignPages(Request request, Response response) {
        String origin = Input.header(request, "Origin");
        if (!SAFE.contains(request.requestMethod()) && !origin.isEmpty() && !isAllowed(origin)) {
            throw Refusal.foreign(origin);
        }
    }

    private boolean isAllowed(String origin) {
        String allowed = configuration.isEnableCORS() ? configuration.getUrlCORSOrigin() : "";
        return allowed.equals(WebAdminConfiguration.CORS_ALL_ORIGINS) || allowed.equals(origin);
    }
}
