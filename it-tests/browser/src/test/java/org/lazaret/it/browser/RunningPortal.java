package org.lazaret.it.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.lazaret.it.JamesServer;
import org.lazaret.it.JamesServer.Account;
import org.lazaret.it.Received;
import org.lazaret.it.Recipient;
import org.lazaret.it.client.Samples.Sample;

/**
 * A James with {@code conf} as it is handed out, and a Chromium: both are started once for all tests, and handed to each that asks for it as a
 * parameter. Where no Chromium is installed the tests are skipped.
 */
final class RunningPortal implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));
    private static final Path CHROMIUM = Path.of(System.getProperty("lazaret.chromium", "/usr/bin/chromium"));

    /** Starts and hands it to tests. */
    static final class Extension implements BeforeAllCallback, ParameterResolver {
        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RunningPortal.class);

        @Override
        public void beforeAll(ExtensionContext context) {
            if (!Files.isExecutable(CHROMIUM)) {
                String reason = "No tests in a browser: there is no " + CHROMIUM + " (apt install chromium, or -Dlazaret.chromium=PATH)";
                System.out.println(reason);
                Assumptions.abort(reason);
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningPortal.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(RunningPortal.class, any -> start(), RunningPortal.class);
        }

        private static RunningPortal start() {
            try {
                return new RunningPortal(Files.createTempDirectory(Files.createDirectories(Path.of("target")).toAbsolutePath(), "james"));
            } catch (Exception e) {
                throw new IllegalStateException("The portal does not start", e);
            }
        }
    }

    private final JamesServer server;
    private final Playwright playwright;
    private final Browser browser;

    private RunningPortal(Path folder) throws Exception {
        Path extension = ROOT.resolve("extension/target/lazaret-james-3.8.jar");
        server = JamesServer.start(folder, ROOT.resolve("conf"), extension, JamesServer.Ports.ANY, Map.of());
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        PlaywrightAssertions.setDefaultAssertionTimeout(Visit.TIMEOUT_MILLIS);
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM));
    }

    JamesServer server() {
        return server;
    }

    URI address(String path) {
        return server.portal(path);
    }

    /** Somebody whom no other test knows. */
    Account somebody(String name) throws Exception {
        Account account = new Account(name + "@example.org", name + "-secret");
        server.addUser(account.address(), account.password());
        return account;
    }

    Visit visit(Screen screen) {
        return visit(screen.options());
    }

    Visit visit(Browser.NewContextOptions options) {
        return new Visit(browser, options, address("/"));
    }

    /**
     * Sends a mail that is held, and waits for the notice.
     *
     * @return the notice
     */
    Received hold(Sample sample, Account recipient) throws IOException {
        return hold(sample.title(), sample.message(List.of(recipient.address())), recipient);
    }

    /** @param subject as the portal shows it */
    Received hold(String subject, byte[] message, Account account) throws IOException {
        server.smtp().send("sender@example.com", List.of(account.address()), message);
        URI link = new Recipient(server, account).notice(subject);
        return server.mailbox(account).await("the notice about " + subject, mail -> link(mail).equals(link));
    }

    /** The link to the held mail in a notice. */
    URI link(Received notice) {
        try {
            return notice.link(address("/m/")).orElse(URI.create(""));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same sample with a subject of its own. */
    static Sample titled(String title, Sample sample) {
        return new Sample(title, sample.fate(), sample.fileName(), sample.mediaType(), sample.content());
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
        server.close();
    }
}
