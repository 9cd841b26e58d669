package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

class QuarantineCommandTest {
    private static final byte[] MESSAGE = "From: a@example.org\r\nSubject: Hello\r\n\r\nText\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private Path settings;
    private final List<RecordId> held = new ArrayList<>();

    private record Run(int status, String out, String err) {
    }

    @BeforeEach
    void holdSomeMail() throws Exception {
        settings = Files.writeString(folder.resolve("lazaret.properties"), "quarantine.generate-keys = true\n");
        try (Quarantine quarantine = open()) {
            for (String recipient : List.of("alice@example.org", "bob@example.org")) {
                HeldMail mail = quarantine.hold(new Arrival("a1", new Envelope("", List.of(recipient)), Instant.parse("2026-11-23T12:00:00Z")),
                    MessageSource.of(MESSAGE), Verdict.Scanned.NO_ATTACHMENT);
                held.add(mail.id());
            }
        }
    }

    private Quarantine open() throws IOException, SettingsException {
        return Quarantines.open(SettingsReader.read(settings, folder), message -> { }, address -> true, Clock.systemUTC(),
            () -> URI.create("http://127.0.0.1"));
    }

    private Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("--settings", settings.toString(), "--directory", folder.toString()));
        all.addAll(List.of(arguments));
        int status = QuarantineCommand.run(new Streams(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), StandardCharsets.UTF_8, false), all.toArray(String[]::new));
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Path content(RecordId id) {
        return folder.resolve("var/lazaret/content").resolve(id.value().substring(0, 2)).resolve(id + ".cms");
    }

    @Test
    void verifyShouldSayThatAllIsWellWhenItIs() {
        assertThat(run("verify")).isEqualTo(new Run(0, "2 mails, 0 failed\n", ""));
    }

    @Test
    void verifyShouldNameWhatWasExchanged() throws Exception {
        Files.copy(content(held.get(0)), content(held.get(1)), StandardCopyOption.REPLACE_EXISTING);

        Run run = run("verify");

        assertThat(run.status()).isEqualTo(QuarantineCommand.WRONG);
        assertThat(run.out()).startsWith("2 mails, 1 failed\n" + held.get(1) + ": ").contains("is not the record's")
            .doesNotContain(held.get(0) + ":");
    }

    @Test
    void rewrapShouldLeaveHeldMailToTheNewKeyAlone() throws Exception {
        Path store = folder.resolve("var/lazaret");
        Files.move(store.resolve("quarantine.key"), store.resolve("old.key"));
        Files.move(store.resolve("quarantine.crt"), store.resolve("old.crt"));
        Files.writeString(settings, "quarantine.generate-keys = true\nquarantine.old-private-keys = var/lazaret/old.key\n");
        open().close();

        Run run = run("rewrap");

        assertThat(run).isEqualTo(new Run(0, "2 mails, 0 failed\n", ""));
        Files.writeString(settings, "");
        assertThat(run("verify")).isEqualTo(new Run(0, "2 mails, 0 failed\n", ""));
    }

    @Test
    void rebuildShouldRefuseAnIndexThatIsThereAndMakeOneThatIsLost() throws Exception {
        Run refused = run("rebuild-index");
        for (String name : List.of("index.db", "index.db-wal", "index.db-shm")) {
            Files.deleteIfExists(folder.resolve("var/lazaret").resolve(name));
        }
        Run without = run("verify");

        Run rebuilt = run("rebuild-index");

        assertThat(refused.status()).isEqualTo(QuarantineCommand.FAILED);
        assertThat(refused.err()).contains("index.db: there is an index already");
        assertThat(without.status()).isEqualTo(QuarantineCommand.FAILED);
        assertThat(without.err()).contains("index.db: there is no such index");
        assertThat(rebuilt.status()).isZero();
        assertThat(rebuilt.out()).contains("2 mails are in the new index").contains("Lost with the old index");
        try (Quarantine quarantine = open()) {
            assertThat(quarantine.search(Query.all())).extracting(HeldMail::id).containsExactlyInAnyOrderElementsOf(held);
        }
    }

    @Test
    void auditShouldBeCheckedInTheStoreAndAsAFile() throws Exception {
        String head = run("audit", "head").out().strip();
        Path file = Files.writeString(folder.resolve("audit.jsonl"), run("audit", "export").out());
        try (Quarantine quarantine = open()) {
            quarantine.delete(held.get(0), Set.of(), new Actor(Actor.Role.ADMINISTRATOR, "admin", ""));
        }

        assertThat(run("audit", "verify", "--head", head).out()).startsWith("intact, 3 entries, head 3:");
        assertThat(run("audit", "verify", file.toString()).out()).isEqualTo("intact, 2 entries, head " + head + "\n");

        Files.writeString(file, Files.readString(file).replaceFirst("held", "kept"));
        Run changed = run("audit", "verify", file.toString());
        Files.writeString(file, "");
        Run cut = run("audit", "verify", "--head", head, file.toString());

        assertThat(changed.status()).isEqualTo(QuarantineCommand.WRONG);
        assertThat(changed.out()).startsWith("broken at 1 (changed): ");
        assertThat(cut.out()).startsWith("broken at 1 (truncated): ");
    }

    @Test
    void runShouldNameWhatIsWrongWithArgumentsSettingsAndKeys() throws Exception {
        Run noCommand = run();
        Run badHead = run("audit", "verify", "--head", "x");
        Files.delete(folder.resolve("var/lazaret/quarantine.key"));
        Run noKey = run("verify");
        Files.delete(settings);
        Run noSettings = run("verify");

        assertThat(noCommand.status()).isEqualTo(QuarantineCommand.USAGE);
        assertThat(badHead.status()).isEqualTo(QuarantineCommand.USAGE);
        assertThat(badHead.err()).contains("sequence, a colon and 64");
        assertThat(noKey.status()).isEqualTo(QuarantineCommand.FAILED);
        assertThat(noKey.err()).contains("quarantine.key: does not exist");
        assertThat(noSettings.status()).isEqualTo(QuarantineCommand.FAILED);
        assertThat(noSettings.err()).contains("there is no such file");
    }
}
