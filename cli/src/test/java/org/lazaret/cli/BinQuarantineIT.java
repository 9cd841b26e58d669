package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/** The script as an operator starts it, on a folder with held mail; what each command does is {@link QuarantineCommandTest}'s matter. */
class BinQuarantineIT {
    private static final Path SCRIPT = Path.of("../bin/quarantine").toAbsolutePath().normalize();
    private static final byte[] MESSAGE = "From: a@example.org\r\nSubject: Hello\r\n\r\nText\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAILS = 5;

    @TempDir
    private Path folder;

    private Path settings;

    private record Run(int status, String out, String err) {
    }

    @BeforeEach
    void holdSomeMail() throws Exception {
        Files.createDirectory(folder.resolve("conf"));
        settings = Files.writeString(folder.resolve("conf/lazaret.properties"), "quarantine.generate-keys = true\n");
        Instant received = Instant.now().minus(Duration.ofHours(1));
        try (Quarantine quarantine = open()) {
            for (int number = 1; number <= MAILS; number++) {
                quarantine.hold(new Arrival("a" + number, new Envelope("", List.of("alice@example.org")), received),
                    MessageSource.of(MESSAGE), Verdict.Scanned.NO_ATTACHMENT);
            }
        }
    }

    private Quarantine open() throws Exception {
        return Quarantines.open(SettingsReader.read(settings, folder), message -> { }, address -> true, Clock.systemUTC(),
            () -> URI.create("http://127.0.0.1"));
    }

    @Test
    void scriptShouldRotateTheKeyAndCheckWhatIsHeld() throws Exception {
        Path store = folder.resolve("var/lazaret");
        Files.move(store.resolve("quarantine.key"), store.resolve("old.key"));
        Files.move(store.resolve("quarantine.crt"), store.resolve("old.crt"));
        Files.writeString(settings, "quarantine.generate-keys = true\nquarantine.old-private-keys = var/lazaret/old.key\n");
        open().close();

        Run rewrapped = run("rewrap");
        Files.writeString(settings, "");
        Run verified = run("verify");

        assertThat(rewrapped).isEqualTo(new Run(0, MAILS + " mails, 0 failed\n", ""));
        assertThat(verified).isEqualTo(new Run(0, MAILS + " mails, 0 failed\n", ""));
    }

    @Test
    void scriptShouldFindWhatIsDamaged() throws Exception {
        Path file = contents().getFirst();
        Files.write(file, new byte[] {1, 2, 3});

        Run run = run("verify");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith(MAILS + " mails, 1 failed\n" + file.getFileName().toString().replace(".cms", "") + ": ");
    }

    @Test
    void scriptShouldMakeALostIndexAnew() throws Exception {
        Run refused = run("rebuild-index");
        for (String name : List.of("index.db", "index.db-wal", "index.db-shm")) {
            Files.deleteIfExists(folder.resolve("var/lazaret").resolve(name));
        }

        Run rebuilt = run("rebuild-index");

        assertThat(refused.status()).isEqualTo(4);
        assertThat(rebuilt.status()).isZero();
        assertThat(rebuilt.out()).startsWith(MAILS + " mails are in the new index");
        assertThat(run("verify").out()).isEqualTo(MAILS + " mails, 0 failed\n");
    }

    @Test
    void scriptShouldExpireAndLookForOrphans() throws Exception {
        assertThat(run("retention")).isEqualTo(new Run(0, "0 mails, 0 failed\n", ""));
        assertThat(run("orphans")).isEqualTo(new Run(0, "0 mails, 0 failed\n", ""));
        Files.writeString(settings, "retention = 30m\n");

        assertThat(run("retention")).isEqualTo(new Run(0, MAILS + " mails, 0 failed\n", ""));

        assertThat(contents()).isEmpty();
    }

    @Test
    void scriptShouldCheckTheAuditInTheStoreAndInAFile() throws Exception {
        String head = run("audit", "head").out().strip();
        Path exported = Files.writeString(folder.resolve("audit.jsonl"), run("audit", "export").out());

        assertThat(run("audit", "verify", "--head", head).out()).isEqualTo("intact, " + MAILS + " entries, head " + head + "\n");
        assertThat(run("audit", "verify", exported.toString()).status()).isZero();

        Files.writeString(exported, Files.readString(exported).replaceFirst("held", "kept"));
        assertThat(run("audit", "verify", exported.toString()).status()).isEqualTo(1);
    }

    private List<Path> contents() throws IOException {
        try (var files = Files.walk(folder.resolve("var/lazaret/content"))) {
            return files.filter(file -> file.toString().endsWith(".cms")).toList();
        }
    }

    /** From the working directory of the server, with the defaults for where settings are. */
    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("bin/quarantine does not end");
        }
        return new Run(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
