package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.quarantine.QuarantineContract.ADMIN;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BOB;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.MALICIOUS;
import static org.lazaret.quarantine.QuarantineContract.MESSAGE;
import static org.lazaret.quarantine.QuarantineContract.NOW;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.content.S3Server;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** Content that no record keeps. Its age is by the clock of the store that it lies in, which is this machine's. */
class OrphansTest {
    private static final Actor SYSTEM = new Actor(Actor.Role.SYSTEM, "lazaret", "");
    private static final Verdict OTHER = new Verdict.Failed(Score.NONE, List.of(), List.of(), "an engine does not answer");
    private static S3Server s3;

    @TempDir
    Path temporary;

    private UnaryOperator<Settings.Store> place = UnaryOperator.identity();
    private EmbeddedBench bench;

    /** Where content is. */
    enum Place { FILES, S3 }

    @BeforeAll
    static void start() throws Exception {
        s3 = new S3Server();
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void open(Place where) throws IOException {
        if (where == Place.S3) {
            Settings.Bucket bucket = Stores.bucket(s3, temporary);
            place = store -> Stores.with(store, Optional.of(bucket), Optional.empty());
        }
        bench = new EmbeddedBench(folder(), place);
        bench.advance(Duration.between(NOW, Instant.now()));
    }

    private Path folder() {
        return temporary.resolve("lazaret");
    }

    private HeldMail hold(String arrivalId, Verdict verdict) throws IOException {
        return bench.quarantine().hold(new Arrival(arrivalId, new Envelope("mallory@evil.example", List.of(ALICE, BOB)), NOW),
            MessageSource.of(MESSAGE), verdict);
    }

    private byte[] read(HeldMail held) throws IOException {
        return bench.quarantine().open(held.id(), BY_ADMIN, (mail, message) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        }).orElseThrow();
    }

    private Progress look() {
        return ((Housekeeping) bench.quarantine().upkeep()).run(Work.ORPHANS, SYSTEM, progress -> { }).orElseThrow();
    }

    /** As when the process ended before the record was written. */
    private void loseIndex() throws IOException {
        bench.close();
        for (String name : List.of("index.db", "index.db-wal", "index.db-shm")) {
            Files.deleteIfExists(folder().resolve(name));
        }
        bench.set(Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT, Settings.PasswordPlace.ATTACHED);
        bench.sent().clear();
    }

    private ContentStore content() throws IOException {
        return Quarantines.content(place.apply(EmbeddedBench.settings(folder(), Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT,
            Settings.PasswordPlace.ATTACHED).store()));
    }

    private Optional<byte[]> stored(RecordId id) throws IOException {
        Optional<InputStream> stored = content().get(id);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stored.get()) {
            return Optional.of(in.readAllBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void contentWithoutARecordShouldBeAdoptedWhenItIsOlderThanADay(Place where) throws Exception {
        open(where);
        HeldMail one = hold("a1", MALICIOUS);
        HeldMail other = hold("a2", MALICIOUS);
        loseIndex();

        bench.advance(Duration.ofHours(23));
        Progress young = look();

        assertThat(young.done()).isZero();
        assertThat(bench.quarantine().search(Query.all())).isEmpty();

        bench.advance(Duration.ofHours(2));
        Progress old = look();
        bench.runBackground();

        assertThat(old.done()).isEqualTo(2);
        assertThat(old.failed()).isZero();
        assertThat(bench.quarantine().search(Query.all())).containsExactlyInAnyOrder(one, other);
        assertThat(read(one)).isEqualTo(MESSAGE);
        assertThat(bench.quarantine().upkeep().storedBytes()).isEqualTo(2L * MESSAGE.length);
        assertThat(bench.quarantine().audit().page(AuditQuery.of(other.id()))).extracting(link -> link.entry().action()).containsExactly("adopted");
        assertThat(bench.quarantine().audit().check(Optional.empty())).isInstanceOf(AuditCheck.Intact.class);
        assertThat(bench.sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).hasSize(2)
            .allSatisfy(sent -> assertThat(sent.message().recipients()).containsExactly(ADMIN));
        assertThat(look().done()).isZero();
        assertThat(hold("a1", OTHER)).isEqualTo(one);
    }

    @ParameterizedTest
    @EnumSource
    void contentOfAMailThatNobodyKeepsShouldBeRemoved(Place where) throws Exception {
        open(where);
        HeldMail deleted = hold("a1", MALICIOUS);
        HeldMail kept = hold("a2", MALICIOUS);
        byte[] sealed = stored(deleted.id()).orElseThrow();
        bench.quarantine().delete(deleted.id(), Set.of(), BY_ADMIN);
        bench.advance(Duration.ofMinutes(16));
        bench.runBackground();
        assertThat(stored(deleted.id())).isEmpty();
        // As by a process that wrapped its key anew meanwhile, and ended.
        content().put(deleted.id(), out -> out.write(sealed));

        bench.advance(Duration.ofDays(2));
        Progress progress = look();

        assertThat(progress.done()).isEqualTo(1);
        assertThat(stored(deleted.id())).isEmpty();
        assertThat(bench.quarantine().find(deleted.id()).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.DELETED, BOB, State.DELETED));
        assertThat(read(kept)).isEqualTo(MESSAGE);
        assertThat(bench.quarantine().upkeep().storedBytes()).isEqualTo(MESSAGE.length);
    }

    @ParameterizedTest
    @EnumSource
    void contentThatADeletionCanBringBackShouldStay(Place where) throws Exception {
        open(where);
        HeldMail held = hold("a1", MALICIOUS);
        bench.advance(Duration.ofDays(2));
        bench.quarantine().delete(held.id(), Set.of(), BY_ADMIN);

        assertThat(look().done()).isZero();

        bench.quarantine().undelete(held.id(), Set.of(), BY_ADMIN);
        assertThat(read(held)).isEqualTo(MESSAGE);
    }

    @ParameterizedTest
    @EnumSource
    void contentThatCannotBeOpenedShouldStayAndBeToldOf(Place where) throws Exception {
        open(where);
        HeldMail copied = hold("a1", MALICIOUS);
        RecordId damaged = new RecordId("d".repeat(32));
        RecordId foreign = new RecordId("f".repeat(32));
        content().put(damaged, out -> out.write(new byte[] {1, 2, 3}));
        byte[] sealed = stored(copied.id()).orElseThrow();
        content().put(foreign, out -> out.write(sealed));
        bench.advance(Duration.ofDays(2));

        Progress progress = look();

        assertThat(progress.failed()).isEqualTo(2);
        assertThat(progress.problem()).isNotEmpty();
        assertThat(stored(damaged)).contains(new byte[] {1, 2, 3});
        assertThat(stored(foreign)).contains(sealed);
        assertThat(bench.quarantine().search(Query.all())).containsExactly(copied);
    }

    @ParameterizedTest
    @EnumSource
    void holdShouldTakeOverContentThatIsThereWithTheVerdictThatItHas(Place where) throws Exception {
        open(where);
        HeldMail before = hold("a1", MALICIOUS);
        byte[] sealed = stored(before.id()).orElseThrow();
        loseIndex();

        HeldMail again = hold("a1", OTHER);

        assertThat(again).isEqualTo(before);
        assertThat(stored(before.id())).contains(sealed);
        assertThat(read(again)).isEqualTo(MESSAGE);
    }

    @ParameterizedTest
    @EnumSource
    void holdShouldReplaceContentThatIsDamaged(Place where) throws Exception {
        open(where);
        HeldMail before = hold("a1", MALICIOUS);
        loseIndex();
        content().put(before.id(), out -> out.write(new byte[] {1, 2, 3}));

        HeldMail again = hold("a1", OTHER);

        assertThat(again.verdict()).isEqualTo(OTHER);
        assertThat(read(again)).isEqualTo(MESSAGE);
    }
}
