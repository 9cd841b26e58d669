package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class SimulateCommandTest {
    private static final String PLAIN = "From: a@example.com\r\nTo: alice@example.org\r\nSubject: Hello\r\n\r\nText\r\n";
    private static final String PROGRAM = "From: a@example.com\r\nTo: Alice <alice@example.org>\r\nCc: bob@example.org\r\n"
        + "Subject: Ren\u001B[31mamed\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
        + "Content-Disposition: attachment; filename=invoice.exe\r\n"
        + "Content-Transfer-Encoding: base64\r\n\r\nTVosIGFzIGl0IHdlcmU=\r\n";

    @TempDir
    private Path folder;

    private record Run(int status, String out, String err) {
    }

    @BeforeEach
    void write() throws Exception {
        Files.writeString(folder.resolve("lazaret.properties"), "quarantine.generate-keys = true\n");
        Files.writeString(folder.resolve("draft.properties"), "for.bob@example.org.action.malicious = warn\n");
        Files.createDirectory(folder.resolve("mails"));
        Files.writeString(folder.resolve("mails/plain.eml"), PLAIN);
        Files.writeString(folder.resolve("mails/program.eml"), PROGRAM);
    }

    private Quarantine open() throws Exception {
        return Quarantines.open(SettingsFile.read(folder.resolve("lazaret.properties"), folder), message -> { }, address -> true, Clock.systemUTC(),
            () -> URI.create("http://127.0.0.1"));
    }

    private Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("--settings", folder.resolve("lazaret.properties").toString(), "--directory", folder.toString()));
        all.addAll(List.of(arguments));
        int status = SimulateCommand.run(new Streams(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), StandardCharsets.UTF_8, false), all.toArray(String[]::new));
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void runShouldListAllMailWithWhatBecomesOfItNow() {
        Run run = run("--all", path("mails"));

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains(" 0.0 permit     →  0.0 permit      " + path("mails/plain.eml"), "quarantine  " + path("mails/program.eml"),
            "alice@example.org, bob@example.org", "Ren\\u{001B}[31mamed", "2 mails, 0 of which something else would become\n",
            "  permit → permit: 1\n  quarantine → quarantine: 1\n");
        assertThat(run.status()).isZero();
        assertThat(folder.resolve("var")).doesNotExist();
    }

    @Test
    void runShouldListWhatADraftChanges() {
        Run run = run("--draft", path("draft.properties"), path("mails"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines().filter(line -> line.contains(".eml"))).singleElement().asString()
            .contains("quarantine → ", "warn", "bob@example.org").doesNotContain("alice");
    }

    @Test
    void runShouldReadMboxFilesMessageByMessage() throws Exception {
        Files.writeString(folder.resolve("archive.mbox"), "From a@example.com Tue Nov 24 00:00:00 2026\r\n" + PLAIN + ">From the start\r\n\r\n"
            + "From b@example.com Tue Nov 24 00:00:00 2026\r\n" + PROGRAM);

        Run run = run("--all", path("archive.mbox"));

        assertThat(run.out()).contains("archive.mbox#1", "archive.mbox#2", "2 mails,");
        List<String> read = new ArrayList<>();
        Mbox.read(folder.resolve("archive.mbox"), (number, message) -> read.add(new String(message, StandardCharsets.UTF_8)));
        assertThat(read).containsExactly(PLAIN + "From the start\r\n\r\n", PROGRAM);
    }

    @Test
    void runShouldOpenHeldMailAndSayItInTheAudit() throws Exception {
        try (Quarantine quarantine = open()) {
            quarantine.hold(new Arrival("a1", new Envelope("a@example.com", List.of("alice@example.org")), Instant.now()),
                MessageSource.of(PLAIN.getBytes(StandardCharsets.UTF_8)), new Verdict.Scanned(Score.of(9), List.of(), List.of()));
            quarantine.hold(new Arrival("a2", new Envelope("a@example.com", List.of("alice@example.org")), Instant.parse("2020-01-01T00:00:00Z")),
                MessageSource.of(PLAIN.getBytes(StandardCharsets.UTF_8)), new Verdict.Scanned(Score.of(9), List.of(), List.of()));
        }

        Run run = run("--held", "7");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains(" 9.0 quarantine →  0.0 permit", "1 mails, 1 of which something else would become");
        try (Quarantine quarantine = open()) {
            assertThat(quarantine.audit().page(AuditQuery.latest(10))).filteredOn(link -> link.entry().action().equals("opened")).hasSize(1);
        }
    }

    @Test
    void listsOfTheStoreShouldCountUnlessItIsLeftOut() throws Exception {
        try (Quarantine quarantine = open()) {
            quarantine.lists().add(new Draft(Effect.BLOCK, Field.HEADER_FROM, "example.com", "", Optional.empty(), ""), new Author("x", ""));
        }

        assertThat(run("--all", path("mails/plain.eml")).out()).contains("10.0 quarantine");
        assertThat(run("--all", "--no-store", path("mails/plain.eml")).out()).doesNotContain("quarantine");
    }

    @Test
    void runShouldSayWhatCannotBeRead() throws Exception {
        Files.writeString(folder.resolve("draft.properties"), "action.malicious = burn\n");

        assertThat(run(path("nothing.eml")).status()).isEqualTo(4);
        assertThat(run(path("nothing.eml")).err()).contains("nothing.eml cannot be read");
        assertThat(run("--draft", path("draft.properties"), path("mails"))).satisfies(run -> {
            assertThat(run.status()).isEqualTo(4);
            assertThat(run.err()).contains("burn");
        });
        assertThat(run().status()).isEqualTo(4);
        assertThat(run("--held", "7").status()).isEqualTo(4);
        assertThat(run("--burn").status()).isEqualTo(64);
    }
}
