package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Condition;
import org.lazaret.quarantine.Condition.State;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.scan.MessageSource;

class CheckupTest {
    @TempDir
    Path folder;

    private EmbeddedBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new EmbeddedBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Condition condition(String part) {
        return bench.quarantine().conditions().stream().filter(condition -> condition.part().equals(part)).findFirst().orElseThrow();
    }

    private HeldMail hold() throws IOException {
        return bench.quarantine().hold(new Arrival("a1", new Envelope("mallory@evil.example", List.of(QuarantineContract.ALICE)),
            QuarantineContract.NOW), MessageSource.of(QuarantineContract.MESSAGE), QuarantineContract.MALICIOUS);
    }

    @Test
    void conditionsShouldBeWellWhenNothingIsWrong() throws Exception {
        hold();
        bench.runBackground();

        assertThat(bench.quarantine().conditions()).extracting(Condition::part)
            .containsExactly("settings", "keys", "content", "index", "quota", "held mail", "releases", "outbox", "audit");
        assertThat(bench.quarantine().conditions()).allMatch(condition -> condition.state() == State.WELL && condition.cause().isEmpty());
    }

    @Test
    void contentShouldBeBrokenWhenItsFolderIsGone() throws Exception {
        Path content = folder.resolve("content");
        try (Stream<Path> below = Files.walk(content)) {
            below.sorted(Comparator.reverseOrder()).forEach(CheckupTest::delete);
        }

        assertThat(condition("content").state()).isEqualTo(State.BROKEN);
        assertThat(condition("content").cause()).contains(content.toString());
    }

    @Test
    void keysShouldBeImpairedWhenTheNextStartWouldRefuseThem() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("quarantine.key"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(condition("keys").state()).isEqualTo(State.IMPAIRED);
        assertThat(condition("keys").cause()).contains("quarantine.key");
    }

    @Test
    void indexShouldBeBrokenAndWhatItWouldSayNotKnownWhenItDoesNotAnswer() {
        bench.close();

        assertThat(condition("index").state()).isEqualTo(State.BROKEN);
        assertThat(condition("outbox")).isEqualTo(Condition.impaired("outbox", "Not known: the index does not answer"));
    }

    @Test
    void heldMailShouldBeImpairedWhenOneIsNotWhatWasStored() throws Exception {
        HeldMail mail = hold();
        Path file;
        try (Stream<Path> below = Files.walk(folder.resolve("content"))) {
            file = below.filter(path -> path.toString().endsWith(".cms")).findFirst().orElseThrow();
        }
        Files.write(file, new byte[100]);
        Assertions.catchException(() -> bench.quarantine().open(mail.id(), QuarantineContract.BY_ADMIN, (held, message) -> ""));

        assertThat(condition("held mail")).isEqualTo(Condition.impaired("held mail", mail.id() + " is not what was stored"));
    }

    @Test
    void outboxShouldBeImpairedWhenNoticesFailForAWhile() throws Exception {
        bench.sent().failing(true);
        hold();
        bench.runBackground();

        assertThat(condition("outbox").state()).isEqualTo(State.WELL);
        bench.advance(Duration.ofMinutes(11));
        assertThat(condition("outbox").state()).isEqualTo(State.IMPAIRED);
        assertThat(condition("outbox").cause()).startsWith("1 notices could not be sent").endsWith("the queue is down");
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
