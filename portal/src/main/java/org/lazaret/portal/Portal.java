package org.lazaret.portal;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.EnumMap;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal: recipients come by the link in a notice ({@code /m/…}) or sign in ({@code /mails}); administrators sign in ({@code /admin}).
 *
 * <p>The pages are made anew when settings are saved, and each request is answered by one state of them. GET and HEAD change nothing. Behind a
 * proxy, {@code portal.url} says how browsers reach it; its path, if any, may be stripped by the proxy or not. TLS is the proxy's; with an
 * {@code https} address cookies are Secure.
 */
public final class Portal implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Portal.class);

    private final Settings.Portal settings;
    private final WebServer server;

    /**
     * @param sentences what a rule means, by its id; the id itself when it is not known
     */
    public Portal(LiveSettings settings, Quarantine quarantine, Accounts accounts, UnaryOperator<String> sentences, Clock clock) {
        this.settings = settings.get().portal();
        String base = this.settings.publicUrl().map(URI::getRawPath).filter(path -> !path.equals("/")).orElse("");
        boolean secure = this.settings.publicUrl().map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
        Assets assets = new Assets();
        Languages languages = new Languages(() -> settings.get().notice().language(), base, secure);
        Map<Language, Texts> texts = Texts.load(Portal.class, "texts");
        Map<Language, Pages> pages = new EnumMap<>(Language.class);
        texts.forEach((language, own) -> pages.put(language, new Pages(own, assets, base)));
        Doorkeeper doorkeeper = new Doorkeeper(accounts, this.settings.administrators(), pages, languages, base, secure, this::url, clock);
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
        Supplier<AdministratorPages> administrators = settings.derived(now -> {
            Views views = views(now, english, sentences, clock);
            return new AdministratorPages(now.portal().scope(), quarantine, englishPages, views, english, new Previews(quarantine, views),
                doorkeeper);
        });
        SettingsPages settingsPages = new SettingsPages(settings, englishPages, views(settings.get(), english, sentences, clock), english, doorkeeper,
            this::url, clock);
        WebServer.ErrorPage errors = (status, call) -> Languages.in(languages.of(call), pages).error(status);
        Routes routes = new Routes()
            .get("/", doorkeeper::home)
            .get("/assets/*", call -> assets.answer(call).orElseGet(() -> errors.answer(404, call)))
            .get("/sign-in", call -> languages.answer(call, pages, any -> doorkeeper.signInPage(call)))
            .post("/sign-in", doorkeeper::signIn)
            .post("/sign-out", doorkeeper::signOut)
            .get("/m/*", call -> languages.answer(call, recipients.get(), own -> own.byLink(call)))
            .get("/m/*/text", call -> languages.answer(call, recipients.get(), own -> own.textByLink(call)))
            .get("/mails", call -> languages.answer(call, recipients.get(), own -> own.list(call)))
            .get("/mails/*", call -> languages.answer(call, recipients.get(), own -> own.own(call)))
            .get("/mails/*/text", call -> languages.answer(call, recipients.get(), own -> own.textOfOwn(call)))
            .get("/admin", call -> administrators.get().list(call))
            .get("/admin/mail/*", call -> administrators.get().mail(call))
            .get("/admin/mail/*/text", call -> administrators.get().text(call));
        for (String action : new String[] {"release", "request", "delete", "undo"}) {
            routes.post("/mails/" + action, call -> languages.answer(call, recipients.get(), own -> own.decideMany(call)))
                .post("/m/*/" + action, call -> languages.answer(call, recipients.get(), own -> own.decideByLink(call)))
                .post("/mails/*/" + action, call -> languages.answer(call, recipients.get(), own -> own.decideOwn(call)));
        }
        routes.get("/admin/settings", settingsPages::show)
            .post("/admin/settings", settingsPages::draft)
            .get("/admin/settings/drafts/*", settingsPages::preview)
            .get("/admin/settings/drafts/*/notice", settingsPages::notice)
            .post("/admin/settings/drafts/*/save", settingsPages::save)
            .get("/admin/settings/history", settingsPages::history)
            .get("/admin/settings/history/*", settingsPages::version)
            .post("/admin/settings/history/*/revert", settingsPages::revert)
            .get("/admin/settings/export", settingsPages::export);
        for (String action : new String[] {"release", "delete", "deny"}) {
            routes.post("/admin/mail/*/" + action, call -> administrators.get().decide(call));
        }
        this.server = new WebServer(this.settings.bind(), base, routes, doorkeeper::gate, errors);
    }

    private static Views views(Settings settings, Texts texts, UnaryOperator<String> sentences, Clock clock) {
        PolicySettings usual = settings.policy().everybody().inbound();
        return new Views(texts, sentences, usual.maliciousFrom(), usual.suspiciousFrom(), clock.getZone());
    }

    /**
     * Listens from here on.
     *
     * @throws IOException when the address cannot be listened on, naming it
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
            return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port());
        });
    }

    /** Lets requests under way finish, for some seconds. */
    @Override
    public void close() {
        server.close();
    }
}
