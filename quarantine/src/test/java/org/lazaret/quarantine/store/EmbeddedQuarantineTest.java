package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.sql.DriverManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.SentMail;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.UnusableKeyException;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.index.IndexContract;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.scan.MessageSource;

class EmbeddedQuarantineTest implements QuarantineContract {
    @TempDir
    Path temporary;

    private Path folder;
    private EmbeddedBench bench;

    @BeforeEach
    void open() throws Exception {
        folder = temporary.resolve("lazaret");
        bench = new EmbeddedBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Override
    public Bench bench() {
        return bench;
    }

    @Test
    void openShouldRefuseContentOfAnotherRecord() throws Exception {
        HeldMail one = hold("a1", ALICE);
        HeldMail other = hold("a2", ALICE);
        Files.copy(file(other.id()), file(one.id()), StandardCopyOption.REPLACE_EXISTING);

        refused(one);
        assertThat(open(other.id())).isEqualTo(MESSAGE);
    }

    @Test
    void openShouldRefuseContentThatIsCut() throws Exception {
        HeldMail held = hold("a1", ALICE);
        byte[] sealed = Files.readAllBytes(file(held.id()));

        for (int length : new int[] {0, 1, 100, sealed.length / 2, sealed.length - 40, sealed.length - 8, sealed.length - 1}) {
            Files.write(file(held.id()), Arrays.copyOf(sealed, length));
            refused(held);
        }
    }

    @Test
    void openShouldRefuseContentWithAFlippedBit() throws Exception {
        HeldMail held = hold("a1", ALICE);
        byte[] sealed = Files.readAllBytes(file(held.id()));

        for (int at = 400; at < sealed.length - 8; at += 97) {
            byte[] flipped = sealed.clone();
            flipped[at] ^= 1;
            Files.write(file(held.id()), flipped);
            refused(held);
        }
    }

    @Test
    void openShouldRefuseContentThatIsMissing() throws Exception {
        HeldMail held = hold("a1", ALICE);
        Files.delete(file(held.id()));

        refused(held);
    }

    @Test
    void openShouldRefuseARecordThatWasChangedInTheIndex() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
             Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE record_recipient SET address = 'eve@example.org', address_key = 'eve@example.org'");
        }
        bench.set(Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT, Settings.PasswordPlace.ATTACHED);

        assertThat(bench.quarantine().release(held.id(), Set.of("eve@example.org"), BY_ALICE)).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(bench.sent().of(Outgoing.Kind.RELEASE)).isEmpty();
    }

    @Test
    void everyChangeShouldBeAudited() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);
        open(held.id());
        bench.quarantine().request(held.id(), ALICE, "please", BY_ALICE);
        bench.quarantine().deny(held.id(), Set.of(ALICE), BY_ADMIN);
        bench.quarantine().release(held.id(), Set.of(BOB), BY_ADMIN);
        bench.quarantine().delete(held.id(), Set.of(ALICE), BY_ALICE);

        try (Index index = new JdbcIndex(new SqliteDatabase(folder.resolve("index.db")))) {
            assertThat(IndexContract.auditOf(index, held.id())).extracting(AuditEntry::action)
                .containsExactly("held", "opened", "requested", "denied", "releasing", "released", "deleted");
            assertThat(IndexContract.auditOf(index, held.id())).element(2)
                .isEqualTo(new AuditEntry(NOW, BY_ALICE, "requested", Optional.of(held.id()), List.of(ALICE), "please"));
        }
    }

    @Test
    void contentShouldNotHoldTheMessageInTheClear() throws Exception {
        HeldMail held = hold("a1", ALICE);

        assertThat(new String(Files.readAllBytes(file(held.id())), StandardCharsets.ISO_8859_1))
            .doesNotContain("See the attachment", "alice", "mallory", "X-Quarantine-ID");
    }

    @Test
    void openedContentShouldBeAMailOfItsOwnWithTheOriginalBehindTheBlock() throws Exception {
        HeldMail held = bench.quarantine().hold(
            new Arrival("a1", new Envelope("ünï\"@evil.example", List.of(ALICE, "a,b <c>@example.org", BOB)), NOW),
            MessageSource.of(MESSAGE), MALICIOUS);

        String block = new String(Binding.block(held), StandardCharsets.US_ASCII);

        assertThat(block.split("\r\n")).allMatch(line -> line.length() <= 120).contains("X-Quarantine-ID: " + held.id(),
            "X-Envelope-To: <alice@example.org>,");
        assertThat(block).endsWith("\r\nX-Quarantine-Original: size=" + MESSAGE.length + "; sha256=" + held.sha256() + "\r\n");
        assertThat(open(held.id())).isEqualTo(MESSAGE);
    }

    @Test
    void holdShouldRefuseAddressesThatCouldBreakOutOfTheirField() {
        for (String address : List.of("a\r\nX-Evil: 1@example.org",
            "a\u0000@example.org", "", "x".repeat(2_000) + "@example.org", "\uD800@example.org")) {
            assertThatThrownBy(() -> hold("a1", address)).as(address).isInstanceOf(IOException.class);
        }
    }

    @Test
    void holdShouldTakeAnyBytesForAMessage() throws Exception {
        for (byte[] message : List.of(new byte[0], new byte[] {0}, " starts with a fold\r\n\r\n".getBytes(), "\r\n".getBytes(),
            "X".repeat(3_000_000).getBytes(),
            ("Subject: a\u0000b\uD83D\r\n\r\n").getBytes(), ("Subject: " + "=?UTF-8?B?AAAA".repeat(10_000)).getBytes())) {
            HeldMail held = bench.quarantine().hold(new Arrival("a", new Envelope("", List.of(ALICE)), NOW), MessageSource.of(message), MALICIOUS);

            assertThat(open(held.id())).isEqualTo(message);
            assertThat(bench.quarantine().release(held.id(), Set.of(), BY_ADMIN)).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void storeShouldBeTheSameWhenItIsOpenedAgain() throws Exception {
        HeldMail held = hold("a1", ALICE);
        String link = bench.quarantine().links().url(held, ALICE).toString();

        bench.set(Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT, Settings.PasswordPlace.ATTACHED);

        assertThat(bench.quarantine().find(held.id())).contains(held);
        assertThat(open(held.id())).isEqualTo(MESSAGE);
        assertThat(bench.quarantine().links().verify(link.substring(link.lastIndexOf('/') + 1))).isPresent();
    }

    @Test
    void openingShouldWorkWhenTheContextClassLoaderSeesNothing() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader blind = new URLClassLoader(new URL[0], null)) {
            Thread.currentThread().setContextClassLoader(blind);

            new EmbeddedBench(temporary.resolve("other")).close();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void indexShouldBeReadableForItsOwnerAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("index.db")))).isEqualTo("rw-------");
    }

    @Test
    void openingShouldNameTheFileWhenTheIndexIsNone() throws Exception {
        bench.close();
        Files.deleteIfExists(folder.resolve("index.db-wal"));
        Files.writeString(folder.resolve("index.db"), "this is no database ".repeat(1_000));

        assertThatThrownBy(() -> bench.open()).isInstanceOf(IOException.class).hasMessageContaining("index.db");
    }

    @Test
    void openingShouldNameTheFolderWhenItCannotBeMade() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> new EmbeddedBench(file.resolve("lazaret"))).isInstanceOf(IOException.class).hasMessageContaining("file");
    }

    @Test
    void openingShouldBeRefusedWhenAKeyIsMissingOnceMailIsHeld() throws Exception {
        hold("a1", ALICE);
        bench.close();
        Files.delete(folder.resolve("quarantine.key"));

        assertThatThrownBy(() -> bench.open()).isInstanceOf(UnusableKeyException.class).hasMessageContaining("quarantine.key");
    }

    @Test
    void nodeWithoutPrivateKeyShouldHoldAndNotOpen() throws Exception {
        Settings settings = EmbeddedBench.settings(folder, Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT,
            Settings.PasswordPlace.ATTACHED);
        Settings receiving = new Settings(settings.scan(), settings.policy(), settings.lists(), settings.warning(), new Settings.Store(folder,
            settings.store().certificates(), Optional.empty(), List.of(), false), settings.retention(), settings.notice(), settings.portal(),
            settings.release(), List.of(), settings.administratorNotices(), "root");
        HeldMail held;
        try (StoredQuarantine node = (StoredQuarantine) Quarantines.open(receiving, new SentMail(), address -> true, new EmbeddedBench.TestClock(),
            () -> URI.create("http://127.0.0.1"))) {
            held = node.hold(new Arrival("a1", new Envelope("", List.of(ALICE)), NOW), MessageSource.of(MESSAGE), MALICIOUS);

            assertThatThrownBy(() -> node.open(held.id(), BY_ADMIN, (mail, message) -> 1)).isInstanceOf(IOException.class)
                .hasMessageContaining("No private key");
            assertThat(node.release(held.id(), Set.of(), BY_ADMIN)).isInstanceOf(Outcome.FailedToAct.class);
        }

        assertThat(open(held.id())).isEqualTo(MESSAGE);
    }

    private void refused(HeldMail held) {
        Map<String, State> before = bench.quarantine().find(held.id()).orElseThrow().states();

        assertThatThrownBy(() -> bench.quarantine().open(held.id(), BY_ADMIN, (mail, message) -> {
            throw new AssertionError("was handed out");
        })).isInstanceOf(ContentTamperedException.class);
        assertThat(bench.quarantine().release(held.id(), Set.of(), BY_ADMIN)).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(bench.sent().of(Outgoing.Kind.RELEASE)).isEmpty();
        assertThat(bench.quarantine().find(held.id()).orElseThrow().states()).isEqualTo(before);
        try (Index index = new JdbcIndex(new SqliteDatabase(folder.resolve("index.db")))) {
            assertThat(IndexContract.auditOf(index, held.id())).extracting(AuditEntry::action).contains("tampered");
        }
    }

    private Path file(RecordId id) {
        return folder.resolve("content").resolve(id.value().substring(0, 2)).resolve(id + ".cms");
    }
}
