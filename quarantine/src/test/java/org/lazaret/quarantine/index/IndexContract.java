package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BOB;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.BY_ALICE;
import static org.lazaret.quarantine.QuarantineContract.MALICIOUS;
import static org.lazaret.quarantine.QuarantineContract.NOW;
import static org.lazaret.quarantine.QuarantineContract.together;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine.Arrived;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Figures;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;
import org.lazaret.quarantine.notice.Letter;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** What every index does. */
public interface IndexContract {
    Instant LATER = NOW.plusSeconds(60);

    Index index();

    /** The same database, opened once more as another node would. */
    Index another();

    static RecordId id(int number) {
        return new RecordId("%032x".formatted(number));
    }

    static HeldMail mail(int number, String... recipients) {
        Map<String, State> states = new LinkedHashMap<>();
        for (String recipient : recipients) {
            states.put(recipient, State.HELD);
        }
        return new HeldMail(id(number), new Envelope("mallory@evil.example", List.of(recipients)), NOW.plusSeconds(number), "Rechnung " + number,
            "Mallory <mallory@evil.example>", "<" + number + "@evil.example>", 1_000 + number, "ab".repeat(32), MALICIOUS, states);
    }

    static Letter letter(String name) {
        return new Letter(Outgoing.Kind.NOTICE, name, "", List.of(ALICE), new byte[] {0, 1, (byte) 200});
    }

    static AuditEntry entry(Actor actor, String action, int number) {
        return new AuditEntry(NOW, actor, action, Optional.of(id(number)), List.of(), "because");
    }

    /** Oldest first. */
    static List<AuditEntry> auditOf(Index index, RecordId record) {
        return index.audit().page(AuditQuery.of(record)).reversed().stream().map(ChainedEntry::entry).toList();
    }

    default List<AuditEntry> auditOf(int number) {
        return auditOf(index(), id(number));
    }

    default HeldMail insert(int number, String... recipients) {
        HeldMail mail = mail(number, recipients);
        assertThat(index().insert(mail, "arrival" + number, List.of(), entry(BY_ADMIN, "held", number))).isTrue();
        return mail;
    }

    default List<String> move(int number, State to, String... recipients) {
        return index().move(id(number), List.of(recipients), to, "owner", entry(BY_ALICE, "moved", number), moved -> List.of());
    }

    static Letter to(Outgoing.Kind kind, String name, String reader, String summary) {
        return new Letter(kind, name, "", List.of(reader), new byte[] {1}, summary);
    }

    private List<String> digests(Index index, Outgoing.Kind kind, Instant now) {
        List<String> collected = new ArrayList<>();
        index.coalescing().collect(kind, now, (reader, waiting) -> {
            collected.add(reader + ": " + waiting.stream().map(one -> one.record() + " " + one.mail().isPresent() + " " + one.summary()).toList());
            return Optional.of(to(kind, "digest-" + waiting.get(0).record(), reader, ""));
        });
        return collected;
    }

    @Test
    default void aloneShouldBeAsManyAsTheLimitSaysInAWindow() {
        List<Boolean> alone = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            insert(number, ALICE);
            alone.add(index().coalescing().alone(id(number), to(Outgoing.Kind.NOTICE, "n" + number, ALICE, ""), 2, NOW.plusSeconds(number)));
        }

        assertThat(alone).containsExactly(true, true, false, false);
        assertThat(index().coalescing().alone(id(1), to(Outgoing.Kind.NOTICE, "b1", BOB, ""), 2, NOW)).isTrue();
        assertThat(index().waiting()).isEqualTo(2);
        assertThat(index().lease(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(2)), 10)).isEmpty();
        Instant next = NOW.plusSeconds(1).plus(Coalescing.WINDOW);
        assertThat(index().coalescing().alone(id(5), to(Outgoing.Kind.NOTICE, "n5", ALICE, ""), 2, next)).isTrue();
    }

    @Test
    default void aloneShouldAnswerTheSameForTheSameLetter() {
        Letter first = to(Outgoing.Kind.NOTICE, "n1", ALICE, "");
        Letter second = to(Outgoing.Kind.NOTICE, "n2", ALICE, "");
        boolean one = index().coalescing().alone(id(1), first, 1, NOW);
        boolean two = index().coalescing().alone(id(2), second, 1, NOW);

        assertThat(List.of(one, two)).containsExactly(true, false);
        assertThat(another().coalescing().alone(id(1), first, 1, NOW.plusSeconds(9))).isTrue();
        assertThat(another().coalescing().alone(id(2), second, 1, NOW.plus(Duration.ofHours(3)))).isFalse();
        assertThat(index().waiting()).isEqualTo(1);
    }

    @Test
    default void aloneShouldKeepTheLimitWhenManyNodesAsk() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        Index other = another();

        List<Boolean> alone = together(16, () -> {
            int number = turn.incrementAndGet();
            Letter letter = to(Outgoing.Kind.NOTICE, "n" + number, ALICE, "");
            return (number % 2 == 0 ? index() : other).coalescing().alone(id(number), letter, 5, NOW);
        });

        assertThat(alone).filteredOn(each -> each).hasSize(5);
        assertThat(index().waiting()).isEqualTo(11);
    }

    @Test
    default void collectShouldPutOneDigestInThePlaceOfAllThatWaited() throws Exception {
        insert(1, ALICE);
        insert(2, ALICE);
        for (int number = 1; number <= 3; number++) {
            index().coalescing().alone(id(number), to(Outgoing.Kind.NOTICE, "n" + number, number == 3 ? "ALICE@example.org" : ALICE, "s" + number), 1,
                NOW.plusSeconds(number));
        }
        Instant over = NOW.plusSeconds(1).plus(Coalescing.WINDOW);
        Index other = another();

        assertThat(index().isDue(over.minusMillis(1))).isFalse();
        assertThat(index().isDue(over)).isTrue();
        assertThat(digests(index(), Outgoing.Kind.NOTICE, over.minusMillis(1))).isEmpty();
        assertThat(digests(index(), Outgoing.Kind.ADMINISTRATOR_NOTICE, over)).isEmpty();
        AtomicInteger turn = new AtomicInteger();
        List<List<String>> collected = together(6, () -> digests(turn.incrementAndGet() % 2 == 0 ? index() : other, Outgoing.Kind.NOTICE, over));

        assertThat(collected.stream().filter(each -> !each.isEmpty()).toList())
            .containsExactly(List.of(ALICE + ": [" + id(2) + " true s2, " + id(3) + " false s3]"));
        assertThat(index().lease(over, over.plusSeconds(60), 10)).extracting(due -> due.letter().name()).containsExactly("digest-" + id(2));
        assertThat(index().waiting()).isEqualTo(1);
    }

    @Test
    default void collectShouldLoseNothingWhenTheWriterFails() {
        index().coalescing().alone(id(1), to(Outgoing.Kind.NOTICE, "n1", ALICE, ""), 1, NOW);
        index().coalescing().alone(id(2), to(Outgoing.Kind.NOTICE, "n2", ALICE, ""), 1, NOW);
        Instant over = NOW.plus(Coalescing.WINDOW);

        assertThatThrownBy(() -> index().coalescing().collect(Outgoing.Kind.NOTICE, over, (reader, waiting) -> {
            throw new IllegalStateException("no");
        })).isInstanceOf(RuntimeException.class);

        assertThat(digests(index(), Outgoing.Kind.NOTICE, over)).hasSize(1);
    }

    @Test
    default void stillAloneShouldMakeALetterOfTheOutboxWait() {
        Letter one = to(Outgoing.Kind.ADMINISTRATOR_NOTICE, "a1", BOB, "first");
        Letter two = to(Outgoing.Kind.ADMINISTRATOR_NOTICE, "a2", BOB, "second");
        index().insert(mail(1, ALICE), "arrival", List.of(one, two), entry(BY_ADMIN, "held", 1));
        List<Boolean> alone = index().lease(LATER, LATER.plusSeconds(60), 10).stream()
            .map(due -> index().coalescing().stillAlone(due.letter(), 1, LATER)).toList();
        Instant over = LATER.plus(Coalescing.WINDOW);

        assertThat(alone).containsExactly(true, false);
        assertThat(digests(index(), Outgoing.Kind.ADMINISTRATOR_NOTICE, over)).containsExactly(BOB + ": [" + id(1) + " true second]");
        assertThat(index().lease(over, over.plusSeconds(60), 10)).extracting(due -> due.letter().name()).containsExactly("a1", "digest-" + id(1));
    }

    @Test
    default void findShouldGiveWhatWasInserted() {
        HeldMail mail = insert(1, BOB, ALICE);

        assertThat(index().find(id(1))).contains(mail);
        assertThat(another().find(id(1))).contains(mail);
        assertThat(index().find(id(2))).isEmpty();
    }

    @Test
    default void insertShouldChangeNothingWhenTheRecordExists() {
        HeldMail mail = insert(1, ALICE);

        boolean inserted = another().insert(mail(1, BOB), "other", List.of(letter("l1")), entry(BY_ADMIN, "held", 1));

        assertThat(inserted).isFalse();
        assertThat(index().find(id(1))).contains(mail);
        assertThat(auditOf(1)).hasSize(1);
        assertThat(index().waiting()).isZero();
    }

    @Test
    default void insertShouldHappenOnceWhenManyNodesDoIt() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        Index other = another();

        List<Boolean> inserted = together(16, () -> (turn.incrementAndGet() % 2 == 0 ? index() : other)
            .insert(mail(1, ALICE, BOB), "arrival", List.of(letter("l1")), entry(BY_ADMIN, "held", 1)));

        assertThat(inserted).containsOnlyOnce(true);
        assertThat(auditOf(1)).hasSize(1);
        assertThat(index().waiting()).isEqualTo(1);
    }

    @Test
    default void insertShouldTakeAnyText() {
        String strange = "'; DROP TABLE record; -- \\ \" % _ \u00e4\ud83d\ude00\u202e\u0001";
        HeldMail mail = new HeldMail(id(1), new Envelope("", List.of("o'hara@example.org")), NOW, strange, strange, strange, Long.MAX_VALUE,
            "0".repeat(64), MALICIOUS, Map.of("o'hara@example.org", State.HELD));

        index().insert(mail, strange, List.of(), new AuditEntry(NOW, BY_ADMIN, "held", Optional.of(id(1)), List.of(strange), strange));

        assertThat(index().find(id(1))).contains(mail);
        assertThat(auditOf(1)).singleElement().extracting(AuditEntry::detail).isEqualTo(strange);
        assertThat(index().arrivals(strange)).containsExactly(new Arrived(strange, id(1)));
    }

    @Test
    default void arrivalsShouldBeThoseThatBeginSoAndAreKept() {
        insert(2, ALICE);
        index().insert(mail(1, ALICE), "arrival2%", List.of(), entry(BY_ADMIN, "held", 1));
        insert(3, ALICE);
        index().insert(mail(4, ALICE), "Arrival2", List.of(), entry(BY_ADMIN, "held", 4));
        index().insert(mail(5, ALICE), "arrival2x", List.of(), entry(BY_ADMIN, "held", 5));
        move(5, State.DELETED, ALICE);

        assertThat(index().arrivals("arrival2")).containsExactly(new Arrived("arrival2%", id(1)), new Arrived("arrival2", id(2)));
    }

    @Test
    default void moveShouldObeyTheTableOfTransitions() {
        int number = 0;
        for (State from : State.values()) {
            for (State to : State.values()) {
                number++;
                HeldMail mail = mail(number, ALICE);
                Map<String, State> states = Map.of(ALICE, from);
                HeldMail there = new HeldMail(mail.id(), mail.envelope(), NOW, "", "", "", 1, mail.sha256(), MALICIOUS, states);
                index().insert(there, "arrival", List.of(), entry(BY_ADMIN, "held", number));

                List<String> moved = move(number, to, ALICE);

                // Back from RELEASING leads restore(), from DELETED undelete(), to the state before.
                boolean allowed = from.allows(to) && (from != State.RELEASING || to == State.RELEASED) && from != State.DELETED;
                assertThat(moved).as(from + " to " + to).isEqualTo(allowed ? List.of(ALICE) : List.of());
                assertThat(index().find(id(number)).orElseThrow().states()).containsEntry(ALICE, allowed ? to : from);
            }
        }
    }

    @Test
    default void moveShouldWriteAuditAndLettersForThoseItMovedAlone() {
        insert(1, ALICE, BOB);
        move(1, State.DELETED, BOB);
        List<Index.Moved> told = new ArrayList<>();

        List<String> moved = index().move(id(1), List.of("ALICE@example.org", BOB, "nobody@example.org"), State.REQUESTED, "owner",
            entry(BY_ALICE, "requested", 1), them -> {
                told.addAll(them);
                return List.of(letter("l1"));
            });
        List<String> again = index().move(id(1), List.of(ALICE), State.REQUESTED, "owner", entry(BY_ALICE, "requested", 1),
            them -> List.of(letter("l2")));

        assertThat(moved).containsExactly(ALICE);
        assertThat(again).isEmpty();
        assertThat(told).containsExactly(new Index.Moved(ALICE, State.HELD));
        assertThat(index().waiting()).isEqualTo(1);
        assertThat(auditOf(1)).last().isEqualTo(entry(BY_ALICE, "requested", 1).withRecipients(List.of(ALICE)));
    }

    @Test
    default void moveShouldHaveNoEffectWhenItThrows() {
        insert(1, ALICE);

        assertThatThrownBy(() -> index().move(id(1), List.of(ALICE), State.DELETED, "owner", entry(BY_ALICE, "deleted", 1), them -> {
            throw new IllegalStateException("no letter");
        })).hasMessageContaining("no letter");

        assertThat(index().find(id(1)).orElseThrow().states()).containsEntry(ALICE, State.HELD);
        assertThat(auditOf(1)).hasSize(1);
    }

    @Test
    default void moveShouldSucceedOnceWhenTwoNodesCompete() throws Exception {
        List<String> recipients = List.of("a@example.org", "b@example.org", "c@example.org", "d@example.org");
        insert(1, recipients.toArray(String[]::new));
        List<String> backwards = recipients.reversed();
        AtomicInteger turn = new AtomicInteger();
        Index other = another();

        List<List<String>> moved = together(16, () -> {
            int mine = turn.incrementAndGet();
            return (mine % 2 == 0 ? index() : other).move(id(1), mine % 3 == 0 ? backwards : recipients, State.RELEASING, "owner" + mine,
                entry(BY_ALICE, "releasing", 1), them -> List.of());
        });

        assertThat(moved.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(recipients);
        assertThat(index().releasing()).hasSize(4);
    }

    @Test
    default void restoreShouldLeadBackToTheStateBefore() {
        insert(1, ALICE, BOB);
        move(1, State.REQUESTED, BOB);
        move(1, State.RELEASING, ALICE, BOB);

        assertThat(index().releasing()).containsExactlyInAnyOrder(new Index.Releasing(id(1), ALICE, State.HELD, "owner", NOW),
            new Index.Releasing(id(1), BOB, State.REQUESTED, "owner", NOW));

        assertThat(index().restore(id(1), List.of(ALICE, BOB), entry(BY_ADMIN, "release failed", 1))).containsExactlyInAnyOrder(ALICE, BOB);
        assertThat(index().restore(id(1), List.of(ALICE, BOB), entry(BY_ADMIN, "release failed", 1))).isEmpty();
        assertThat(index().find(id(1)).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.HELD, BOB, State.REQUESTED));
        assertThat(index().releasing()).isEmpty();
    }

    @Test
    default void undeleteShouldBringBackWhatWasDeletedSinceThenWhileThereIsContent() {
        insert(1, ALICE, BOB);
        move(1, State.REQUESTED, ALICE);
        move(1, State.DELETED, ALICE, BOB);

        assertThat(undelete(NOW.plusMillis(1), ALICE)).isEmpty();
        assertThat(undelete(NOW, "Alice@example.org")).containsExactly(ALICE);
        assertThat(index().find(id(1)).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.REQUESTED, BOB, State.DELETED));
        assertThat(undelete(NOW, ALICE)).isEmpty();

        move(1, State.DELETED, ALICE);
        assertThat(index().holdings().unused(NOW.minusMillis(1), 10)).isEmpty();
        index().holdings().removed(id(1));

        assertThat(undelete(NOW, ALICE, BOB)).isEmpty();
        assertThat(auditOf(1)).extracting(AuditEntry::action).containsExactly("held", "moved", "moved", "undeleted", "moved");
    }

    private List<String> undelete(Instant since, String... recipients) {
        return index().undelete(id(1), List.of(recipients), since, entry(BY_ALICE, "undeleted", 1), back -> List.of());
    }

    @Test
    default void takeOverShouldSucceedOnceWhileTheReleaseIsUnderWay() {
        insert(1, ALICE, BOB);
        move(1, State.RELEASING, ALICE);
        Index.Releasing left = index().releasing().get(0);

        assertThat(another().takeOver(left, "other")).isTrue();
        assertThat(index().takeOver(left, "third")).isFalse();
        assertThat(index().releasing()).containsExactly(new Index.Releasing(id(1), ALICE, State.HELD, "other", NOW));

        move(1, State.RELEASED, ALICE);
        assertThat(index().takeOver(new Index.Releasing(id(1), ALICE, State.HELD, "other", NOW), "third")).isFalse();
    }

    @Test
    default void unusedShouldSeeTheLastOfManyRecipientsWhoDeleteAtOnce() throws Exception {
        List<String> recipients = IntStream.range(0, 16).mapToObj(number -> "r" + number + "@example.org").toList();
        insert(1, recipients.toArray(String[]::new));
        AtomicInteger turn = new AtomicInteger();
        Index other = another();

        together(16, () -> {
            int mine = turn.getAndIncrement();
            return (mine % 2 == 0 ? index() : other).move(id(1), List.of(recipients.get(mine)), State.DELETED, "owner",
                entry(BY_ALICE, "deleted", 1), them -> List.of());
        });

        assertThat(index().holdings().unused(LATER, 10)).containsExactly(id(1));
    }

    @Test
    default void unusedShouldBeWhatNobodyKeepsUntilItIsReportedDeleted() {
        insert(1, ALICE, BOB);
        insert(2, ALICE);
        insert(3, ALICE);
        move(1, State.DELETED, ALICE);
        move(2, State.DELETED, ALICE);
        move(3, State.RELEASING, ALICE);

        assertThat(index().holdings().unused(LATER, 10)).containsExactly(id(2));

        move(1, State.DELETED, BOB);
        assertThat(index().holdings().unused(LATER, 10)).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(index().holdings().unused(LATER, 1)).hasSize(1);

        index().holdings().removed(id(2));
        assertThat(index().holdings().unused(LATER, 10)).containsExactly(id(1));
    }

    @Test
    default void lettersShouldLeaveTheOutboxInTheOrderTheyCameIn() {
        for (int number = 1; number <= 5; number++) {
            AuditEntry entry = new AuditEntry(NOW.plusSeconds(number), BY_ADMIN, "held", Optional.of(id(number)), List.of(), "");
            index().insert(mail(number, ALICE), "arrival", List.of(letter("z" + (9 - number))), entry);
        }

        List<Index.Due> first = index().lease(LATER, LATER.plusSeconds(60), 2);
        List<Index.Due> second = index().lease(LATER, LATER.plusSeconds(60), 10);

        assertThat(first).extracting(due -> due.letter().name()).containsExactly("z8", "z7");
        assertThat(second).extracting(due -> due.letter().name()).containsExactly("z6", "z5", "z4");
        assertThat(first.get(0).letter().bytes()).containsExactly(0, 1, 200);
        assertThat(first.get(0).letter().recipients()).containsExactly(ALICE);
    }

    @Test
    default void letterShouldBeDueAgainWhenItsLeaseEndsOrItWasPostponed() {
        index().insert(mail(1, ALICE), "arrival", List.of(letter("l1"), letter("l2")), entry(BY_ADMIN, "held", 1));
        assertThat(index().isDue(LATER)).isTrue();
        assertThat(index().lease(LATER, LATER.plusSeconds(60), 10)).hasSize(2);

        index().sent("l2");
        assertThat(another().isDue(LATER.plusSeconds(59))).isFalse();
        assertThat(another().isDue(LATER.plusSeconds(60))).isTrue();
        assertThat(another().lease(LATER.plusSeconds(59), LATER.plusSeconds(120), 10)).isEmpty();
        assertThat(another().lease(LATER.plusSeconds(60), LATER.plusSeconds(120), 10)).extracting(Index.Due::attempts).containsExactly(0);

        index().postpone("l1", "the queue is down", LATER.plusSeconds(600));
        assertThat(index().lease(LATER.plusSeconds(599), LATER.plusSeconds(1000), 10)).isEmpty();
        assertThat(index().lease(LATER.plusSeconds(600), LATER.plusSeconds(1000), 10)).extracting(Index.Due::attempts).containsExactly(1);
        assertThat(index().waiting()).isEqualTo(1);
    }

    @Test
    default void figuresShouldFollowWhatIsHeldAskedForSentAndDamaged() {
        index().insert(mail(1, ALICE, BOB), "arrival", List.of(letter("l1"), letter("l2")), entry(BY_ADMIN, "held", 1));
        insert(2, ALICE);
        assertThat(index().figures()).isEqualTo(new Figures(2, 2_003, 0, Optional.empty(), 0, new Figures.Outbox(2, 0, Optional.empty(), "")));

        move(1, State.REQUESTED, ALICE);
        move(1, State.RELEASING, BOB);
        move(2, State.DELETED, ALICE);
        index().holdings().removed(id(2));
        index().holdings().removed(id(2));
        index().holdings().damaged(id(1), NOW, "cut");
        index().postpone("l2", "the queue is down", LATER);

        assertThat(another().figures()).isEqualTo(new Figures(1, 1_001, 1, Optional.of(NOW), 1,
            new Figures.Outbox(2, 1, Optional.of(NOW), "the queue is down")));
        assertThat(index().holdings().count()).isEqualTo(1);
    }

    @Test
    default void watcherShouldBeToldOfWhatWasWrittenAndOfNothingElse() {
        List<AuditEntry> told = new CopyOnWriteArrayList<>();
        index().audit().watch(told::add);

        insert(1, ALICE, BOB);
        move(1, State.DELETED, BOB);
        move(1, State.DELETED, BOB);
        index().audit().append(entry(BY_ADMIN, "opened", 1));
        assertThatThrownBy(() -> index().move(id(1), List.of(ALICE), State.DELETED, "owner", entry(BY_ALICE, "undone", 1), moved -> {
            throw new IllegalStateException("no letters");
        })).isInstanceOf(IllegalStateException.class);
        another().audit().append(entry(BY_ADMIN, "of another node", 1));

        assertThat(told).extracting(AuditEntry::action).containsExactly("held", "moved", "opened");
        assertThat(told.get(1).recipients()).containsExactly(BOB);
    }

    @Test
    default void transactionShouldBeDoneAlthoughTheWatcherThrows() {
        index().audit().watch(entry -> {
            throw new IllegalStateException("the log is full");
        });

        insert(1, ALICE);

        assertThat(another().find(id(1))).isPresent();
    }

    @Test
    default void leaseShouldGiveALetterToOneNodeAlone() throws Exception {
        List<Letter> letters = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            letters.add(letter("l" + number));
        }
        index().insert(mail(1, ALICE), "arrival", letters, entry(BY_ADMIN, "held", 1));
        AtomicInteger turn = new AtomicInteger();
        Index other = another();

        List<List<Index.Due>> leased = together(8, () -> {
            List<Index.Due> mine = new ArrayList<>();
            Index node = turn.incrementAndGet() % 2 == 0 ? index() : other;
            for (List<Index.Due> some = node.lease(LATER, LATER.plus(Duration.ofHours(1)), 3); !some.isEmpty();
                 some = node.lease(LATER, LATER.plus(Duration.ofHours(1)), 3)) {
                mine.addAll(some);
            }
            return mine;
        });

        List<String> names = leased.stream().flatMap(List::stream).map(due -> due.letter().name()).toList();
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
        // A lock of another hides a row for a moment: what was skipped comes with the next look.
        assertThat(names.size() + index().lease(LATER, LATER.plus(Duration.ofHours(1)), 100).size()).isEqualTo(40);
    }

    @Test
    default void markerShouldBelongToTheArrivalThatUsedItFirst() throws Exception {
        assertThat(index().useMarker("m1", "first", NOW)).isEqualTo("first");
        assertThat(another().useMarker("m1", "second", LATER)).isEqualTo("first");
        assertThat(index().useMarker("m1", "first", LATER)).isEqualTo("first");

        AtomicInteger turn = new AtomicInteger();
        Index other = another();
        List<String> winners = together(16, () -> {
            int mine = turn.incrementAndGet();
            return (mine % 2 == 0 ? index() : other).useMarker("m2", "arrival" + mine, NOW);
        });

        assertThat(new HashSet<>(winners)).hasSize(1);
    }

    @Test
    default void auditShouldKeepItsOrderWhenTheClockStepsBack() {
        insert(1, ALICE);
        index().audit().append(new AuditEntry(NOW.minusSeconds(3600), BY_ADMIN, "opened", Optional.of(id(1)), List.of(ALICE), "a\nb"));
        another().audit().append(entry(BY_ALICE, "again", 1));

        assertThat(auditOf(1)).extracting(AuditEntry::action).containsExactly("held", "opened", "again");
        assertThat(auditOf(1).get(1))
            .isEqualTo(new AuditEntry(NOW.minusSeconds(3600), BY_ADMIN, "opened", Optional.of(id(1)), List.of(ALICE), "a\nb"));
        assertThat(auditOf(2)).isEmpty();
    }

    @Test
    default void searchShouldPageNewestFirst() {
        for (int number = 1; number <= 5; number++) {
            insert(number, ALICE, BOB);
        }

        List<HeldMail> first = index().search(Query.of(ALICE).withLimit(2));
        List<HeldMail> second = index().search(Query.all().withAfter(id(4)).withLimit(2));
        List<HeldMail> third = index().search(Query.all().withText("rechnung").withAfter(id(2)).withLimit(2));

        assertThat(first).extracting(HeldMail::id).containsExactly(id(5), id(4));
        assertThat(second).extracting(HeldMail::id).containsExactly(id(3), id(2));
        assertThat(third).extracting(HeldMail::id).containsExactly(id(1));
        assertThat(index().search(Query.all().withAfter(id(99)))).isEmpty();
    }

    @Test
    default void searchShouldPageOldestFirstWhenAskedTo() {
        for (int number = 1; number <= 5; number++) {
            insert(number, ALICE, BOB);
        }
        index().move(id(3), List.of(ALICE), State.REQUESTED, "node", entry(BY_ALICE, "requested", 3), moved -> List.of());
        Query oldest = Query.all().withOrder(Query.Order.OLDEST).withLimit(2);

        assertThat(found(oldest)).containsExactly(1, 2);
        assertThat(found(oldest.withAfter(id(2)))).containsExactly(3, 4);
        assertThat(found(oldest.withAfter(id(5)))).isEmpty();
        assertThat(found(oldest.withRecipient(ALICE).withAfter(id(3)))).containsExactly(4, 5);
        assertThat(found(oldest.withStates(Set.of(State.HELD, State.REQUESTED)).withAfter(id(1)))).containsExactly(2, 3);
        assertThat(found(oldest.withText("rechnung").withAfter(id(4)))).containsExactly(5);
        assertThat(found(oldest.withAfter(id(99)))).isEmpty();
    }

    @Test
    default void searchShouldKnowRecordsOfTheSameMillisecondApart() {
        Set<RecordId> inserted = new HashSet<>();
        for (int number = 1; number <= 300; number++) {
            HeldMail mail = mail(number, ALICE);
            HeldMail same = new HeldMail(mail.id(), mail.envelope(), NOW, "", "", "", 1, mail.sha256(), MALICIOUS, mail.states());
            index().insert(same, "arrival", List.of(), entry(BY_ADMIN, "held", number));
            inserted.add(id(number));
        }
        List<RecordId> found = new ArrayList<>();

        for (List<HeldMail> page = index().search(Query.all().withLimit(7)); !page.isEmpty();
             page = index().search(Query.all().withLimit(7).withAfter(found.getLast()))) {
            page.forEach(mail -> found.add(mail.id()));
        }

        assertThat(found).hasSize(300);
        assertThat(new HashSet<>(found)).isEqualTo(inserted);
    }

    private void put(int number, String sender, String subject, String from, double score, List<Attachment> attachments, String... recipients) {
        HeldMail mail = mail(number, recipients);
        Verdict verdict = new Verdict.Scanned(Score.of(score), List.of(), attachments);
        index().insert(new HeldMail(mail.id(), new Envelope(sender, List.of(recipients)), mail.received(), subject, from, "", 1,
            "%064x".formatted(number), verdict, mail.states()), "arrival", List.of(), entry(BY_ADMIN, "held", number));
    }

    private static Attachment attachment(String name, String sha256) {
        return new Attachment(name, "application/octet-stream", "application/zip", 4, sha256, Score.of(1));
    }

    private List<Integer> found(Query query) {
        return index().search(query).stream().map(mail -> Integer.parseInt(mail.id().value(), 16)).toList();
    }

    @Test
    default void searchShouldPageWorstFirstWhenAskedToAndOfOneScoreTheNewest() {
        put(1, "mallory@evil.example", "Rechnung", "", 9.5, List.of(), ALICE);
        put(2, "mallory@evil.example", "Angebot", "", 3.0, List.of(), ALICE, BOB);
        put(3, "eve@evil.example", "Rechnung", "", 9.5, List.of(), BOB);
        put(4, "eve@evil.example", "Rechnung", "", 0.0, List.of(), ALICE);
        put(5, "eve@evil.example", "Rechnung", "", 10.0, List.of(), ALICE);
        move(2, State.REQUESTED, ALICE);
        Query worst = Query.all().withOrder(Query.Order.WORST).withLimit(2);

        assertThat(found(worst)).containsExactly(5, 3);
        assertThat(found(worst.withAfter(id(3)))).containsExactly(1, 2);
        assertThat(found(worst.withAfter(id(2)))).containsExactly(4);
        assertThat(found(worst.withAfter(id(4)))).isEmpty();
        assertThat(found(worst.withAfter(id(99)))).isEmpty();
        assertThat(found(worst.withRecipient(ALICE).withAfter(id(5)))).containsExactly(1, 2);
        assertThat(found(worst.withStates(Set.of(State.REQUESTED)))).containsExactly(2);
        assertThat(found(worst.withStates(Set.of(State.HELD)).withRecipient(BOB))).containsExactly(3, 2);
        assertThat(found(worst.withText("rechnung").withAfter(id(3)))).containsExactly(1, 4);
        assertThat(found(worst.withText("rechnung").withSender("@evil.example").withStates(Set.of(State.HELD)).withScore(Score.of(1), Score.of(9.9))))
            .containsExactly(3, 1);
        assertThat(found(worst.withScore(Score.of(0), Score.of(9.5)))).containsExactly(3, 1);
        assertThat(found(worst.withTime(Optional.of(mail(2, ALICE).received()), Optional.of(mail(5, ALICE).received())))).containsExactly(3, 2);
    }

    @Test
    default void searchShouldFindByEachCriterionAndByAllTogether() {
        put(1, "mallory@evil.example", "Ihre Rechnung Nr. 4711 f\u00fcr M\u00e4rz", "Mallory <mallory@evil.example>", 9.5,
            List.of(attachment("Rechnung_2024-03.PDF.exe", "ab".repeat(32))), ALICE);
        put(2, "", "\u8acb\u6c42\u66f8 invoice", "=?broken", 3.0, List.of(attachment("report (final).zip", "cd".repeat(32))),
            "Bob@Example.org", ALICE);
        put(3, "Eve@Evil.Example", "Re: rechnungen", "\"Eve, O'Hara\" <eve@evil.example>", 0.5, List.of(), BOB);
        move(2, State.REQUESTED, ALICE);

        assertThat(found(Query.all())).containsExactly(3, 2, 1);
        assertThat(found(Query.all().withText("rechnung"))).containsExactly(3, 1);
        assertThat(found(Query.all().withText("RECH M\u00c4RZ"))).containsExactly(1);
        assertThat(found(Query.all().withText("hara"))).containsExactly(3);
        assertThat(found(Query.all().withText("echnung"))).isEmpty();
        assertThat(found(Query.all().withText("\u8acb\u6c42\u66f8"))).containsExactly(2);
        assertThat(found(Query.all().withText("bob@example.org"))).containsExactly(3, 2);
        assertThat(found(Query.all().withSubject("mallory"))).isEmpty();
        assertThat(found(Query.all().withSubject("4711"))).containsExactly(1);
        assertThat(found(Query.all().withSender("MALLORY@evil.example"))).containsExactly(1);
        assertThat(found(Query.all().withSender("@evil.example"))).containsExactly(3, 1);
        assertThat(found(Query.all().withSender("@evil.exampl"))).isEmpty();
        assertThat(found(Query.all().withAttachment("*.EXE"))).containsExactly(1);
        assertThat(found(Query.all().withAttachment("*.ex"))).isEmpty();
        assertThat(found(Query.all().withAttachment("rech*2024"))).containsExactly(1);
        assertThat(found(Query.all().withAttachment("final"))).containsExactly(2);
        assertThat(found(Query.all().withSha256("CD".repeat(32)))).containsExactly(2);
        assertThat(found(Query.all().withSha256("%064x".formatted(3)))).containsExactly(3);
        assertThat(found(Query.all().withScore(Score.of(0.5), Score.of(3)))).containsExactly(3, 2);
        assertThat(found(Query.all().withScore(Score.of(9.5), Score.of(10)))).containsExactly(1);
        assertThat(found(Query.all().withText("rechnung").withScore(Score.of(1), Score.of(10)))).containsExactly(1);
        assertThat(found(Query.of(BOB).withScore(Score.of(1), Score.of(10)))).containsExactly(2);
        assertThat(found(Query.all().withStates(Set.of(State.HELD)).withScore(Score.of(0), Score.of(4)))).containsExactly(3, 2);
        assertThat(found(Query.of(ALICE).withText("invoice").withStates(Set.of(State.REQUESTED)).withScore(Score.of(0), Score.of(2)))).isEmpty();
        assertThat(found(Query.all().withTime(Optional.of(NOW.plusSeconds(2)), Optional.of(NOW.plusSeconds(3))))).containsExactly(2);
        assertThat(found(Query.all().withTime(Optional.of(NOW.plusSeconds(4)), Optional.empty()))).isEmpty();
        assertThat(found(Query.all().withStates(Set.of(State.REQUESTED)))).containsExactly(2);
        assertThat(found(Query.all().withStates(Set.of(State.REQUESTED, State.HELD)))).containsExactly(3, 2, 1);
        assertThat(found(Query.of(BOB))).containsExactly(3, 2);
        assertThat(found(Query.of(BOB).withStates(Set.of(State.REQUESTED)))).isEmpty();
        assertThat(found(Query.of(ALICE).withStates(Set.of(State.REQUESTED)))).containsExactly(2);
        assertThat(found(Query.of(BOB).withText("rechnung"))).containsExactly(3);
        assertThat(found(Query.of(BOB).withText("invoice").withStates(Set.of(State.REQUESTED)))).isEmpty();
        assertThat(found(Query.of(ALICE).withText("invoice").withStates(Set.of(State.REQUESTED)))).containsExactly(2);
        assertThat(found(Query.of(ALICE).withText("rechnung").withSubject("4711").withSender("@evil.example").withAttachment("*.exe")
            .withSha256("ab".repeat(32)).withTime(Optional.of(NOW), Optional.of(NOW.plusSeconds(2))).withScore(Score.of(9), Score.of(10))
            .withStates(Set.of(State.HELD)))).containsExactly(1);
    }

    @Test
    default void searchShouldShowTheWorstAndWhatHasAWordOfAStateThatManyHave() {
        for (int number = 1; number <= JdbcIndex.MANY + 1; number++) {
            put(number, "", "Rechnung " + number, "", number % 100 / 10.0, List.of(), ALICE);
        }
        move(99, State.REQUESTED, ALICE);
        move(199, State.REQUESTED, ALICE);
        Query worst = Query.all().withOrder(Query.Order.WORST).withLimit(3);

        assertThat(found(worst.withStates(Set.of(State.HELD)))).containsExactly(999, 899, 799);
        assertThat(found(worst.withStates(Set.of(State.HELD)).withAfter(id(299)))).containsExactly(998, 898, 798);
        assertThat(found(worst.withStates(Set.of(State.REQUESTED)))).containsExactly(199, 99);
        assertThat(found(Query.all().withText("rechnung 199").withStates(Set.of(State.REQUESTED)))).containsExactly(199);
        assertThat(found(Query.all().withText("rechnung 199").withStates(Set.of(State.HELD)))).isEmpty();
        assertThat(found(Query.all().withText("rechnung 200").withStates(Set.of(State.HELD)))).containsExactly(200);
    }

    @Test
    default void searchShouldTakeAnyText() {
        insert(1, ALICE);

        for (String text : List.of("\"", "'", "* OR 1", "NEAR(a b)", "rechnung AND", "(", ":*", "a:b", "^x", "\\", "%", "\u0001", "\ud83d", "-", "{}",
            "x".repeat(5_000), "a ".repeat(1_000), "'&|!<->")) {
            for (Query query : List.of(Query.all().withText(text), Query.all().withSubject(text), Query.all().withSender(text),
                Query.all().withAttachment(text), Query.of(text), Query.of(text).withText("rechnung"))) {
                assertThat(index().search(query)).as(text).hasSizeLessThanOrEqualTo(1);
            }
        }
        assertThat(found(Query.all().withText("rechnung OR nothing"))).isEmpty();
    }

    @Test
    default void auditShouldBeOneWholeChainWhenManyNodesWriteAtOnce() throws Exception {
        insert(1, ALICE, BOB);
        AtomicInteger turn = new AtomicInteger();
        Index other = another();

        together(16, () -> {
            int number = turn.incrementAndGet();
            Index node = number % 2 == 0 ? index() : other;
            node.audit().append(new AuditEntry(NOW.minusSeconds(number), BY_ADMIN, "noted", Optional.empty(), List.of(), "" + number));
            node.insert(mail(100 + number, ALICE), "arrival" + number, List.of(), entry(BY_ADMIN, "held", 100 + number));
            return node.move(id(1), List.of(ALICE), State.REQUESTED, "owner", entry(BY_ALICE, "requested", 1), moved -> List.of());
        });

        AuditHead head = index().audit().head();
        assertThat(head.sequence()).isEqualTo(1 + 16 + 16 + 1);
        assertThat(other.audit().head()).isEqualTo(head);
        assertThat(index().audit().check(Optional.of(head))).isEqualTo(new AuditCheck.Intact(head));
    }

    @Test
    default void auditShouldCarryTheDigestOfTheMessage() {
        insert(1, ALICE);
        index().audit().append(new AuditEntry(NOW, BY_ADMIN, "noted", Optional.empty(), List.of(), ""));

        assertThat(index().audit().after(0, 10)).extracting(ChainedEntry::sha256).containsExactly("ab".repeat(32), "");
    }

    @Test
    default void auditShouldNotGrowWhenATransactionFails() {
        insert(1, ALICE);
        AuditHead before = index().audit().head();

        assertThatThrownBy(() -> index().move(id(1), List.of(ALICE), State.DELETED, "owner", entry(BY_ALICE, "deleted", 1), moved -> {
            throw new IllegalStateException("the letters fail");
        })).hasMessageContaining("the letters fail");

        assertThat(index().audit().head()).isEqualTo(before);
        assertThat(index().find(id(1)).orElseThrow().states()).containsEntry(ALICE, State.HELD);
        assertThat(index().audit().check(Optional.empty())).isEqualTo(new AuditCheck.Intact(before));
    }

    @Test
    default void auditShouldBePagedLatestFirstByItsPlaceInTheChain() {
        for (int number = 1; number <= 5; number++) {
            insert(number, ALICE);
            index().audit().append(new AuditEntry(NOW.minusSeconds(60L * number), number % 2 == 0 ? BY_ADMIN : BY_ALICE, "opened",
                Optional.of(id(number)), List.of(), ""));
        }
        Audit audit = index().audit();

        assertThat(audit.page(AuditQuery.latest(3))).extracting(ChainedEntry::sequence).containsExactly(10L, 9L, 8L);
        assertThat(audit.page(new AuditQuery(Optional.empty(), ALICE, "opened", Optional.empty(), Optional.empty(), Optional.of(10L), 9)))
            .extracting(ChainedEntry::sequence).containsExactly(6L, 2L);
        assertThat(audit.page(new AuditQuery(Optional.empty(), "", "", Optional.of(NOW.minusSeconds(120)), Optional.of(NOW), Optional.empty(), 9)))
            .extracting(ChainedEntry::sequence).containsExactly(4L, 2L);
        assertThat(audit.page(AuditQuery.of(id(2)))).extracting(link -> link.entry().action()).containsExactly("opened", "held");
        assertThat(audit.after(7, 2)).extracting(ChainedEntry::sequence).containsExactly(8L, 9L);
    }

    @Test
    default void bytesShouldCountWhatIsKeptOnAllNodes() throws Exception {
        AtomicInteger number = new AtomicInteger();
        Index other = another();

        together(12, () -> {
            int mine = number.incrementAndGet();
            return (mine % 2 == 0 ? index() : other).insert(mail(mine, ALICE), "arrival", List.of(), entry(BY_ADMIN, "held", mine));
        });
        index().insert(mail(1, ALICE), "arrival", List.of(), entry(BY_ADMIN, "held", 1));
        long all = index().holdings().bytes();
        move(3, State.DELETED, ALICE);
        move(4, State.DELETED, ALICE);
        index().holdings().removed(id(3));
        index().holdings().removed(id(3));
        index().holdings().removed(id(5));

        assertThat(all).isEqualTo(12 * 1_000 + 78);
        assertThat(other.holdings().bytes()).isEqualTo(all - 1_003 - 1_005);
        assertThat(other.holdings().count()).isEqualTo(10);
    }

    @Test
    default void oldestShouldPageByTimeAndLeaveOutWhatIsOnHoldOrGone() {
        for (int number = 5; number >= 1; number--) {
            insert(number, ALICE);
        }
        Holdings holdings = index().holdings();
        holdings.placeHold(id(2), new LegalHold(NOW, "admin", "court"), entry(BY_ADMIN, "legal hold set", 2));
        move(3, State.DELETED, ALICE);

        List<HeldMail> first = holdings.oldest(NOW.plusSeconds(5), Optional.empty(), 1);
        List<HeldMail> rest = holdings.oldest(NOW.plusSeconds(5), Optional.of(first.getFirst()), 10);

        assertThat(first).extracting(HeldMail::id).containsExactly(id(1));
        assertThat(rest).extracting(HeldMail::id).containsExactly(id(4));
        assertThat(holdings.kept(Optional.empty(), 10)).containsExactly(id(1), id(2), id(4), id(5));
        assertThat(holdings.kept(Optional.of(id(2)), 1)).containsExactly(id(4));
    }

    @Test
    default void legalHoldShouldKeepTheContentThatEverybodyDeletes() {
        insert(1, ALICE);
        Holdings holdings = index().holdings();
        LegalHold hold = new LegalHold(NOW, "admin@example.org", "court");

        assertThat(holdings.placeHold(id(1), hold, entry(BY_ADMIN, "legal hold set", 1))).isTrue();
        assertThat(another().holdings().placeHold(id(1), new LegalHold(NOW, "other", "other"), entry(BY_ADMIN, "legal hold set", 1))).isFalse();
        assertThat(holdings.expire(id(1), List.of(ALICE), entry(BY_ADMIN, "expired", 1))).isEmpty();
        move(1, State.DELETED, ALICE);
        assertThat(holdings.legalHold(id(1))).contains(hold);
        assertThat(holdings.isUnused(id(1), LATER)).isFalse();
        assertThat(holdings.unused(LATER, 10)).isEmpty();
        assertThat(holdings.liftHold(id(1), entry(BY_ADMIN, "legal hold lifted", 1))).isTrue();

        assertThat(holdings.unused(LATER, 10)).containsExactly(id(1));
        assertThat(holdings.placeHold(id(1), hold, entry(BY_ADMIN, "legal hold set", 1))).isFalse();
        assertThat(holdings.liftHold(id(1), entry(BY_ADMIN, "legal hold lifted", 1))).isFalse();
        assertThat(auditOf(1)).extracting(AuditEntry::action).containsExactly("held", "legal hold set", "moved", "legal hold lifted");
    }

    @Test
    default void holdAndDeletionAtOnceShouldNeverLeaveAHoldOnWhatIsUnused() throws Exception {
        for (int number = 1; number <= 10; number++) {
            insert(number, ALICE);
            int mail = number;
            AtomicInteger turn = new AtomicInteger();
            Index other = another();
            together(2, () -> turn.getAndIncrement() == 0
                ? index().holdings().placeHold(id(mail), new LegalHold(NOW, "admin", "court"), entry(BY_ADMIN, "legal hold set", mail))
                : !other.move(id(mail), List.of(ALICE), State.DELETED, "owner", entry(BY_ALICE, "deleted", mail), moved -> List.of()).isEmpty());

            assertThat(index().holdings().isUnused(id(mail), LATER)).isNotEqualTo(index().holdings().legalHold(id(mail)).isPresent());
        }
    }

    @Test
    default void damagesShouldBeListedUntilTheyAreOver() {
        insert(1, ALICE);
        insert(2, ALICE);
        Holdings holdings = index().holdings();
        holdings.damaged(id(1), NOW, "cut");
        holdings.damaged(id(2), NOW.plusSeconds(1), "a\0b");
        holdings.damaged(id(1), NOW.plusSeconds(2), "flipped");

        assertThat(another().holdings().damages(10)).containsExactly(new Damage(id(2), NOW.plusSeconds(1), "a\uFFFDb"),
            new Damage(id(1), NOW, "flipped"));

        holdings.sound(id(2));
        holdings.removed(id(1));

        assertThat(holdings.damages(10)).isEmpty();
    }

    @Test
    default void progressShouldBeSeenByOtherNodesAndItsPositionUntilItIsFinished() {
        Holdings holdings = index().holdings();
        Progress running = new Progress(Work.REWRAP, NOW, NOW.plusSeconds(1), Optional.empty(), 10, 5, 1, "why");

        assertThat(holdings.progress(Work.REWRAP)).isEmpty();
        assertThat(holdings.position(Work.REWRAP)).isEmpty();
        holdings.progress(running, "abc");
        assertThat(another().holdings().progress(Work.REWRAP)).contains(running);
        assertThat(another().holdings().position(Work.REWRAP)).contains("abc");

        holdings.progress(new Progress(Work.REWRAP, NOW, NOW.plusSeconds(2), Optional.of(NOW.plusSeconds(2)), 10, 10, 1, "why"), "xyz");

        assertThat(holdings.position(Work.REWRAP)).isEmpty();
        assertThat(holdings.progress(Work.VERIFY)).isEmpty();
    }
}
