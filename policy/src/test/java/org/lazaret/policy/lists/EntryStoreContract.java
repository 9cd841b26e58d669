package org.lazaret.policy.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every place where entries are kept has to do. */
public interface EntryStoreContract {
    Entry BLOCK = new Entry("1".repeat(32), Effect.BLOCK, Field.HEADER_FROM, new EntryPattern.BelowDomain("bad.example"),
        Optional.of(new EntryPattern.OfDomain("example.org")), Optional.of(Instant.parse("2027-01-31T00:00:00.123Z")), "Grüße, \"x\"\t,",
        "admin@example.org", Instant.parse("2026-01-01T00:00:00.456Z"));
    Entry ALLOW = new Entry("2".repeat(32), Effect.ALLOW, Field.ATTACHMENT, new EntryPattern.OfContent("a".repeat(64)), Optional.empty(),
        Optional.empty(), "", "admin@example.org", Instant.parse("2026-01-01T00:00:00Z"));
    EntryStore.Note NOTE = new EntryStore.Note(new Author("admin@example.org", "192.0.2.1"), "list entry added", "why");

    EntryStore store();

    /** Another node on the same entries. */
    EntryStore otherNode();

    @Test
    default void readShouldGiveNothingWhenNothingWasAdded() {
        assertThat(store().read().entries()).isEmpty();
        assertThat(store().read().version()).isEqualTo(store().version());
    }

    @Test
    default void readShouldGiveWhatWasAddedToEachNode() {
        assertThat(store().change(store().version(), List.of(), List.of(BLOCK, ALLOW), NOTE)).isTrue();

        assertThat(store().read().entries()).containsExactlyInAnyOrder(BLOCK, ALLOW);
        assertThat(otherNode().read().entries()).containsExactlyInAnyOrder(BLOCK, ALLOW);
    }

    @Test
    default void versionShouldGrowOnEachNodeWithEachChange() {
        long before = otherNode().version();

        store().change(store().version(), List.of(), List.of(BLOCK), NOTE);
        long added = otherNode().version();
        store().change(store().version(), List.of(BLOCK.id()), List.of(), NOTE);

        assertThat(added).isGreaterThan(before);
        assertThat(otherNode().version()).isGreaterThan(added);
        assertThat(otherNode().read().entries()).isEmpty();
    }

    @Test
    default void changeShouldDoNothingWhenSomebodyElseChangedTheEntriesMeanwhile() {
        long known = store().version();
        otherNode().change(known, List.of(), List.of(ALLOW), NOTE);

        assertThat(store().change(known, List.of(ALLOW.id()), List.of(BLOCK), NOTE)).isFalse();
        assertThat(store().read().entries()).containsExactly(ALLOW);
    }

    @Test
    default void changeShouldReplaceAnEntryAtItsPlaceInOneStep() {
        Entry other = new Entry("3".repeat(32), Effect.ALLOW, BLOCK.field(), BLOCK.pattern(), BLOCK.recipient(), Optional.empty(), "other",
            "admin@example.org", BLOCK.created());
        store().change(store().version(), List.of(), List.of(BLOCK), NOTE);

        store().change(store().version(), List.of(BLOCK.id()), List.of(other), NOTE);

        assertThat(otherNode().read().entries()).containsExactly(other);
    }
}
