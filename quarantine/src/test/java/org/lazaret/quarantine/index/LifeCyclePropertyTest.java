package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BOB;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.NOW;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditEntry;

/** Whatever is done to a mail, in whatever order: its states follow the table, and each change has its entry in the audit. */
class LifeCyclePropertyTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Path folder;
    private static Index index;

    /** Something done to a mail. */
    sealed interface Step {
        record Move(State to, Set<String> recipients) implements Step {
        }

        record Expire(Set<String> recipients) implements Step {
        }

        record Restore(Set<String> recipients) implements Step {
        }

        record Hold(boolean on) implements Step {
        }

        record Remove() implements Step {
        }
    }

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("lazaret");
        index = new JdbcIndex(new SqliteDatabase(folder.resolve("index.db")));
    }

    @AfterContainer
    static void close() throws IOException {
        index.close();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        Files.delete(folder);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Set<String>> recipients = Arbitraries.of(Set.of(ALICE), Set.of(BOB), Set.of(ALICE, BOB));
        Arbitrary<Step> move = Combinators.combine(Arbitraries.of(State.class), recipients).as(Step.Move::new);
        return Arbitraries.<Step>oneOf(move, move, move, recipients.map(Step.Expire::new), recipients.map(Step.Restore::new),
            Arbitraries.of(true, false).map(Step.Hold::new), Arbitraries.just(new Step.Remove())).list().ofMaxSize(25);
    }

    @Property(tries = 150, seed = "20261123")
    void statesShouldFollowTheTableAndEachChangeBeAuditedOnce(@ForAll("steps") List<Step> steps) {
        int number = NUMBER.incrementAndGet();
        RecordId id = IndexContract.id(number);
        Holdings holdings = index.holdings();
        long bytes = holdings.bytes();
        long size = IndexContract.mail(number, ALICE, BOB).size();
        index.insert(IndexContract.mail(number, ALICE, BOB), "arrival", List.of(), entry("held", number));
        Map<String, State> states = new HashMap<>(Map.of(ALICE, State.HELD, BOB, State.HELD));
        Map<String, State> before = new HashMap<>(states);
        boolean held = false;
        boolean kept = true;
        boolean removed = false;
        for (Step step : steps) {
            long entries = index.audit().head().sequence();
            boolean changed = switch (step) {
                case Step.Move move -> {
                    Set<String> expected = new HashSet<>();
                    for (String recipient : move.recipients()) {
                        State from = states.get(recipient);
                        // Failed releases and deletions taken back lead back, and are no moves.
                        boolean back = from == State.RELEASING && move.to() != State.RELEASED || from == State.DELETED;
                        if (State.TRANSITIONS.get(from).contains(move.to()) && !back) {
                            expected.add(recipient);
                            before.put(recipient, from);
                            states.put(recipient, move.to());
                        }
                    }
                    assertThat(index.move(id, move.recipients(), move.to(), "owner", entry("moved", number), moved -> List.of()))
                        .containsExactlyInAnyOrderElementsOf(expected);
                    yield !expected.isEmpty();
                }
                case Step.Expire expire -> {
                    Set<String> expected = new HashSet<>();
                    for (String recipient : expire.recipients()) {
                        if (!held && State.TRANSITIONS.get(states.get(recipient)).contains(State.EXPIRED)) {
                            expected.add(recipient);
                            states.put(recipient, State.EXPIRED);
                        }
                    }
                    assertThat(holdings.expire(id, expire.recipients(), entry("expired", number)))
                        .containsExactlyInAnyOrderElementsOf(expected);
                    yield !expected.isEmpty();
                }
                case Step.Restore restore -> {
                    Set<String> expected = new HashSet<>();
                    for (String recipient : restore.recipients()) {
                        if (states.get(recipient) == State.RELEASING) {
                            expected.add(recipient);
                            states.put(recipient, before.get(recipient));
                        }
                    }
                    assertThat(index.restore(id, restore.recipients(), entry("release failed", number)))
                        .containsExactlyInAnyOrderElementsOf(expected);
                    yield !expected.isEmpty();
                }
                case Step.Hold hold -> {
                    boolean expected = hold.on() ? !held && kept : held;
                    assertThat(hold.on() ? holdings.placeHold(id, new LegalHold(NOW, "admin", "court"), entry("on hold", number))
                        : holdings.liftHold(id, entry("lifted", number))).isEqualTo(expected);
                    held = expected ? hold.on() : held;
                    yield expected;
                }
                case Step.Remove remove -> {
                    assertThat(holdings.isUnused(id, NOW.plusSeconds(86_400))).isEqualTo(!kept);
                    if (!kept) {
                        holdings.removed(id);
                        removed = true;
                    }
                    yield false;
                }
            };
            kept = kept && (held || states.values().stream().anyMatch(State::keepsContent));
            assertThat(holdings.isKept(id)).as("after %s", step).isEqualTo(kept);
            assertThat(index.find(id).orElseThrow().states()).as("after %s", step).isEqualTo(states);
            assertThat(index.audit().head().sequence() - entries).as("after %s", step).isEqualTo(changed ? 1 : 0);
            assertThat(holdings.bytes()).as("after %s", step).isEqualTo(bytes + (removed ? 0 : size));
            assertThat(holdings.legalHold(id).isPresent()).as("after %s", step).isEqualTo(held);
        }
        assertThat(index.audit().check(Optional.empty())).isInstanceOf(AuditCheck.Intact.class);
    }

    private static AuditEntry entry(String action, int number) {
        return IndexContract.entry(BY_ADMIN, action, number);
    }
}
