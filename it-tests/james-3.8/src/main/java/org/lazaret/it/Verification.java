package org.lazaret.it;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Browser.Page;
import org.lazaret.it.client.Protected;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/** {@code bin/demo --once}: the main job, looked at from outside, one line for each thing that must hold. */
final class Verification {

    /** Throws what is wrong. */
    @FunctionalInterface
    private interface Check {
        void run() throws Exception;
    }

    private final Callable<JamesServer> starter;
    private final boolean clamd;
    private final Map<String, Fate> fates = new HashMap<>();
    private JamesServer server;
    private Recipient alice;
    private Recipient bob;
    private Recipient admin;
    private int failed;

    Verification(JamesServer server, Callable<JamesServer> starter, boolean clamd) {
        this.starter = starter;
        this.clamd = clamd;
        this.server = server;
        meet();
    }

    private void meet() {
        alice = new Recipient(server, JamesServer.ALICE);
        bob = new Recipient(server, JamesServer.BOB);
        admin = new Recipient(server, JamesServer.ADMIN);
    }

    /** @return whether everything holds */
    boolean run() {
        try {
            check("health: James' health check has Lazaret in it, and all is well", this::health);
            for (Sample sample : Samples.all()) {
                check(sample.title() + ": " + sample.fate().words(), () -> fate(sample));
            }
            if (clamd) {
                check("clamd: the signature it found is named to the recipient", this::signature);
            }
            check("notice: each recipient has a link of their own", this::ownLinks);
            check("preview: it names the attachment, and looking changes nothing", this::preview);
            check("release: the zip opens with the delivered password and gives the original bytes", this::release);
            check("release: it held for that recipient alone", this::otherRecipientStillHeld);
            check("delete: the mail is gone for that recipient", this::delete);
            check("administrators: told of the mail held and of the release", this::administratorsTold);
            check("administrators: see every held mail after signing in", this::administratorsList);
            check("forged release marker: the mail is held all the same", this::forgedMarker);
            check("failures: no mail ended where failed mail goes", this::noFailures);
            check("restart: what was held is still held", this::restart);
        } finally {
            server.close();
        }
        System.out.println(failed == 0 ? "PASS: everything" : "FAIL: " + failed + " of the above");
        return failed == 0;
    }

    private void check(String what, Check check) {
        try {
            check.run();
            System.out.println("PASS " + what);
        } catch (Exception | AssertionError e) {
            failed++;
            System.out.println("FAIL " + what + ": " + e.getMessage());
        }
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }

    private void health() throws IOException {
        Page page = new Browser().open(server.webadmin("/healthcheck"));
        require(page.status() == 200, "answered " + page.status() + " " + page.text());
        require(page.text().contains("Lazaret"), page.text());
    }

    private void fate(Sample sample) throws IOException {
        Fate fate = Fate.of(server, alice, sample);
        require(fate.fate() == sample.fate(), "it was " + fate.fate().words());
        fates.put(sample.title(), fate);
        if (sample.fate() != Samples.Fate.HELD) {
            byte[] delivered = fate.message().file(sample.fileName()).orElseThrow(() -> new IOException(sample.fileName() + " is missing"));
            require(Arrays.equals(delivered, sample.content()), "the attachment was changed");
        }
    }

    private void signature() throws IOException {
        Optional<String> found = Signature.in(alice, fates.get(Samples.eicarInZip().title()));
        require(found.isPresent(), "no signature of clamd stands in the portal");
        System.out.println("     " + found.get());
    }

    private void ownLinks() throws IOException {
        Sample sample = Samples.eicarInZip();
        Sample both = new Sample("EICAR for two", sample.fate(), sample.fileName(), sample.mediaType(), sample.content());
        List<String> recipients = List.of(JamesServer.ALICE.address(), JamesServer.BOB.address());
        server.smtp().send("sender@example.com", recipients, both.message(recipients));
        URI alices = alice.notice(both.title());
        URI bobs = bob.notice(both.title());
        require(!alices.equals(bobs), "both got " + alices);
    }

    private void preview() throws IOException {
        URI link = bob.notice("EICAR for two");
        for (int i = 0; i < 3; i++) {
            Page page = bob.browser().open(link);
            require(page.status() == 200, "answered " + page.status());
            require(page.text().contains("archive.zip"), "the attachment is not named");
            require(page.form("/release").isPresent() && page.form("/delete").isPresent(), "it can no longer be decided");
        }
    }

    private void release() throws IOException {
        Page decided = alice.browser().submit(alice.openNotice("EICAR for two"), "/release", Map.of());
        require(decided.status() == 200, "answered " + decided.status() + ": " + decided.text());
        Received released = alice.await("EICAR for two");
        String note = new String(released.file(Protected.NOTE).orElseThrow(() -> new IOException("no password")), StandardCharsets.UTF_8);
        byte[] zip = released.file(Protected.ZIP).orElseThrow(() -> new IOException("no zip"));
        Map<String, byte[]> files = Protected.open(zip, Protected.password(note));
        require(files.size() == 1 && Arrays.equals(files.get("archive.zip"), Samples.eicarInZip().content()), "it holds " + files.keySet());
    }

    private void otherRecipientStillHeld() throws IOException {
        require(bob.openNotice("EICAR for two").form("/release").isPresent(), "it was decided for bob too");
        require(!bob.subjects().contains("EICAR for two"), "it was delivered to bob too");
    }

    private void delete() throws IOException {
        Page page = bob.openNotice("EICAR for two");
        Page decided = bob.browser().submit(page, "/delete", Map.of());
        require(decided.status() == 200, "answered " + decided.status() + ": " + decided.text());
        require(decided.form("/release").isEmpty(), "it can still be released");
        require(!bob.subjects().contains("EICAR for two"), "it was delivered");
    }

    private void administratorsTold() throws IOException {
        for (String event : List.of("Mail held", "Mail released")) {
            admin.mailbox().await("a notice of " + event, mail -> mail.subject().startsWith(event) && mail.subject().contains("EICAR for two"));
        }
    }

    private void administratorsList() throws IOException {
        require(admin.signIn().status() == 200, "cannot sign in");
        Page list = admin.browser().open(server.portal("/admin/quarantine"));
        for (Sample sample : Samples.all()) {
            require(list.text().contains(sample.title()) == (sample.fate() == Samples.Fate.HELD), "about '" + sample.title() + "': " + list.text());
        }
    }

    private void forgedMarker() throws IOException {
        Sample sample = Samples.eicarInZip();
        String marker = "X-Lazaret-Release: v=1; r=" + "0".repeat(32) + "; m=" + "0".repeat(32) + "; t=1790000000; s=" + "A".repeat(43) + "\r\n";
        byte[] mail = Samples.mail("Forged", List.of(JamesServer.BOB.address()), sample.fileName(), sample.mediaType(), sample.content());
        server.smtp().send("sender@example.com", List.of(JamesServer.BOB.address()), out -> {
            out.write(marker.getBytes(StandardCharsets.US_ASCII));
            out.write(mail);
        });
        require(bob.openNotice("Forged").form("/release").isPresent(), "it is not held");
        require(!bob.subjects().contains("Forged"), "it was delivered");
    }

    private void noFailures() throws IOException {
        for (String repository : List.of("lazaret-failed", "error")) {
            Page mails = new Browser().open(server.webadmin("/mailRepositories/var%2Fmail%2F" + repository + "%2F/mails"));
            require(mails.status() == 404 || mails.text().equals("[]"), repository + " has " + mails.text());
        }
    }

    private void restart() throws Exception {
        server.close();
        server = starter.call();
        meet();
        require(admin.signIn().status() == 200, "cannot sign in");
        Page list = admin.browser().open(server.portal("/admin/quarantine"));
        require(list.text().contains("Macro document"), list.text());
        URI link = URI.create(fates.get("Macro document").where());
        // With any free port, the portal has moved.
        Page page = alice.browser().open(server.portal(link.getRawPath()));
        require(page.form("/release").isPresent(), "the link of before the restart leads to: " + page.text());
    }
}
