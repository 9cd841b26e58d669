package org.lazaret.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.lazaret.it.JamesServer;
import org.lazaret.it.Received;

/**
 * One person with a browser of their own: no cookie is shared with others. No request leaves for a host other than the portal's. {@link #close()}
 * fails when one tried to, when a page showed a dialog or had an error, and when the browser wrote anything to its console (what scripts write,
 * scripts that were refused, violations of the Content Security Policy); so every test is a test for all this too.
 */
final class Visit implements AutoCloseable {
    /** Above what a page takes on a busy machine, below what anybody waits. */
    static final int TIMEOUT_MILLIS = 20_000;
    /** A page that says no is answered with a status that the browser writes down. */
    private static final Pattern STATUS = Pattern.compile("error: Failed to load resource: the server responded with a status of 4\\d\\d .*");

    private final BrowserContext context;
    private final Page page;
    private final URI portal;
    private final boolean touch;
    private final List<String> trespasses = new CopyOnWriteArrayList<>();
    private final List<String> console = new CopyOnWriteArrayList<>();
    private boolean refusalsExpected;
    private int arrivals;

    Visit(Browser browser, Browser.NewContextOptions options, URI portal) {
        this.portal = portal;
        this.touch = options.hasTouch != null && options.hasTouch;
        this.context = browser.newContext(options);
        context.setDefaultTimeout(TIMEOUT_MILLIS);
        context.route("**", this::let);
        context.onConsoleMessage(message -> {
            String line = message.type() + ": " + message.text();
            if (!STATUS.matcher(line).matches()) {
                console.add(line);
            }
        });
        context.onWebError(error -> trespasses.add("error in a page: " + error.error()));
        context.onDialog(dialog -> {
            trespasses.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        this.page = context.newPage();
        page.onFrameNavigated(frame -> {
            if (frame.equals(page.mainFrame())) {
                arrivals++;
            }
        });
    }

    private void let(Route route) {
        String address = route.request().url();
        if (address.startsWith(portal.resolve("/").toString())) {
            route.resume();
        } else {
            trespasses.add("request to " + address);
            route.abort();
        }
    }

    Page page() {
        return page;
    }

    BrowserContext context() {
        return context;
    }

    /** Opens an address of the portal; the path starts with a slash. */
    Response open(String path) {
        return open(portal.resolve(path));
    }

    Response open(URI address) {
        Response response = page.navigate(address.toString());
        assertThat(response).as(address.toString()).isNotNull();
        return response;
    }

    /** A button by what it is called, as people and screen readers find it. */
    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** A link by what it is called. */
    Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** What opens and closes a part of the page. */
    Locator summary(String name) {
        return page.locator("summary", new Page.LocatorOptions().setHasText(name));
    }

    /** Presses what leads to another page, and waits for that one. */
    void press(Locator pressed) {
        arrive(touch ? pressed::tap : pressed::click);
    }

    /** Does what leads to another page, and waits for that one. */
    void arrive(Runnable action) {
        int before = arrivals;
        action.run();
        page.waitForCondition(() -> arrivals > before);
        page.waitForLoadState();
    }

    /** Shows a mail as a mail program does. */
    void read(Received mail) throws IOException {
        byte[] html = mail.leaves().stream().filter(leaf -> leaf.mediaType().startsWith("text/html")).findFirst().orElseThrow().content();
        page.setContent(new String(html, StandardCharsets.UTF_8));
    }

    /** Signs in with the password of the mailbox, and comes to the page that was wanted. */
    Visit signIn(JamesServer.Account account, String path) {
        open(path);
        signInHere(account);
        assertThat(URI.create(page.url()).getPath()).isEqualTo(URI.create(path).getPath());
        return this;
    }

    /** Fills in the page to sign in, which is open. */
    void signInHere(JamesServer.Account account) {
        page.getByLabel("Mail address").fill(account.address());
        page.getByLabel("Password").fill(account.password());
        press(button("Sign in"));
    }

    /** Waits until the browser has written that it refused each of these, and lets it write such lines from here on. */
    void refused(String... kinds) {
        refusalsExpected = true;
        for (String kind : kinds) {
            page.waitForCondition(() -> console.stream().anyMatch(line -> line.contains(kind)));
        }
    }

    @Override
    public void close() {
        // A page may still ask for something: without this its question would meet a context that is closed.
        context.unrouteAll();
        context.close();
        assertThat(trespasses).isEmpty();
        if (!refusalsExpected) {
            assertThat(console).isEmpty();
        }
    }
}
