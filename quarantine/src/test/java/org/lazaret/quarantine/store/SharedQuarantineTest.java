package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.content.S3Server;
import org.lazaret.quarantine.index.PostgresServer;

/** Two nodes on one PostgreSQL and one S3. */
class SharedQuarantineTest implements QuarantineContract {
    /** Fewer than an administrator is told of one by one. */
    private static final int MAILS = 15;
    private static S3Server s3;

    @TempDir
    Path temporary;

    private String url;
    private Settings.Bucket bucket;
    private EmbeddedBench bench;

    @BeforeAll
    static void start() throws Exception {
        s3 = new S3Server();
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    @BeforeEach
    void open() throws Exception {
        url = PostgresServer.shared().newDatabase();
        bucket = Stores.bucket(s3, temporary);
        bench = node("one");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Override
    public Bench bench() {
        return bench;
    }

    private EmbeddedBench node(String name) throws IOException {
        return new EmbeddedBench(temporary.resolve(name), this::shared);
    }

    private Settings.Store shared(Settings.Store store) {
        return Stores.with(store, Optional.of(bucket), Optional.of(new Settings.Server(url, "", Optional.empty(), 4)));
    }

    /** Another node, with a copy of what has to be copied. */
    private EmbeddedBench secondNode() throws IOException {
        copy("secrets");
        copy("quarantine.crt");
        copy("quarantine.key");
        return node("two");
    }

    private void copy(String name) throws IOException {
        Path from = temporary.resolve("one").resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = temporary.resolve("two").resolve(name).resolve(from.relativize(file));
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void eachNodeShouldOpenReleaseAndDeleteWhatTheOtherHolds() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);
        try (EmbeddedBench other = secondNode()) {
            String link = other.quarantine().links().url(held, ALICE).toString();

            assertThat(other.quarantine().search(Query.all())).containsExactly(held);
            assertThat(bench.quarantine().links().verify(link.substring(link.lastIndexOf('/') + 1))).isPresent();
            assertThat(other.quarantine().release(held.id(), Set.of(ALICE), BY_ALICE)).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
            assertThat(bench.quarantine().release(held.id(), Set.of(ALICE), BY_ALICE)).isEqualTo(new Outcome.Already(State.RELEASED));
            assertThat(bench.quarantine().releasePassword(held.id(), ALICE)).isEqualTo(other.quarantine().releasePassword(held.id(), ALICE))
                .isPresent();
            assertThat(bench.quarantine().delete(held.id(), Set.of(BOB), BY_ADMIN)).isEqualTo(new Outcome.Done(State.DELETED, Set.of(BOB)));
            assertThat(other.quarantine().find(held.id()).orElseThrow().states()).containsEntry(BOB, State.DELETED);
        }
    }

    @Test
    void releaseOfALivingNodeShouldStayWithItAndThatOfADeadOneBeFinished() throws Exception {
        HeldMail held = hold("a1", ALICE);
        try (EmbeddedBench other = secondNode()) {
            // The first node is in the middle of a release: its queue does not answer, so nothing is written down.
            bench.sent().during(() -> {
                bench.sent().during(() -> { });
                ((StoredQuarantine) other.quarantine()).finishReleases();
                assertThat(other.sent().of(Outgoing.Kind.RELEASE)).isEmpty();
                throw new Dead();
            });
            assertThatThrownBy(() -> bench.quarantine().release(held.id(), Set.of(), BY_ADMIN)).isInstanceOf(Dead.class);
            assertThat(other.quarantine().find(held.id()).orElseThrow().states()).containsEntry(ALICE, State.RELEASING);

            // It is dead now: nobody renews what it had.
            try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE lease SET held_until = 0");
            }
            ((StoredQuarantine) other.quarantine()).finishReleases();

            assertThat(other.quarantine().find(held.id()).orElseThrow().states()).containsEntry(ALICE, State.RELEASED);
            assertThat(other.sent().of(Outgoing.Kind.RELEASE)).hasSize(1);
        }
    }

    /** The end of a process. */
    private static final class Dead extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void outboxShouldBeSentOnceWhenBothNodesRun() throws Exception {
        try (EmbeddedBench other = secondNode()) {
            for (int number = 0; number < MAILS; number++) {
                hold("a" + number, ALICE);
            }
            bench.quarantine().start();
            other.quarantine().start();

            await().atMost(Duration.ofMinutes(1)).untilAsserted(() ->
                assertThat(bench.sent().all().size() + other.sent().all().size()).isGreaterThanOrEqualTo(MAILS));

            assertThat(Stream.of(bench, other).flatMap(node -> node.sent().all().stream()).map(sent -> sent.message().name()))
                .hasSize(MAILS).doesNotHaveDuplicates();
        }
    }

    @Test
    void nodeShouldNotStartWithoutTheSecretsOfTheOthers() throws Exception {
        copy("quarantine.crt");
        copy("quarantine.key");

        assertThatThrownBy(() -> node("two")).isInstanceOf(IOException.class).hasMessageContaining("links.key").hasMessageContaining("copy");
    }

    @Test
    void nodeShouldNotStartWithOtherSecretsThanTheOthers() throws Exception {
        copy("secrets");
        copy("quarantine.crt");
        copy("quarantine.key");
        Files.write(temporary.resolve("two/secrets/release.key"), new byte[32]);

        assertThatThrownBy(() -> node("two")).isInstanceOf(IOException.class).hasMessageContaining("secrets").hasMessageContaining("not those");
    }

    @Test
    void nodeShouldNotGenerateAKeyOfItsOwnWhenOthersHoldMail() throws Exception {
        copy("secrets");

        assertThatThrownBy(() -> node("two")).isInstanceOf(IOException.class).hasMessageContaining("quarantine");
        assertThat(temporary.resolve("two/quarantine.key")).doesNotExist();
    }

    @Test
    void openingShouldSayWhatIsWrongWithTheCredentials() throws Exception {
        bench.close();
        Files.writeString(temporary.resolve("s3.key"), "aws_access_key_id = x\n");
        assertThatThrownBy(() -> bench.open()).isInstanceOf(IOException.class).hasMessageContaining("s3.key").hasMessageContaining("lacks");

        Files.setPosixFilePermissions(temporary.resolve("s3.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> bench.open()).isInstanceOf(IOException.class).hasMessageContaining("s3.key").hasMessageContaining("0600");
    }

    @Test
    void contentShouldBeInTheBucketAlone() throws Exception {
        hold("a1", ALICE);

        List<Path> files;
        try (Stream<Path> all = Files.walk(temporary.resolve("one"))) {
            files = all.filter(Files::isRegularFile).map(Path::getFileName).toList();
        }

        assertThat(files).extracting(Path::toString)
            .containsExactlyInAnyOrder("quarantine.crt", "quarantine.key", "links.key", "release.key", "passwords.key");
    }
}
