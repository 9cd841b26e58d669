package org.lazaret.it;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Browser.Page;

/** A person with a mailbox and a browser. */
public final class Recipient {
    private final JamesServer server;
    private final JamesServer.Account account;
    private final Browser browser = new Browser();

    public Recipient(JamesServer server, JamesServer.Account account) {
        this.server = server;
        this.account = account;
    }

    public JamesServer.Account account() {
        return account;
    }

    public Browser browser() {
        return browser;
    }

    public Mailbox mailbox() {
        return server.mailbox(account);
    }

    /** Waits for the notice about a mail with that subject, and opens its link. */
    public Page openNotice(String subject) throws IOException {
        return browser.open(notice(subject));
    }

    /** Waits for the notice about a mail with that subject. Its link is the only thing that says which mail it is about, so each is opened. */
    public URI notice(String subject) throws IOException {
        Set<URI> others = new HashSet<>();
        URI[] found = new URI[1];
        Await.until("the notice to " + account.address() + " about '" + subject + "'", () -> {
            for (Received message : mailbox().messages()) {
                Optional<URI> link = message.link(server.portal("/"));
                if (link.isPresent() && message.header("Auto-Submitted").isPresent() && others.add(link.get())
                        && browser.open(link.get()).text().contains(subject)) {
                    found[0] = link.get();
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    /** Signs in with the password of the mailbox. */
    public Page signIn() throws IOException {
        Page page = browser.open(server.portal("/sign-in"));
        return browser.submit(page, "/sign-in", Map.of("address", account.address(), "password", account.password()));
    }

    public Received await(String subject) throws IOException {
        return mailbox().await("'" + subject + "'", mail -> mail.subject().equals(subject));
    }

    public List<String> subjects() throws IOException {
        return mailbox().messages().stream().map(Received::subject).toList();
    }
}
