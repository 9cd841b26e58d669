package org.lazaret.portal;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.lazaret.policy.PolicySettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.portal.view.Texts;
import org.lazaret.portal.view.Views;
import org.lazaret.portal.web.Routes;
import org.lazaret.portal.web.WebServer;
import org.lazaret.quarantine.Quarantine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal: recipients come by the link in a notice ({@code /m/…}) or sign in ({@code /mails}); administrators sign in ({@code /admin}).
 *
 * <p>GET and HEAD change nothing. Behind a proxy, {@code portal.url} says how browsers reach it; its path, if any, may be stripped by the proxy
 * or not. TLS is the proxy's; with an {@code https} address cookies are Secure.
 */
public final class Portal implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Portal.class);

    private final Settings.Portal settings;
    private final WebServer server;

    /**
     * @param sentences what a rule means, by its id; the id itself when it is not known
     */
    public Portal(Settings settings, Quarantine quarantine, Accounts accounts, UnaryOperator<String> sentences, Clock clock) {
        this.settings = settings.portal();
        String base = this.settings.publicUrl().map(URI::getRawPath).filter(path -> !path.equals("/")).orElse("");
        boolean secure = this.settings.publicUrl().map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
        Texts texts = new Texts();
        Assets assets = new Assets();
        Pages pages = new Pages(texts, assets, base);
        PolicySettings usual = settings.policy().everybody().inbound();
        Views views = new Views(texts, sentences, usual.maliciousFrom(), usual.suspiciousFrom(), clock.getZone());
        Previews previews = new Previews(quarantine, views);
        Doorkeeper doorkeeper = new Doorkeeper(accounts, this.settings.administrators(), pages, texts, secure, this::url, clock);
        RecipientPages recipients = new RecipientPages(settings, quarantine, pages, views, texts, previews, doorkeeper);
        AdministratorPages administrators = new AdministratorPages(this.settings.scope(), quarantine, pages, views, texts, previews, doorkeeper);
        Routes routes = new Routes()
            .get("/", doorkeeper::home)
            .get("/assets/*", call -> assets.answer(call).orElseGet(() -> pages.error(404)))
            .get("/sign-in", doorkeeper::signInPage)
            .post("/sign-in", doorkeeper::signIn)
            .post("/sign-out", doorkeeper::signOut)
            .get("/m/*", recipients::byLink)
            .get("/m/*/text", recipients::textByLink)
            .get("/mails", recipients::list)
            .get("/mails/*", recipients::own)
            .get("/mails/*/text", recipients::textOfOwn)
            .get("/admin", administrators::list)
            .get("/admin/mail/*", administrators::mail)
            .get("/admin/mail/*/text", administrators::text);
        for (String action : new String[] {"release", "request", "delete"}) {
            routes.post("/m/*/" + action, recipients::decideByLink).post("/mails/*/" + action, recipients::decideOwn);
        }
        for (String action : new String[] {"release", "delete", "deny"}) {
            routes.post("/admin/mail/*/" + action, administrators::decide);
        }
        this.server = new WebServer(this.settings.bind(), base, routes, doorkeeper::gate, pages::error);
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
