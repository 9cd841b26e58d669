package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Handbook;

/**
 * Somebody who follows {@code docs/install.md} to the letter has a protected server, and who follows {@code docs/operations.md} takes Lazaret out
 * again and loses nothing. What stands there without a server is done before it starts, what asks webadmin while it runs.
 */
class InstallIT {
    private static final JamesServer.Account ANNA = new JamesServer.Account("anna@example.org", "change-me-anna");
    private static final JamesServer.Account OTTO = new JamesServer.Account("otto@example.org", "change-me-otto");

    @TempDir
    private Path folder;

    @BeforeAll
    static void needCommands() {
        for (String command : List.of("curl", "openssl")) {
            Assumptions.assumeTrue(Handbook.has(command), "Skipped: there is no " + command + " command on the PATH of this machine");
        }
    }

    @Test
    void followingTheDocumentsShouldProtectAServerAndTakeLazaretOutAgain() throws Exception {
        Path conf = Handbook.plainConfiguration(TestServer.ROOT, folder.resolve("conf"));
        // The memory server keeps no repository in files.
        Handbook before = new Handbook(TestServer.ROOT, folder, Map.of("file://var", "memory://var"));
        for (String block : before.blocks("install.md")) {
            if (!block.contains("curl ")) {
                before.run(block);
            }
        }
        assertThat(Files.readString(conf.resolve("mailetcontainer.xml"))).containsSubsequence("<processors>", "state=\"lazaret-failed\"",
            "state=\"transport\"", "RemoveForgedHeaders", "ScanAttachments", "ActionIs=quarantine", "LocalDelivery");

        try (JamesServer server = TestServer.startWithoutAccounts(folder.resolve("james"), conf)) {
            Handbook running = new Handbook(TestServer.ROOT, folder, Map.of("127.0.0.1:8000", "127.0.0.1:" + server.ports().webadmin(),
                "127.0.0.1:25 ", "127.0.0.1:" + server.ports().smtp() + " "));

            List<String> install = running.blocks("install.md").stream().filter(block -> block.contains("curl ")).toList();
            running.run(install.get(0));
            assertThat(running.run(install.get(1))).contains("healthy").doesNotContain("unhealthy");
            running.run(install.get(2));
            Await.until("the test mail is listed", () -> running.run(install.get(3)).contains("\"subject\":\"A test\""));
            awaitSubject(server, ANNA, "Malware Detected");
            assertThat(server.mailbox(OTTO).messages()).isNotEmpty();
            assertThat(install).hasSize(4);

            List<String> operations = running.blocks("operations.md").stream().filter(block -> block.contains("curl ")).toList();
            operations.subList(0, operations.size() - 1).forEach(block -> assertThat(run(running, block)).as(block).doesNotContain("statusCode"));
            awaitSubject(server, ANNA, "A test");
            Await.until("nothing is held", () -> running.run(operations.getLast()).startsWith("{\"mails\":[]"));
            assertThat(server.mailbox(ANNA).messages()).filteredOn(mail -> mail.subject().equals("A test")).singleElement()
                .satisfies(mail -> assertThat(mail.file("test-file.txt")).isPresent());
        }
    }

    private static String run(Handbook handbook, String block) {
        try {
            return handbook.run(block);
        } catch (IOException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private static void awaitSubject(JamesServer server, JamesServer.Account account, String subject) throws IOException {
        Await.until(subject + " for " + account.address(), () -> server.mailbox(account).messages().stream()
            .anyMatch(mail -> mail.subject().equals(subject)));
    }
}
