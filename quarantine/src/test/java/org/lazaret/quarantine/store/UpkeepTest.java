package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BOB;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.BY_ALICE;
import static org.lazaret.quarantine.QuarantineContract.MALICIOUS;
import static org.lazaret.quarantine.QuarantineContract.MESSAGE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.QuotaException;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.SentMail;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.KeyFiles;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.scan.MessageSource;

/** Retention, quota, legal hold, rotation of keys, verification, and an index made anew. */
class UpkeepTest {
    private static final Actor SYSTEM = new Actor(Actor.Role.SYSTEM, "lazaret", "");
    private static final Settings.Retention DEFAULT = new Settings.Retention(Duration.ofDays(30), Map.of(), 0, WhenFull.DEFER, Duration.ofHours(1));
    private static final String PARTNER = "carol@partner.example";

    @TempDir
    Path temporary;

    private Path folder;
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final SentMail sent = new SentMail();
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private StoredQuarantine quarantine;

    @BeforeEach
    void open() throws Exception {
        folder = temporary.resolve("lazaret");
        quarantine = open(settings(DEFAULT));
    }

    @AfterEach
    void close() {
        quarantine.close();
    }

    private Settings settings(Settings.Retention retention) {
        return settings(retention, new KeyFiles(folder.resolve("quarantine.crt"), folder.resolve("quarantine.key")));
    }

    private Settings settings(Settings.Retention retention, KeyFiles keys, Path... oldKeys) {
        return settings(retention, List.of(keys.certificate()), keys.key(), oldKeys);
    }

    private Settings settings(Settings.Retention retention, List<Path> certificates, Path key, Path... oldKeys) {
        Settings settings = EmbeddedBench.withoutUndo(EmbeddedBench.settings(folder, Settings.RecipientMode.REQUEST,
            Settings.DecisionScope.RECIPIENT, Settings.PasswordPlace.ATTACHED));
        return new Settings(settings.scan(), settings.policy(), settings.lists(), settings.warning(),
            new Settings.Store(folder, certificates, Optional.of(key), List.of(oldKeys), true), retention, settings.notice(), settings.portal(),
            settings.release(), settings.administrators(), settings.administratorNotices(), settings.processor());
    }

    private StoredQuarantine open(Settings settings) throws IOException {
        return (StoredQuarantine) Quarantines.open(settings, sent, address -> true, clock, () -> URI.create("http://127.0.0.1"));
    }

    private void reopen(Settings settings) throws IOException {
        quarantine.close();
        quarantine = open(settings);
    }

    private HeldMail hold(String arrivalId, String... recipients) throws IOException {
        return quarantine.hold(new Arrival(arrivalId, new Envelope("mallory@evil.example", List.of(recipients)), now), MessageSource.of(MESSAGE),
            MALICIOUS);
    }

    private byte[] read(HeldMail held) throws IOException {
        return quarantine.open(held.id(), BY_ADMIN, (mail, message) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        }).orElseThrow();
    }

    private Map<String, State> states(HeldMail held) {
        return quarantine.find(held.id()).orElseThrow().states();
    }

    private Path file(RecordId id) {
        return folder.resolve("content").resolve(id.value().substring(0, 2)).resolve(id + ".cms");
    }

    private List<String> actions(HeldMail held) {
        return quarantine.audit().page(AuditQuery.of(held.id())).reversed().stream().map(link -> link.entry().action()).toList();
    }

    private Progress run(Work work) {
        await().atMost(Duration.ofSeconds(60)).until(() -> quarantine.upkeep().begin(work, BY_ADMIN));
        await().atMost(Duration.ofSeconds(60)).until(() -> quarantine.upkeep().progress(work).flatMap(Progress::finished)
            .filter(finished -> !finished.isBefore(now)).isPresent());
        return quarantine.upkeep().progress(work).orElseThrow();
    }

    private void retention() {
        ((Housekeeping) quarantine.upkeep()).run(Work.RETENTION, SYSTEM, progress -> { });
    }

    @Test
    void retentionShouldExpireWhatIsOverTimeForEachDomainAndKeepTheRecord() throws Exception {
        reopen(settings(new Settings.Retention(Duration.ofDays(30), Map.of("partner.example", Duration.ofDays(90)), 0, WhenFull.DEFER,
            Duration.ofHours(1))));
        HeldMail mixed = hold("a1", ALICE, PARTNER);
        now = now.plus(Duration.ofDays(1));
        HeldMail later = hold("a2", ALICE);
        now = now.plus(Duration.ofDays(29));

        retention();

        assertThat(states(mixed)).isEqualTo(Map.of(ALICE, State.EXPIRED, PARTNER, State.HELD));
        assertThat(states(later)).isEqualTo(Map.of(ALICE, State.HELD));
        assertThat(read(mixed)).isEqualTo(MESSAGE);

        now = now.plus(Duration.ofDays(60));
        retention();

        assertThat(states(mixed)).isEqualTo(Map.of(ALICE, State.EXPIRED, PARTNER, State.EXPIRED));
        assertThat(file(mixed.id())).doesNotExist();
        assertThat(quarantine.open(mixed.id(), BY_ADMIN, (mail, message) -> 1)).isEmpty();
        assertThat(quarantine.upkeep().storedBytes()).isZero();
        assertThat(actions(mixed)).containsExactly("held", "expired", "opened", "expired");
    }

    @Test
    void retentionShouldLeaveWhatIsOnHoldOrWhoseReleaseIsPending() throws Exception {
        HeldMail requested = hold("a1", ALICE, BOB);
        HeldMail onHold = hold("a2", ALICE);
        HeldMail released = hold("a3", ALICE);
        HeldMail denied = hold("a4", ALICE);
        quarantine.request(requested.id(), ALICE, "please", BY_ALICE);
        quarantine.placeHold(onHold.id(), "court", BY_ADMIN);
        quarantine.release(released.id(), Set.of(), BY_ADMIN);
        quarantine.request(denied.id(), ALICE, "please", BY_ALICE);
        quarantine.deny(denied.id(), Set.of(), BY_ADMIN);
        now = now.plus(Duration.ofDays(400));

        retention();

        assertThat(states(requested)).isEqualTo(Map.of(ALICE, State.REQUESTED, BOB, State.HELD));
        assertThat(states(onHold)).isEqualTo(Map.of(ALICE, State.HELD));
        assertThat(states(released)).isEqualTo(Map.of(ALICE, State.EXPIRED));
        assertThat(states(denied)).isEqualTo(Map.of(ALICE, State.EXPIRED));
        assertThat(read(onHold)).isEqualTo(MESSAGE);

        quarantine.liftHold(onHold.id(), BY_ADMIN);
        retention();

        assertThat(states(onHold)).isEqualTo(Map.of(ALICE, State.EXPIRED));
    }

    @Test
    void retentionShouldRunByItselfWhenItIsTime() throws Exception {
        HeldMail held = hold("a1", ALICE);
        now = now.plus(Duration.ofDays(31));

        quarantine.start();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(states(held)).isEqualTo(Map.of(ALICE, State.EXPIRED)));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(quarantine.upkeep().progress(Work.RETENTION))
            .hasValueSatisfying(last -> assertThat(last.done()).isEqualTo(1)));
    }

    @Test
    void legalHoldShouldKeepTheContentOfWhatIsDeletedUntilItIsLifted() throws Exception {
        HeldMail held = hold("a1", ALICE);

        Optional<LegalHold> placed = quarantine.placeHold(held.id(), "court", BY_ADMIN);
        Outcome deleted = quarantine.delete(held.id(), Set.of(ALICE), BY_ALICE);
        quarantine.sweep();

        assertThat(placed).contains(new LegalHold(now, BY_ADMIN.name(), "court"));
        assertThat(quarantine.placeHold(held.id(), "other", BY_ADMIN)).isEqualTo(placed);
        assertThat(deleted).isEqualTo(new Outcome.Done(State.DELETED, Set.of(ALICE)));
        assertThat(read(held)).isEqualTo(MESSAGE);
        assertThatThrownBy(() -> quarantine.liftHold(held.id(), BY_ALICE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> quarantine.placeHold(held.id(), " ", BY_ADMIN)).isInstanceOf(IllegalArgumentException.class);

        assertThat(quarantine.liftHold(held.id(), BY_ADMIN)).isTrue();

        assertThat(file(held.id())).doesNotExist();
        assertThat(quarantine.placeHold(held.id(), "late", BY_ADMIN)).isEmpty();
        assertThat(actions(held)).containsExactly("held", "legal hold set", "deleted", "opened", "legal hold lifted");
    }

    @Test
    void holdShouldBeRefusedAtTheQuotaAndWorkAgainWhenThereIsRoom() throws Exception {
        reopen(settings(quota(2, WhenFull.DEFER)));
        HeldMail first = hold("a1", ALICE);
        hold("a2", ALICE);

        assertThatThrownBy(() -> hold("a3", ALICE)).isInstanceOf(QuotaException.class).hasMessageContaining("full");
        assertThat(hold("a1", ALICE)).isEqualTo(first);
        assertThat(files()).hasSize(2);

        quarantine.delete(first.id(), Set.of(), BY_ADMIN);

        assertThat(read(hold("a3", ALICE))).isEqualTo(MESSAGE);
    }

    @Test
    void oldestMailShouldMakeRoomWhenTheSettingSaysSo() throws Exception {
        reopen(settings(quota(4, WhenFull.EXPIRE_OLDEST)));
        List<HeldMail> held = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            held.add(hold("a" + number, ALICE));
            now = now.plusSeconds(1);
        }
        quarantine.request(held.get(0).id(), ALICE, "please", BY_ALICE);
        quarantine.placeHold(held.get(1).id(), "court", BY_ADMIN);

        HeldMail one = hold("b1", ALICE);
        now = now.plusSeconds(1);
        HeldMail two = hold("b2", ALICE);
        now = now.plusSeconds(1);
        HeldMail three = hold("b3", ALICE);

        assertThat(held).extracting(mail -> states(mail).get(ALICE)).containsExactly(State.REQUESTED, State.HELD, State.EXPIRED, State.EXPIRED);
        assertThat(states(one)).containsEntry(ALICE, State.EXPIRED);
        assertThat(read(two)).isEqualTo(MESSAGE);
        assertThat(read(three)).isEqualTo(MESSAGE);
        assertThat(quarantine.upkeep().storedBytes()).isEqualTo(4L * MESSAGE.length);

        quarantine.placeHold(two.id(), "court", BY_ADMIN);
        quarantine.placeHold(three.id(), "court", BY_ADMIN);

        assertThatThrownBy(() -> hold("b4", ALICE)).isInstanceOf(QuotaException.class);
    }

    private static Settings.Retention quota(int mails, WhenFull whenFull) {
        return new Settings.Retention(Duration.ofDays(30), Map.of(), (long) mails * MESSAGE.length, whenFull, Duration.ofHours(1));
    }

    @Test
    void rewrapShouldMakeHeldMailOpenToTheNewKeyAndTheEscrowAlone() throws Exception {
        List<HeldMail> held = List.of(hold("a1", ALICE), hold("a2", ALICE), hold("a3", ALICE));
        KeyFiles fresh = KeyFiles.curve(temporary, "fresh");
        KeyFiles escrow = KeyFiles.rsa(temporary, "escrow", 3072);
        List<Path> certificates = List.of(fresh.certificate(), escrow.certificate());
        reopen(settings(DEFAULT, certificates, fresh.key(), folder.resolve("quarantine.key")));
        HeldMail since = hold("a4", ALICE);

        Progress progress = run(Work.REWRAP);

        assertThat(progress).satisfies(run -> {
            assertThat(run.total()).isEqualTo(4);
            assertThat(run.done()).isEqualTo(4);
            assertThat(run.failed()).isZero();
        });
        for (KeyFiles alone : List.of(fresh, escrow)) {
            reopen(settings(DEFAULT, certificates, alone.key()));
            for (HeldMail mail : held) {
                assertThat(read(mail)).isEqualTo(MESSAGE);
            }
            assertThat(read(since)).isEqualTo(MESSAGE);
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(quarantine.audit().page(AuditQuery.latest(100)))
            .extracting(link -> link.entry().action()).contains("rewrap begun", "rewrap ended"));
    }

    @Test
    void rewrapShouldChangeNothingWhenItIsRepeated() throws Exception {
        HeldMail held = hold("a1", ALICE);
        KeyFiles fresh = KeyFiles.curve(temporary, "fresh");
        reopen(settings(DEFAULT, fresh, folder.resolve("quarantine.key")));
        run(Work.REWRAP);
        byte[] once = Files.readAllBytes(file(held.id()));

        now = now.plusSeconds(1);
        Progress again = run(Work.REWRAP);

        assertThat(Files.readAllBytes(file(held.id()))).isEqualTo(once);
        assertThat(again.done()).isEqualTo(1);
    }

    @Test
    void rewrapShouldGoOnBehindWhatWasDoneWhenItsNodeWentAway() throws Exception {
        List<HeldMail> held = Stream.of("a1", "a2", "a3").map(arrival -> {
            try {
                return hold(arrival, ALICE);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }).sorted((one, other) -> one.id().value().compareTo(other.id().value())).toList();
        byte[] before = Files.readAllBytes(file(held.get(0).id()));
        KeyFiles fresh = KeyFiles.curve(temporary, "fresh");
        reopen(settings(DEFAULT, fresh, folder.resolve("quarantine.key")));
        index(index -> index.holdings().progress(new Progress(Work.REWRAP, now, now, Optional.empty(), 3, 1, 0, ""), held.get(0).id().value()));
        now = now.plus(Jobs.TIME).plusSeconds(1);

        Progress progress = run(Work.REWRAP);

        assertThat(progress.done()).isEqualTo(3);
        assertThat(Files.readAllBytes(file(held.get(0).id()))).isEqualTo(before);
        reopen(settings(DEFAULT, fresh));
        assertThat(read(held.get(1))).isEqualTo(MESSAGE);
        assertThat(read(held.get(2))).isEqualTo(MESSAGE);
    }

    @Test
    void rewrapShouldReportWhatItCannotOpenAndDoTheRest() throws Exception {
        HeldMail damaged = hold("a1", ALICE);
        HeldMail whole = hold("a2", ALICE);
        HeldMail missing = hold("a3", ALICE);
        Files.write(file(damaged.id()), new byte[] {1, 2, 3});
        Files.delete(file(missing.id()));
        KeyFiles fresh = KeyFiles.curve(temporary, "fresh");
        reopen(settings(DEFAULT, fresh, folder.resolve("quarantine.key")));

        Progress progress = run(Work.REWRAP);

        assertThat(progress.failed()).isEqualTo(2);
        assertThat(quarantine.upkeep().damages(10)).extracting(Damage::record).containsExactlyInAnyOrder(damaged.id(), missing.id());
        assertThat(Files.readAllBytes(file(damaged.id()))).containsExactly(1, 2, 3);
        assertThat(read(whole)).isEqualTo(MESSAGE);
    }

    @Test
    void verifyShouldFindWhatWasExchangedCutFlippedOrIsMissing() throws Exception {
        HeldMail one = hold("a1", ALICE);
        HeldMail other = hold("a2", ALICE);
        HeldMail cut = hold("a3", ALICE);
        HeldMail flipped = hold("a4", ALICE);
        HeldMail missing = hold("a5", ALICE);
        HeldMail whole = hold("a6", ALICE);
        swap(file(one.id()), file(other.id()));
        byte[] sealed = Files.readAllBytes(file(cut.id()));
        Files.write(file(cut.id()), Arrays.copyOf(sealed, sealed.length - 40));
        sealed = Files.readAllBytes(file(flipped.id()));
        sealed[sealed.length / 2] ^= 1;
        Files.write(file(flipped.id()), sealed);
        Files.delete(file(missing.id()));

        Progress progress = run(Work.VERIFY);

        assertThat(progress.done()).isEqualTo(6);
        assertThat(progress.failed()).isEqualTo(5);
        assertThat(quarantine.upkeep().damages(10)).extracting(Damage::record)
            .containsExactlyInAnyOrder(one.id(), other.id(), cut.id(), flipped.id(), missing.id());
        for (HeldMail damaged : List.of(one, other, cut, flipped, missing)) {
            assertThat(actions(damaged)).containsExactly("held", "tampered");
            assertThatThrownBy(() -> quarantine.open(damaged.id(), BY_ADMIN, (mail, message) -> {
                throw new AssertionError("was handed out");
            })).isInstanceOf(ContentTamperedException.class).hasMessageContaining("content");
            assertThat(quarantine.release(damaged.id(), Set.of(), BY_ADMIN)).isInstanceOf(Outcome.FailedToAct.class);
        }
        assertThat(read(whole)).isEqualTo(MESSAGE);

        swap(file(one.id()), file(other.id()));
        assertThat(read(one)).isEqualTo(MESSAGE);

        assertThat(quarantine.upkeep().damages(10)).extracting(Damage::record).doesNotContain(one.id()).contains(other.id());
    }

    private void swap(Path one, Path other) throws IOException {
        Path aside = temporary.resolve("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void worksThatNeedAKeyShouldNotBeginWithoutOne() throws Exception {
        hold("a1", ALICE);
        quarantine.close();
        Settings with = settings(DEFAULT);
        Settings without = new Settings(with.scan(), with.policy(), with.lists(), with.warning(),
            new Settings.Store(folder, with.store().certificates(), Optional.empty(), List.of(), false), DEFAULT, with.notice(), with.portal(),
            with.release(), with.administrators(), with.administratorNotices(), with.processor());
        quarantine = open(without);

        assertThat(quarantine.upkeep().begin(Work.REWRAP, BY_ADMIN)).isFalse();
        assertThat(quarantine.upkeep().begin(Work.VERIFY, BY_ADMIN)).isFalse();
        assertThat(run(Work.RETENTION).failed()).isZero();
    }

    @Test
    void rebuildShouldGiveBackEveryRecordFromContentAndKey() throws Exception {
        HeldMail one = hold("a1", ALICE, "ünï@example.org");
        HeldMail other = hold("a2", BOB);
        HeldMail deleted = hold("a3", BOB);
        HeldMail foreign = hold("a4", BOB);
        quarantine.delete(deleted.id(), Set.of(), BY_ADMIN);
        quarantine.release(other.id(), Set.of(), BY_ADMIN);
        quarantine.close();
        Files.copy(file(one.id()), file(foreign.id()), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Workbench.rebuildIndex(settings(DEFAULT), clock)).isInstanceOf(IOException.class).hasMessageContaining("index.db");
        for (String name : List.of("index.db", "index.db-wal", "index.db-shm")) {
            Files.deleteIfExists(folder.resolve(name));
        }

        Workbench.Rebuilt rebuilt = Workbench.rebuildIndex(settings(DEFAULT), clock);

        assertThat(rebuilt.records()).isEqualTo(2);
        assertThat(rebuilt.problems()).singleElement().asString().contains(foreign.id().value(), one.id().value());
        quarantine = open(settings(DEFAULT));
        assertThat(quarantine.search(Query.all())).containsExactlyInAnyOrder(one, other);
        assertThat(read(one)).isEqualTo(MESSAGE);
        assertThat(hold("a1", ALICE, "ünï@example.org")).isEqualTo(one);
        assertThat(actions(one)).containsExactly("rebuilt", "opened");
        assertThat(quarantine.upkeep().storedBytes()).isEqualTo(2L * MESSAGE.length);
    }

    @Test
    void auditShouldBeWholeAcrossRestartsAndStepsOfTheClock() throws Exception {
        HeldMail held = hold("a1", ALICE);
        now = now.minus(Duration.ofDays(1));
        read(held);
        reopen(settings(DEFAULT));
        now = now.plus(Duration.ofDays(2));
        quarantine.delete(held.id(), Set.of(), BY_ADMIN);

        AuditCheck check = quarantine.audit().check(Optional.empty());

        assertThat(check).isEqualTo(new AuditCheck.Intact(quarantine.audit().head()));
        assertThat(quarantine.audit().after(0, 10)).hasSize(3).allSatisfy(link -> assertThat(link.sha256()).isEqualTo(held.sha256()));
        assertThat(HexFormat.of().parseHex(held.sha256())).hasSize(32);
        assertThat(quarantine.audit().after(0, 10)).extracting(link -> link.entry().actor()).contains(BY_ADMIN);
        assertThat(quarantine.audit().after(0, 10)).extracting(link -> link.entry()).extracting(AuditEntry::action)
            .containsExactly("held", "opened", "deleted");
    }

    private interface OnIndex {
        void run(Index index);
    }

    private void index(OnIndex work) throws IOException {
        try (Index index = new JdbcIndex(Quarantines.database(settings(DEFAULT).store()))) {
            work.run(index);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("content"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
