package org.lazaret.portal;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.settings.Settings;
import org.lazaret.portal.session.Secrets;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.session.Sessions;
import org.lazaret.portal.session.Throttle;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.scan.log.Log;

/**
 * Lets people in: origin of requests, signing in and out, sessions.
 *
 * <h2>Security guarantees</h2>
 * A session's id is random and new at each sign-in; wrong accounts and wrong passwords answer alike; guesses are slowed down for each account
 * ({@value #FREE_PER_ACCOUNT} are free) and each client address ({@value #FREE_PER_ADDRESS}, more, since a proxy's clients share one).
 */
final class Doorkeeper {
    static final int FREE_PER_ACCOUNT = 5;
    static final int FREE_PER_ADDRESS = 50;
    static final Duration LONGEST_PER_ACCOUNT = Duration.ofMinutes(15);
    /** Short, since it may be a proxy's address and hold up everybody. */
    static final Duration LONGEST_PER_ADDRESS = Duration.ofSeconds(30);
    private static final int MAX_ADDRESS = 320;
    private static final int MAX_PASSWORD = 1_024;
    private static final Pattern NEXT = Pattern.compile("/(?:mails(?:/[0-9a-f]{32})?|admin(?:/mail/[0-9a-f]{32}"
        + "|/(?:quarantine|requests|lists|audit|system|settings(?:/history)?))?(?:\\?[A-Za-z0-9%&=+._*-]{0,2000})?)");
    private static final Log LOGGER = Log.of(Doorkeeper.class);

    private final Accounts accounts;
    private final Set<String> administrators;
    private final Set<String> auditors;
    private final Map<Language, Pages> inLanguages;
    private final Languages languages;
    private final String base;
    private final Supplier<URI> url;
    private final Sessions sessions;
    private final Throttle perAccount;
    private final Throttle perAddress;
    private final String secret = Secrets.random();
    private final boolean secure;
    private final String sessionCookie;
    private final String formCookie;

    /**
     * @param url how browsers reach the portal; asked when it is known, after the start
     */
    Doorkeeper(Accounts accounts, Settings.Portal settings, Map<Language, Pages> inLanguages, Languages languages, String base,
               boolean secure, Supplier<URI> url, Clock clock) {
        this.accounts = accounts;
        this.administrators = lower(settings.administrators());
        this.auditors = lower(settings.auditors());
        this.inLanguages = inLanguages;
        this.languages = languages;
        this.base = base;
        this.url = url;
        this.sessions = new Sessions(clock);
        this.perAccount = new Throttle(FREE_PER_ACCOUNT, LONGEST_PER_ACCOUNT, clock);
        this.perAddress = new Throttle(FREE_PER_ADDRESS, LONGEST_PER_ADDRESS, clock);
        this.secure = secure;
        String prefix = !secure ? "" : base.isEmpty() ? "__Host-" : "__Secure-";
        this.sessionCookie = prefix + "lazaret-session";
        this.formCookie = prefix + "lazaret-form";
    }

    private static Set<String> lower(List<String> addresses) {
        return addresses.stream().map(address -> address.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private Session.Role role(String address) {
        return administrators.contains(address) ? Session.Role.ADMINISTRATOR
            : auditors.contains(address) ? Session.Role.AUDITOR : Session.Role.RECIPIENT;
    }

    /**
     * Whose requests are counted together: those by one link, and those of one session. Guesses at the sign-in are counted on their own, and
     * style sheets cost nothing.
     */
    Optional<String> client(Call call) {
        String first = call.path().isEmpty() ? "" : call.segment(0);
        if (first.equals("m") && call.path().size() > 1) {
            return Optional.of("link " + call.segment(1));
        }
        return first.equals("assets") ? Optional.empty() : call.cookie(sessionCookie).map("session "::concat);
    }

    /**
     * Refuses a POST that a browser sends from a page that is not ours. A client that says nothing about where it comes from is no browser
     * in use today and still needs the form's token.
     */
    Optional<Answer> gate(Call call) {
        if (call.fetchSite().isPresent() && !call.fetchSite().get().equals("same-origin")) {
            return Optional.of(pages(call).message(403, "form", Optional.empty()));
        }
        boolean vouched = call.fetchSite().isPresent();
        if (!vouched && call.origin().isPresent() && !call.origin().get().equalsIgnoreCase(origin(url.get()))) {
            return Optional.of(pages(call).message(403, "form", Optional.empty()));
        }
        return Optional.empty();
    }

    static String origin(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        return scheme + "://" + url.getHost() + (url.getPort() < 0 || url.getPort() == standard ? "" : ":" + url.getPort());
    }

    private Pages pages(Call call) {
        return Languages.in(languages.of(call), inLanguages);
    }

    Optional<Session> session(Call call) {
        return call.cookie(sessionCookie).flatMap(sessions::find);
    }

    /** For who is signed in; others are sent to sign in and back here. */
    Answer signedIn(Call call, Function<Session, Answer> page) {
        Optional<Session> session = session(call);
        if (session.isPresent()) {
            return page.apply(session.get());
        }
        String path = "/" + String.join("/", call.path());
        String query = call.query().toString();
        String whole = path.startsWith("/admin") && !query.isEmpty() ? path + "?" + query : path;
        String next = NEXT.matcher(whole).matches() ? whole : NEXT.matcher(path).matches() ? path : "";
        boolean back = call.method().equals("GET") && !next.isEmpty();
        return Answer.seeOther(base + "/sign-in" + (back ? "?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8).replace("%2F", "/") : ""));
    }

    Answer home(Call call) {
        return signedIn(call, session -> Answer.seeOther(base + (session.staff() ? "/admin" : "/mails")));
    }

    Answer signInPage(Call call) {
        if (session(call).isPresent()) {
            return Answer.seeOther(base + "/");
        }
        return form(200, call, call.query().first("next"), "", "");
    }

    Answer signIn(Call call) {
        String next = call.form().first("next");
        String address = call.form().line("address", MAX_ADDRESS).toLowerCase(Locale.ROOT);
        String password = call.form().first("password");
        Optional<String> cookie = call.cookie(formCookie);
        if (cookie.isEmpty() || !Secrets.same(Secrets.formToken(secret + cookie.get()), call.form().first("form"))) {
            return form(403, call, next, address, pages(call).texts().say("sign-in.again"));
        }
        Duration wait = perAddress.ask(call.address());
        if (wait.isZero()) {
            wait = perAccount.ask(address);
        }
        if (!wait.isZero()) {
            long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
            Texts t = pages(call).texts();
            String words = seconds < 120 ? t.say("time.seconds", seconds) : t.say("time.minutes", (seconds + 59) / 60);
            return form(429, call, next, address, t.say("sign-in.wait", words)).with("Retry-After", Long.toString(seconds));
        }
        boolean right;
        try {
            right = !address.isEmpty() && password.length() <= MAX_PASSWORD && accounts.signIn(address, password);
        } catch (RuntimeException e) {
            LOGGER.error("Accounts cannot be checked", e);
            return pages(call).message(503, "unavailable", Optional.empty());
        }
        if (!right) {
            LOGGER.info("Sign-in to the portal refused, from {}", call.address());
            return form(403, call, next, address, pages(call).texts().say("sign-in.wrong"));
        }
        perAccount.forgive(address);
        perAddress.undo(call.address());
        call.cookie(sessionCookie).ifPresent(sessions::end);
        Session.Role role = role(address);
        String id = sessions.start(address, role);
        String target = NEXT.matcher(next).matches() ? next : role == Session.Role.RECIPIENT ? "/mails" : "/admin";
        return Answer.seeOther(base + target)
            .with("Set-Cookie", cookie(sessionCookie, id))
            .with("Set-Cookie", expired(formCookie));
    }

    Answer signOut(Call call) {
        Optional<Session> session = session(call);
        if (session.isPresent() && !Secrets.same(session.get().formToken(), call.form().first("form"))) {
            return pages(call).message(403, "form", session);
        }
        call.cookie(sessionCookie).ifPresent(sessions::end);
        return Answer.seeOther(base + "/sign-in").with("Set-Cookie", expired(sessionCookie));
    }

    private Answer form(int status, Call call, String next, String address, String problem) {
        Optional<String> known = call.cookie(formCookie).filter(value -> value.matches("[A-Za-z0-9_-]{43}"));
        String value = known.orElseGet(Secrets::random);
        Answer page = pages(call).page(status, "signin.jte", "title.sign-in", Optional.empty(), Map.of("formToken", Secrets.formToken(secret + value),
            "next", NEXT.matcher(next).matches() ? next : "", "address", address, "problem", problem));
        return known.isPresent() ? page : page.with("Set-Cookie", cookie(formCookie, value));
    }

    private String cookie(String name, String value) {
        return name + "=" + value + "; Path=" + (base.isEmpty() ? "/" : base) + "; HttpOnly; SameSite=Strict"
            + (secure ? "; Secure" : "");
    }

    private String expired(String name) {
        return cookie(name, "") + "; Max-Age=0";
    }
}
