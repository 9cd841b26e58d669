package org.lazaret.quarantine.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.quarantine.RecordId;

/** What every content store does. */
public interface ContentStoreContract {
    RecordId ONE = new RecordId("00000000000000000000000000000001");
    RecordId TWO = new RecordId("00000000000000000000000000000002");

    ContentStore store();

    /** Leaves behind what a process does that ends while it writes an object. */
    void leaveUnfinished(RecordId id) throws IOException;

    @Test
    default void getShouldGiveWhatWasPut() throws Exception {
        byte[] bytes = new byte[3_000_001];
        Arrays.fill(bytes, (byte) 7);

        store().put(ONE, out -> out.write(bytes));
        store().put(TWO, out -> { });

        assertThat(read(ONE)).isEqualTo(bytes);
        assertThat(read(TWO)).isEmpty();
    }

    @Test
    default void getShouldBeEmptyWhenNothingWasPut() throws Exception {
        assertThat(store().get(ONE)).isEmpty();
    }

    @Test
    default void putShouldReplaceAsAWhole() throws Exception {
        store().put(ONE, out -> out.write(new byte[1_000]));

        store().put(ONE, out -> out.write(1));

        assertThat(read(ONE)).containsExactly(1);
    }

    @Test
    default void putShouldLeaveWhatWasThereWhenTheWriterFails() throws Exception {
        store().put(ONE, out -> out.write(1));

        assertThatThrownBy(() -> store().put(ONE, out -> {
            out.write(new byte[100_000]);
            throw new IOException("gone");
        })).hasMessage("gone");
        assertThatThrownBy(() -> store().put(TWO, out -> {
            out.write(new byte[100_000]);
            throw new IOException("gone");
        })).hasMessage("gone");

        assertThat(read(ONE)).containsExactly(1);
        assertThat(store().get(TWO)).isEmpty();
    }

    @Test
    default void createShouldStoreWhatIsNewAndLeaveWhatIsThere() throws Exception {
        assertThat(store().create(ONE, out -> out.write(1))).isTrue();

        assertThat(store().create(ONE, out -> out.write(2))).isFalse();
        assertThat(store().create(TWO, out -> out.write(3))).isTrue();

        assertThat(read(ONE)).containsExactly(1);
        assertThat(read(TWO)).containsExactly(3);
    }

    @Test
    default void createShouldLeaveNothingWhenTheWriterFails() throws Exception {
        assertThatThrownBy(() -> store().create(ONE, out -> {
            out.write(new byte[100_000]);
            throw new IOException("gone");
        })).hasMessage("gone");

        assertThat(store().get(ONE)).isEmpty();
        assertThat(store().create(ONE, out -> out.write(1))).isTrue();
    }

    @Test
    default void createShouldStoreTheObjectOfOneWhenManyCreateTheSame() throws Exception {
        AtomicInteger turn = new AtomicInteger();

        List<Integer> stored = QuarantineContract.together(16, () -> {
            int value = turn.incrementAndGet();
            byte[] bytes = new byte[200_000];
            Arrays.fill(bytes, (byte) value);
            return store().create(ONE, out -> out.write(bytes)) ? value : 0;
        });

        List<Integer> winners = stored.stream().filter(value -> value != 0).toList();
        byte[] whole = new byte[200_000];
        Arrays.fill(whole, winners.getFirst().byteValue());
        assertThat(winners).hasSize(1);
        assertThat(read(ONE)).isEqualTo(whole);
    }

    @Test
    default void getShouldGoOnReadingWhenTheObjectIsReplacedOrDeleted() throws Exception {
        store().put(ONE, out -> out.write(new byte[] {1, 2, 3}));

        try (InputStream in = store().get(ONE).orElseThrow()) {
            assertThat(in.read()).isEqualTo(1);
            store().put(ONE, out -> out.write(9));
            store().delete(ONE);
            assertThat(in.readAllBytes()).containsExactly(2, 3);
        }
    }

    @Test
    default void deleteShouldRemoveAndDoNothingTheSecondTime() throws Exception {
        store().put(ONE, out -> out.write(1));
        store().put(TWO, out -> out.write(2));

        store().delete(ONE);
        store().delete(ONE);

        assertThat(store().get(ONE)).isEmpty();
        assertThat(read(TWO)).containsExactly(2);
    }

    @Test
    default void putShouldStayWholeWhenManyWriteTheSame() throws Exception {
        List<Integer> done = QuarantineContract.together(16, () -> {
            byte value = (byte) Thread.currentThread().threadId();
            byte[] bytes = new byte[200_000];
            Arrays.fill(bytes, value);
            store().put(ONE, out -> out.write(bytes));
            return 1;
        });

        byte[] kept = read(ONE);
        byte[] whole = new byte[200_000];
        Arrays.fill(whole, kept[0]);
        assertThat(done).hasSize(16);
        assertThat(kept).isEqualTo(whole);
    }

    @Test
    default void listShouldGiveWhatIsStored() throws Exception {
        Instant before = Instant.now().minusSeconds(60);
        store().put(ONE, out -> out.write(1));
        store().put(TWO, out -> out.write(2));
        store().delete(TWO);
        leaveUnfinished(TWO);
        List<ContentStore.Stored> listed = new ArrayList<>();

        store().list(listed::add);

        assertThat(listed).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(ONE);
            assertThat(one.modified()).isBetween(before, before.plusSeconds(600));
        });
    }

    @Test
    default void sweepShouldRemoveWhatWasLeftUnfinishedWhenItIsOld() throws Exception {
        store().put(ONE, out -> out.write(1));
        leaveUnfinished(TWO);

        assertThat(store().sweep(Instant.now().minus(Duration.ofDays(1)))).isZero();
        assertThat(store().sweep(Instant.now().plus(Duration.ofDays(1)))).isEqualTo(1);
        assertThat(store().sweep(Instant.now().plus(Duration.ofDays(1)))).isZero();
        assertThat(store().get(TWO)).isEmpty();
        assertThat(read(ONE)).containsExactly(1);
    }

    private byte[] read(RecordId id) throws IOException {
        try (InputStream in = store().get(id).orElseThrow()) {
            return in.readAllBytes();
        }
    }
}
