package org.lazaret.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.it.JamesServer;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Browser.Page;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;
import org.lazaret.it.client.SmtpClient;
import org.lazaret.it.crash.CrashPoint;

/**
 * Two servers of James, each with queue and mailboxes of its own, on one PostgreSQL and one S3. The first, or a command beside it, is killed in
 * the middle of its work; the second does what it left, once the leases of the dead one have ended.
 */
class TwoNodesIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));
    private static final Duration ENDED = Duration.ofSeconds(180);
    private static final Duration TAKEN_UP = Duration.ofSeconds(240);
    private static final int MAILS = 3;
    /** What {@code bin/quarantine} says while another process has the lease, also one that is dead by now. */
    private static final int BUSY = 75;
    private static final int KILLED = 128 + 9;

    private static Path folder;
    private static SharedServices services;
    private static Node first;
    private static Node second;

    /** A server, and what Alice and the administrator have in their inboxes there. */
    private static final class Node {
        private final Path folder;
        private final JamesServer.Ports ports;
        private final Webadmin webadmin;
        private final Delivered alice;
        private final Delivered administrator;
        private ServerProcess process;

        Node(Path folder, Map<String, String> settings) throws IOException {
            this.folder = folder;
            this.ports = ServerFolder.prepare(ROOT, folder, settings);
            this.webadmin = new Webadmin(ports.webadmin());
            this.alice = new Delivered(JamesServer.ALICE, ports.imap(), ports.portal());
            this.administrator = new Delivered(JamesServer.ADMIN, ports.imap(), ports.portal());
        }

        void start() throws IOException {
            start(Duration.ZERO);
        }

        void start(Duration ahead) throws IOException {
            process = ServerProcess.launch(folder, ahead, Optional.empty());
            assertThat(process.awaitReady()).isTrue();
        }

        boolean isDead() throws IOException {
            return process.awaitEnd(Duration.ZERO);
        }

        void send(String title) throws IOException {
            Sample eicar = Samples.eicarInZip();
            new SmtpClient(ports.smtp()).send("sender@example.com", List.of(JamesServer.ALICE.address()),
                Samples.mail(title, List.of(JamesServer.ALICE.address()), eicar.fileName(), eicar.mediaType(), eicar.content()));
        }

        /** Sends mails of one title with numbers behind it, and waits until they are held. */
        void fill(String title) throws IOException {
            for (int number = 1; number <= MAILS; number++) {
                send(title + " " + number);
            }
            for (int number = 1; number <= MAILS; number++) {
                notice(title + " " + number);
            }
            Await.until("all letters about " + title, () -> unfinished() == 0);
        }

        /** The link in Alice's notice. */
        URI notice(String title) throws IOException {
            Await.until("the notice about " + title, () -> {
                alice.look();
                return alice.link(title).isPresent();
            });
            return alice.link(title).orElseThrow();
        }

        /** The same page at this node. */
        URI here(URI link) {
            return URI.create(link.toString().replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:" + ports.portal()));
        }

        int released(String title) throws IOException {
            alice.look();
            return alice.released.of(title).size();
        }

        /** Runs {@code bin/quarantine} on this node's settings; gives its exit status. */
        int command(String options, String command) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(ROOT.resolve("bin/quarantine").toString(),
                "--settings", folder.resolve("conf/lazaret.properties").toString(), "--directory", folder.toString(), command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("command.log").toFile()));
            builder.environment().put("LAZARET_QUARANTINE_OPTS", options);
            return ended(builder.start());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        folder = KillIT.emptied(ROOT.resolve("it-tests/james-persistent/target/nodes"));
        services = SharedServices.start(ROOT, folder.resolve("services"));
        Map<String, String> settings = new HashMap<>(services.settings());
        // What is deleted is removed at once, and every mail has a notice of its own.
        settings.putAll(Map.of("portal.undo", "0", "notice.per-hour", "1000000", "administrators.notices-per-hour", "1000000"));
        first = new Node(folder.resolve("first"), settings);
        second = new Node(folder.resolve("second"), settings);
        first.start();
        copySecrets(first.folder.resolve("var/lazaret"), second.folder.resolve("var/lazaret"));
        second.start();
        for (Node node : List.of(first, second)) {
            node.webadmin.addUser(JamesServer.ALICE);
            node.webadmin.addUser(JamesServer.ADMIN);
        }
    }

    /** As {@code docs/cluster.md} tells operators to. */
    private static void copySecrets(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("secrets"));
        for (String name : List.of("quarantine.crt", "quarantine.key")) {
            Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (Stream<Path> secrets = Files.list(from.resolve("secrets"))) {
            for (Path secret : secrets.toList()) {
                Files.copy(secret, to.resolve("secrets").resolve(secret.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (Node node : List.of(first, second)) {
            if (node != null && node.process != null) {
                node.process.kill();
            }
        }
        services.close();
    }

    /** Whoever is dead lives again for the next test, and does nothing twice. */
    @AfterEach
    void nothingShouldBeLeft() throws Exception {
        for (Node node : List.of(first, second)) {
            if (node.isDead()) {
                node.start();
            }
        }
        // A letter that a dead node was sending is due again after five minutes.
        services.execute("UPDATE outbox SET lease_until = 0");
        Await.until("both have done all", TAKEN_UP, () -> first.webadmin.spool() == 0 && second.webadmin.spool() == 0 && unfinished() == 0);
        assertThat(services.count("SELECT count(*) FROM audit a WHERE a.sequence > 1 AND NOT EXISTS (SELECT 1 FROM audit b"
            + " WHERE b.sequence = a.sequence - 1 AND b.hash = a.previous)")).isZero();
    }

    @Test
    void heldMailOfEitherNodeShouldBeShownAndReleasedByBoth() throws Exception {
        first.send("held by the first");
        second.send("held by the second");
        URI ofFirst = first.notice("held by the first");
        URI ofSecond = second.notice("held by the second");
        Browser browser = new Browser();

        assertThat(browser.open(second.here(ofFirst)).text()).contains("held by the first", "archive.zip");
        assertThat(browser.open(first.here(ofSecond)).text()).contains("held by the second", "archive.zip");
        release(second, ofFirst);
        release(first, ofSecond);

        Await.until("each arrives where it was released",
            () -> second.released("held by the first") == 1 && first.released("held by the second") == 1);
        assertThat(Files.readString(first.folder.resolve("log/james.log"))).doesNotContain("NoClassDefFoundError", "ClassNotFoundException");
    }

    @ParameterizedTest
    @EnumSource(value = CrashPoint.class, names = {"P8", "P9"})
    void releaseOfADeadNodeShouldBeFinishedByTheOtherAndArriveOnce(CrashPoint point) throws Exception {
        String title = "release until " + point;
        second.send(title);
        URI link = second.notice(title);
        dying(point);

        try {
            release(first, link);
        } catch (IOException e) {
            // It died with the answer.
        }

        assertThat(first.process.awaitEnd(ENDED)).isTrue();
        Await.until("the other node has released it", TAKEN_UP, () -> second.released(title) > 0);
        first.start();
        Await.until("the dead node's copy is dealt with", () -> first.webadmin.spool() == 0 && unfinished() == 0);
        assertThat(first.released(title) + second.released(title)).isEqualTo(1);
    }

    @Test
    void letterOfADeadNodeShouldBeSentByTheOther() throws Exception {
        dying(CrashPoint.P7);

        first.send("told of by the other");

        // The second may have sent it before the first did: then it has nothing to die of.
        for (int more = 1; !first.process.awaitEnd(Duration.ofSeconds(10)); more++) {
            first.send("told of as well " + more);
        }
        // Five minutes later.
        services.execute("UPDATE outbox SET lease_until = 0");
        Await.until("the other node has told the administrator of what was left", TAKEN_UP,
            () -> services.count("SELECT count(*) FROM outbox") == 0);
        first.start();
        Await.until("the administrator is told", () -> {
            first.administrator.look();
            second.administrator.look();
            return Stream.of(first, second).anyMatch(node -> node.administrator.isTold("Mail held: told of by the other"));
        });
    }

    @Test
    void contentThatADeadNodeWasToRemoveShouldBeRemovedByTheOther() throws Exception {
        second.send("deleted");
        URI link = second.notice("deleted");
        dying(CrashPoint.P11);

        try {
            decide(first, link, "/delete");
        } catch (IOException e) {
            // It died with the answer.
        }

        assertThat(first.process.awaitEnd(ENDED)).isTrue();
        Await.until("the other node has noted that the content is gone", TAKEN_UP,
            () -> services.count("SELECT count(*) FROM record WHERE subject = 'deleted' AND content = 0") == 1);
    }

    @Test
    void retentionOfADeadNodeShouldBeFinishedByTheOther() throws Exception {
        second.fill("over time");
        killBoth();
        services.execute("UPDATE record SET received = received - 40 * 86400000::bigint WHERE subject LIKE 'over time %'");
        services.execute("UPDATE work SET finished = 0 WHERE name = 'RETENTION'");

        dyingAtOnce(CrashPoint.RETENTION, Duration.ZERO);
        assertThat(services.count("SELECT count(*) FROM record WHERE subject LIKE 'over time %' AND content = 1")).isBetween(1L, MAILS - 1L);
        second.start();

        Await.until("the other node has expired the rest", TAKEN_UP,
            () -> services.count("SELECT count(*) FROM record WHERE subject LIKE 'over time %' AND content = 0") == MAILS);
        assertThat(services.count("SELECT count(*) FROM audit a JOIN record r ON r.id = a.record_id WHERE a.action = 'expired'"
            + " AND r.subject LIKE 'over time %'")).isEqualTo(MAILS);
    }

    @Test
    void orphansOfADeadNodeShouldBeAdoptedByTheOther() throws Exception {
        second.fill("orphan");
        killBoth();
        // As if the process had ended between content and record, and James had lost its queue.
        services.execute("DELETE FROM record_term WHERE number IN (SELECT number FROM record WHERE subject LIKE 'orphan %')");
        for (String table : List.of("record_recipient", "attachment")) {
            services.execute("DELETE FROM " + table + " WHERE record_id IN (SELECT id FROM record WHERE subject LIKE 'orphan %')");
        }
        services.execute("DELETE FROM record WHERE subject LIKE 'orphan %'");
        services.execute("UPDATE work SET finished = 0 WHERE name = 'ORPHANS'");
        Duration later = Duration.ofDays(2);

        dyingAtOnce(CrashPoint.ORPHANS, later);
        assertThat(services.count("SELECT count(*) FROM record WHERE subject LIKE 'orphan %'")).isBetween(1L, MAILS - 1L);
        second.start(later);

        Await.until("the other node has adopted the rest", TAKEN_UP,
            () -> services.count("SELECT count(*) FROM record WHERE subject LIKE 'orphan %'") == MAILS);
        assertThat(services.count("SELECT count(*) FROM audit WHERE action = 'adopted'")).isEqualTo(MAILS);
        release(second, second.notice("orphan 2"));
        Await.until("what was adopted can be released", () -> second.released("orphan 2") == 1);
    }

    @Test
    void commandsThatWereKilledShouldBeTakenUpFromAnotherNode() throws Exception {
        second.fill("rewrapped");
        killBoth();
        newKey();
        first.start();
        second.start();

        killed("rewrap", CrashPoint.REWRAP);
        finished("rewrap");
        killed("verify", CrashPoint.VERIFY);
        finished("verify");

        first.process.kill();
        second.process.kill();
        for (Node node : List.of(first, second)) {
            set(node, "quarantine.old-private-keys", "");
            node.start();
        }
        finished("verify");
        release(first, second.notice("rewrapped 1"));
        Await.until("what was rewrapped can be released", () -> first.released("rewrapped 1") == 1);
    }

    /** As {@code docs/crypto.md} tells operators to. */
    private static void newKey() throws IOException {
        Path store = first.folder.resolve("var/lazaret");
        assertThat(ended(new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-noenc",
            "-days", "10950", "-subj", "/CN=Lazaret quarantine", "-keyout", store.resolve("new.key").toString(),
            "-out", store.resolve("new.crt").toString()).redirectErrorStream(true).redirectOutput(folder.resolve("openssl.log").toFile())
            .start())).isZero();
        for (String name : List.of("new.crt", "new.key")) {
            Files.copy(store.resolve(name), second.folder.resolve("var/lazaret").resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (Node node : List.of(first, second)) {
            set(node, "quarantine.certificates", "var/lazaret/new.crt");
            set(node, "quarantine.private-key", "var/lazaret/new.key");
            set(node, "quarantine.old-private-keys", "var/lazaret/quarantine.key");
        }
    }

    private static void set(Node node, String key, String value) throws IOException {
        Path file = node.folder.resolve("conf/lazaret.properties");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.removeIf(line -> line.matches(key.replace(".", "\\.") + "\\s*=.*"));
        lines.add(key + " = " + value);
        Files.write(file, lines, StandardCharsets.UTF_8, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Runs a command on the first node's settings that dies when it has done two mails. */
    private static void killed(String command, CrashPoint point) throws IOException {
        Path armed = first.folder.resolve(command + ".armed");
        Files.createFile(armed);
        // The agent's library is not on the command's class path.
        String asm = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> Path.of(jar).getFileName().toString().matches("asm-[0-9.]+\\.jar")).findFirst().orElseThrow();

        assertThat(first.command("-Xbootclasspath/a:" + asm + " " + new ServerProcess.Trigger(point, 2).agent(armed), command)).isEqualTo(KILLED);

        assertThat(services.count("SELECT count(*) FROM work WHERE name = upper('" + command + "') AND finished = 0")).isEqualTo(1);
    }

    /** Runs a command on the second node's settings, as soon as the lease of the dead one has ended. */
    private static void finished(String command) throws IOException {
        int[] status = new int[1];
        Await.until("the lease of the dead command ends", TAKEN_UP, () -> {
            status[0] = second.command("", command);
            return status[0] != BUSY;
        });
        assertThat(status[0]).as(Files.readString(second.folder.resolve("command.log"))).isZero();
        assertThat(services.count("SELECT count(*) FROM work WHERE name = upper('" + command + "') AND finished > 0 AND failed = 0")).isEqualTo(1);
    }

    private static int ended(Process process) throws IOException {
        try {
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("Not within 180 s: " + process.info().commandLine());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static void killBoth() throws IOException {
        first.process.kill();
        second.process.kill();
    }

    /** Starts the first node anew, to die at the point. */
    private static void dying(CrashPoint point) throws IOException {
        first.process.kill();
        first.process = ServerProcess.launch(first.folder, Duration.ZERO, Optional.of(new ServerProcess.Trigger(point, 1)));
        assertThat(first.process.awaitReady()).isTrue();
        first.process.arm();
    }

    /** Starts the first node anew, to die at the point at what it finds to do; and lets the time pass in which its leases end. */
    private static void dyingAtOnce(CrashPoint point, Duration ahead) throws IOException {
        services.execute("UPDATE lease SET held_until = 0");
        first.process = ServerProcess.launch(first.folder, ahead, Optional.of(new ServerProcess.Trigger(point, 1)));
        first.process.arm();
        assertThat(first.process.awaitEnd(ENDED)).isTrue();
        services.execute("UPDATE lease SET held_until = 0");
    }

    private static void release(Node node, URI link) throws IOException {
        decide(node, link, "/release");
    }

    private static void decide(Node node, URI link, String how) throws IOException {
        Browser browser = new Browser();
        Page page = browser.open(node.here(link));
        assertThat(browser.submit(page, how, Map.of()).status()).isEqualTo(200);
    }

    private static long unfinished() throws IOException {
        return services.count("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM record_recipient WHERE state = 'RELEASING')"
            + " + (SELECT count(*) FROM record WHERE content = 2)");
    }
}
