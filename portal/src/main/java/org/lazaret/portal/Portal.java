package org.lazaret.portal;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lazaret.policy.PolicySettings;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.portal.view.Views;
import org.lazaret.portal.web.Routes;
import org.lazaret.portal.web.WebServer;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.log.Log;

/**
 * The portal: recipients come by the link in a notice ({@code /m/…}) or sign in ({@code /mails}); administrators sign in ({@code /admin}).
 *
 * <p>The pages are made anew when settings are saved, and each request is answered by one state of them. GET and HEAD change nothing. Behind a
 * proxy, {@code portal.url} says how browsers reach it; its path, if any, may be stripped by the proxy or not. TLS is the proxy's, or our own;
 * with an {@code https} address cookies are Secure.
 */
public final class Portal implements AutoCloseable {
    private static final Log LOGGER = Log.of(Portal.class);

    private final Settings.Portal settings;
    private final Routes routes;
    private final WebServer server;

    /**
     * @param sentences what a rule means, by its id; the id itself when it is not known
     * @param engines   how the engines do, asked for each time
     */
    public Portal(LiveSettings settings, Quarantine quarantine, Accounts accounts, UnaryOperator<String> sentences,
                  Supplier<List<EngineHealth>> engines, Clock clock) {
        this.settings = settings.get().portal();
        String base = this.settings.publicUrl().map(URI::getRawPath).filter(path -> !path.equals("/")).orElse("");
        boolean secure = this.settings.tls().isPresent()
            || this.settings.publicUrl().map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
        Assets assets = new Assets();
        Languages languages = new Languages(() -> settings.get().notice().language(), base, secure);
        Map<Language, Texts> texts = Texts.load(Portal.class, "texts");
        Map<Language, Pages> pages = new EnumMap<>(Language.class);
        texts.forEach((language, own) -> pages.put(language, new Pages(own, assets, base)));
        Doorkeeper doorkeeper = new Doorkeeper(accounts, this.settings, pages, languages, base, secure, this::url, clock);
        Supplier<Map<Language, RecipientPages>> recipients = settings.derived(now -> {
            Map<Language, RecipientPages> made = new EnumMap<>(Language.class);
            texts.forEach((language, own) -> {
                Views views = views(now, own, sentences, clock);
                made.put(language, new RecipientPages(now, quarantine, Languages.in(language, pages), views, own,
                    new Previews(quarantine, views), doorkeeper));
            });
            return made;
        });
        // Administrators' pages have texts in English alone.
        Texts english = Languages.in(Language.EN, texts);
        Pages englishPages = Languages.in(Language.EN, pages);
        Supplier<Views> views = settings.derived(now -> views(now, english, sentences, clock));
        Desk desk = new Desk(quarantine, englishPages, views, english, clock);
        WebServer.ErrorPage errors = (status, call) -> Languages.in(languages.of(call), pages).error(status);
        routes = new Routes()
            .get("/", doorkeeper::home)
            .get("/assets/*", call -> assets.answer(call).orElseGet(() -> errors.answer(404, call)))
            .get("/sign-in", call -> languages.answer(call, pages, any -> doorkeeper.signInPage(call)))
            .post("/sign-in", doorkeeper::signIn)
            .post("/sign-out", doorkeeper::signOut)
            .get("/m/*", call -> languages.answer(call, recipients.get(), own -> own.byLink(call)))
            .get("/m/*/text", call -> languages.answer(call, recipients.get(), own -> own.textByLink(call)))
            .get("/mails", call -> languages.answer(call, recipients.get(), own -> own.list(call)))
            .get("/mails/*", call -> languages.answer(call, recipients.get(), own -> own.own(call)))
            .get("/mails/*/text", call -> languages.answer(call, recipients.get(), own -> own.textOfOwn(call)));
        for (String action : new String[] {"release", "request", "delete", "undo"}) {
            routes.post("/mails/" + action, call -> languages.answer(call, recipients.get(), own -> own.decideMany(call)))
                .post("/m/*/" + action, call -> languages.answer(call, recipients.get(), own -> own.decideByLink(call)))
                .post("/mails/*/" + action, call -> languages.answer(call, recipients.get(), own -> own.decideOwn(call)));
        }
        Supplier<HeldMailPage> mail = settings.derived(now -> new HeldMailPage(desk, now.portal().scope(), now.portal().auditorsPreview(),
            new Previews(quarantine, views(now, english, sentences, clock))));
        administration(new Staff(doorkeeper, englishPages), desk, mail, new SettingsPages(desk, settings, this::url), engines);
        this.server = new WebServer(this.settings.bind(), this.settings.tls(), base, routes, doorkeeper::client, doorkeeper::gate, errors);
    }

    private void administration(Staff staff, Desk desk, Supplier<HeldMailPage> mail, SettingsPages settings, Supplier<List<EngineHealth>> engines) {
        DashboardPage dashboard = new DashboardPage(desk, engines);
        QuarantinePages lists = new QuarantinePages(desk);
        ListPages entries = new ListPages(desk);
        AuditPages audit = new AuditPages(desk);
        SystemPages system = new SystemPages(desk, engines);
        routes.get("/admin", staff.sees(dashboard::dashboard))
            .get("/admin/quarantine", staff.sees(lists::list))
            .get("/admin/requests", staff.sees(lists::requests))
            .post("/admin/requests/release", staff.acts(lists::decideRequests))
            .post("/admin/requests/deny", staff.acts(lists::decideRequests))
            .get("/admin/mail/*", staff.sees((call, session) -> mail.get().mail(call, session)))
            .get("/admin/mail/*/text", staff.sees((call, session) -> mail.get().text(call, session)))
            .post("/admin/mail/*/original", staff.acts((call, session) -> mail.get().decide(call, session)))
            .post("/admin/mail/*/undo", staff.acts((call, session) -> mail.get().undo(call, session)))
            .post("/admin/mail/*/copy", staff.acts((call, session) -> mail.get().copy(call, session)))
            .post("/admin/mail/*/download", staff.acts((call, session) -> mail.get().download(call, session)))
            .post("/admin/mail/*/hold", staff.acts((call, session) -> mail.get().hold(call, session)))
            .post("/admin/mail/*/lift", staff.acts((call, session) -> mail.get().lift(call, session)))
            .post("/admin/mail/*/list", staff.acts((call, session) -> mail.get().putOnList(call, session)))
            .get("/admin/lists", staff.sees(entries::list))
            .get("/admin/lists/export", staff.sees(entries::export))
            .post("/admin/lists/add", staff.acts(entries::add))
            .post("/admin/lists/import", ListPages.MAX_IMPORT, staff.acts(entries::replace))
            .get("/admin/lists/*", staff.sees(entries::entry))
            .post("/admin/lists/*/edit", staff.acts(entries::edit))
            .post("/admin/lists/*/remove", staff.acts(entries::remove))
            .get("/admin/audit", staff.sees(audit::list))
            .get("/admin/audit/export", staff.sees(audit::export))
            .post("/admin/audit/verify", staff.checks(audit::verify))
            .get("/admin/system", staff.sees(system::system))
            .get("/admin/settings", staff.sees(settings::show))
            .post("/admin/settings", staff.acts(settings::draft))
            .get("/admin/settings/drafts/*", staff.sees(settings::preview))
            .get("/admin/settings/drafts/*/notice", staff.sees(settings::notice))
            .post("/admin/settings/drafts/*/save", staff.acts(settings::save))
            .get("/admin/settings/history", staff.sees(settings::history))
            .get("/admin/settings/history/*", staff.sees(settings::version))
            .post("/admin/settings/history/*/revert", staff.acts(settings::revert))
            .get("/admin/settings/export", staff.sees(settings::export));
        for (String action : new String[] {"release", "delete", "deny"}) {
            routes.post("/admin/quarantine/" + action, staff.acts(lists::decideListed))
                .post("/admin/mail/*/" + action, staff.acts((call, session) -> mail.get().decide(call, session)));
        }
        for (Upkeep.Work work : Upkeep.Work.values()) {
            routes.post("/admin/system/" + SystemPages.name(work), staff.acts(system::begin));
        }
    }

    /** For tests that must not forget one. */
    Routes routes() {
        return routes;
    }

    private static Views views(Settings settings, Texts texts, UnaryOperator<String> sentences, Clock clock) {
        PolicySettings usual = settings.policy().everybody().inbound();
        return new Views(texts, sentences, usual.maliciousFrom(), usual.suspiciousFrom(), clock.getZone());
    }

    /**
     * Listens from here on.
     *
     * @throws IOException when the address cannot be listened on or the certificate not be used, naming it
     */
    public void start() throws IOException {
        server.start();
        LOGGER.info("Portal listens on {}:{}, browsers reach it at {}", settings.bind().getHostString(), port(), url());
    }

    /** The port it listens on, once started. */
    public int port() {
        return server.port();
    }

    /** How browsers reach it: {@code portal.url}, else the address listened on. */
    public URI url() {
        return settings.publicUrl().orElseGet(() -> {
            String host = settings.bind().getHostString();
            return URI.create((settings.tls().isPresent() ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port());
        });
    }

    /** Requests since the start. */
    public WebServer.Traffic traffic() {
        return server.traffic();
    }

    /** Whether requests are taken. */
    public boolean isListening() {
        return server.isListening();
    }

    /** Lets requests under way finish, for some seconds. */
    @Override
    public void close() {
        server.close();
    }
}
