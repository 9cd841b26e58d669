package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/**
 * Runs the commands of {@code docs/operations.md} that need no James, as they stand there: held mail is backed up beside a running server, restored
 * in another folder, verified and released from there. {@code InstallIT} runs those that ask webadmin.
 */
class OperationsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String ALICE = "alice@example.org";
    private static final Actor ADMIN = new Actor(Actor.Role.ADMINISTRATOR, "admin@example.org", "");

    @TempDir
    private Path folder;

    private final List<String> released = new ArrayList<>();

    private record Run(int status, String printed) {
    }

    @BeforeAll
    static void needSqlite() {
        boolean found = Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "sqlite3")));
        Assumptions.assumeTrue(found, "Skipped: there is no sqlite3 command on the PATH of this machine");
    }

    @Test
    void backupShouldBringEverythingBackWhenItIsRestored() throws Exception {
        Path server = Files.createDirectory(folder.resolve("server"));
        Path restored = Files.createDirectory(folder.resolve("restored"));
        shell(blocks("install.md", "openssl").getFirst(), Files.createDirectories(server.resolve("conf")).getParent());
        Files.writeString(server.resolve("conf/lazaret.properties"),
            "quarantine.certificates = conf/quarantine.crt\nquarantine.private-key = conf/quarantine.key\nportal.undo = 0\n");
        List<HeldMail> held = new ArrayList<>();

        try (Quarantine quarantine = open(server)) {
            for (int number = 1; number <= 3; number++) {
                held.add(hold(quarantine, number));
            }
            quarantine.delete(held.get(2).id(), Set.of(), ADMIN);
            assertThat(shell(block("quarantine\" verify\n", 0), server).printed()).contains("2 mails, 0 failed");
            shell(block(".backup", 0), server);
            // What comes and goes behind the backup is not in it.
            quarantine.delete(held.get(1).id(), Set.of(), ADMIN);
            hold(quarantine, 4);
        }
        shell(block("cp -a conf/quarantine.key", 0), server);
        shell(block("rm \"${BACKUP:?}/conf/quarantine.key\"", 0), server);
        assertThat(folder.resolve("backup/conf")).isDirectoryNotContaining("glob:**.key");

        Run restoring = shell(block("cp -a \"$BACKUP/index.db\"", 0), restored);

        assertThat(restoring.printed()).contains("2 mails, 0 failed", "intact, ");
        try (Quarantine quarantine = open(restored)) {
            assertThat(quarantine.search(Query.all())).extracting(HeldMail::id)
                .containsExactlyInAnyOrderElementsOf(held.stream().map(HeldMail::id).toList());
            assertThat(quarantine.release(held.get(1).id(), Set.of(ALICE), Quarantine.Form.ORIGINAL, ADMIN).toString()).contains("Done");
        }
        assertThat(released).singleElement().asString().contains("Subject: Mail 2").endsWith(text(2));
        assertThat(shell(block("FROM outbox", 0), restored).printed()).isEmpty();
    }

    @Test
    void restoredBackupShouldTellOfContentThatIsMissing() throws Exception {
        Path server = Files.createDirectory(folder.resolve("server"));
        Path restored = Files.createDirectory(folder.resolve("restored"));
        shell(blocks("install.md", "openssl").getFirst(), Files.createDirectories(server.resolve("conf")).getParent());
        Files.writeString(server.resolve("conf/lazaret.properties"),
            "quarantine.certificates = conf/quarantine.crt\nquarantine.private-key = conf/quarantine.key\n");
        RecordId lost;
        try (Quarantine quarantine = open(server)) {
            hold(quarantine, 1);
            lost = hold(quarantine, 2).id();
            shell(block(".backup", 0), server);
        }
        shell(block("cp -a conf/quarantine.key", 0), server);
        Files.delete(folder.resolve("backup/content").resolve(lost.value().substring(0, 2)).resolve(lost + ".cms"));

        Run restoring = shell(block("cp -a \"$BACKUP/index.db\"", 1), restored);

        assertThat(restoring.printed()).contains("2 mails, 1 failed", lost + ": ");
    }

    /** As the section about a lost key says. */
    @Test
    void heldMailShouldBeReleasedByTheRunningServerAndByNoOtherWhenTheKeyIsLost() throws Exception {
        Path server = Files.createDirectory(folder.resolve("server"));
        String newKey = blocks("install.md", "openssl").getFirst();
        shell(newKey, Files.createDirectories(server.resolve("conf")).getParent());
        Files.writeString(server.resolve("conf/lazaret.properties"),
            "quarantine.certificates = conf/quarantine.crt\nquarantine.private-key = conf/quarantine.key\n");
        HeldMail lost;
        try (Quarantine quarantine = open(server)) {
            HeldMail saved = hold(quarantine, 1);
            lost = hold(quarantine, 2);

            Files.delete(server.resolve("conf/quarantine.key"));

            assertThat(quarantine.release(saved.id(), Set.of(ALICE), Quarantine.Form.ORIGINAL, ADMIN).toString()).contains("Done");
            assertThat(released).singleElement().asString().endsWith(text(1));
        }
        shell(newKey, server);
        try (Quarantine quarantine = open(server)) {
            assertThat(quarantine.release(lost.id(), Set.of(ALICE), Quarantine.Form.ORIGINAL, ADMIN).toString()).doesNotContain("Done");
            assertThat(quarantine.search(Query.all())).extracting(HeldMail::subject).contains("Mail 2");
            HeldMail fresh = hold(quarantine, 3);
            assertThat(quarantine.release(fresh.id(), Set.of(ALICE), Quarantine.Form.ORIGINAL, ADMIN).toString()).contains("Done");
            assertThat(quarantine.delete(lost.id(), Set.of(), ADMIN).toString()).contains("Done");
        }
        assertThat(released).hasSize(2);
    }

    @Test
    void everyCommandShouldBeRunHereOrAgainstJames() throws Exception {
        assertThat(blocks("operations.md", "")).allSatisfy(block -> assertThat(block).containsAnyOf("curl ", "quarantine\" verify\n", ".backup",
            "cp -a conf/quarantine.key", "rm \"${BACKUP:?}/conf/quarantine.key\"", "FROM outbox"));
    }

    /** The block in which that stands. */
    private record Block(String commands, int status) {
    }

    private static Block block(String part, int status) throws IOException {
        List<String> found = blocks("operations.md", part);
        if (part.startsWith("quarantine")) {
            found = found.stream().filter(block -> block.lines().count() == 1).toList();
        }
        assertThat(found).as(part).hasSize(1);
        return new Block(found.getFirst(), status);
    }

    private static List<String> blocks(String document, String part) throws IOException {
        return Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```").matcher(Files.readString(ROOT.resolve("docs").resolve(document))).results()
            .map(result -> result.group(1).stripIndent()).filter(block -> block.contains(part)).toList();
    }

    private static String text(int number) {
        return "\r\nThe text of mail " + number + ".\r\n";
    }

    private static HeldMail hold(Quarantine quarantine, int number) throws Exception {
        return quarantine.hold(new Arrival("a" + number, new Envelope("", List.of(ALICE)), Instant.now().minus(Duration.ofHours(1))),
            MessageSource.of(("From: a@example.org\r\nSubject: Mail " + number + "\r\n" + text(number)).getBytes(StandardCharsets.US_ASCII)),
            Verdict.Scanned.NO_ATTACHMENT);
    }

    private void send(Outgoing.Message message) throws IOException {
        if (message.kind() == Outgoing.Kind.RELEASE) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.body().writeTo(bytes);
            released.add(bytes.toString(StandardCharsets.US_ASCII));
        }
    }

    private Quarantine open(Path server) throws Exception {
        return Quarantines.open(SettingsReader.read(server.resolve("conf/lazaret.properties"), server), this::send, address -> true,
            Clock.systemUTC(), () -> URI.create("http://127.0.0.1"));
    }

    private Run shell(String commands, Path where) throws Exception {
        return shell(new Block(commands, 0), where);
    }

    private Run shell(Block block, Path where) throws Exception {
        Path printed = folder.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", block.commands()).directory(where.toFile())
            .redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().putAll(Map.of("LAZARET", ROOT.toString(), "BACKUP", folder.resolve("backup").toString(),
            "KEYS", folder.resolve("keys").toString()));
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("Does not end: " + block.commands());
        }
        String text = Files.readString(printed);
        assertThat(process.exitValue()).as(block.commands() + text).isEqualTo(block.status());
        return new Run(process.exitValue(), text);
    }
}
