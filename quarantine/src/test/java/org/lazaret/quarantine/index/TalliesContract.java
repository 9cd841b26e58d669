package org.lazaret.quarantine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.quarantine.QuarantineContract.together;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Statistics.Hour;
import org.lazaret.quarantine.Statistics.Kind;

/** What counts by the hour are, between two nodes. */
interface TalliesContract {
    Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    Instant ONE = NOON.plus(Duration.ofHours(1));
    Instant TWO = ONE.plus(Duration.ofHours(1));

    Database node();

    Database otherNode();

    private Tallies tallies() {
        return new JdbcTallies(node());
    }

    private Tallies others() {
        return new JdbcTallies(otherNode());
    }

    @Test
    default void addShouldAddUpOverNodes() {
        tallies().add(List.of(new Hour(NOON, Map.of(Kind.SCANNED, 5L, Kind.MALICIOUS, 1L))));
        others().add(List.of(new Hour(ONE, Map.of(Kind.SCANNED, 1L)), new Hour(NOON, Map.of(Kind.SCANNED, 2L, Kind.RELEASED, 3L))));

        assertThat(tallies().hours(NOON, TWO)).containsExactly(
            new Hour(NOON, Map.of(Kind.SCANNED, 7L, Kind.MALICIOUS, 1L, Kind.RELEASED, 3L)), new Hour(ONE, Map.of(Kind.SCANNED, 1L)));
    }

    @Test
    default void hoursShouldBeginAtTheStartAndBeforeTheEnd() {
        tallies().add(List.of(new Hour(NOON, Map.of(Kind.SCANNED, 1L)), new Hour(ONE, Map.of(Kind.SCANNED, 2L)),
            new Hour(TWO, Map.of(Kind.SCANNED, 3L))));

        assertThat(tallies().hours(ONE, TWO)).extracting(Hour::start).containsExactly(ONE);
        assertThat(tallies().hours(NOON.plusMillis(1), TWO.plusMillis(1))).extracting(Hour::start).containsExactly(ONE, TWO);
        assertThat(tallies().hours(TWO, NOON)).isEmpty();
    }

    @Test
    default void addOfNothingShouldWriteNothing() {
        tallies().add(List.of(new Hour(NOON, Map.of(Kind.SCANNED, 0L))));
        tallies().add(List.of());

        assertThat(tallies().hours(Instant.EPOCH, TWO)).isEmpty();
    }

    @Test
    default void nodesThatAddAtTheSameTimeShouldLoseNothing() throws Exception {
        List<Hour> forth = List.of(new Hour(NOON, Map.of(Kind.SCANNED, 1L, Kind.RELEASED, 1L)), new Hour(ONE, Map.of(Kind.SCANNED, 1L)));

        AtomicInteger thread = new AtomicInteger();

        together(8, () -> {
            int number = thread.getAndIncrement();
            Tallies own = number % 2 == 0 ? tallies() : others();
            for (int round = 0; round < 10; round++) {
                own.add(number % 4 < 2 ? forth : forth.reversed());
            }
            return "";
        });

        assertThat(tallies().hours(NOON, TWO)).containsExactly(
            new Hour(NOON, Map.of(Kind.SCANNED, 80L, Kind.RELEASED, 80L)), new Hour(ONE, Map.of(Kind.SCANNED, 80L)));
    }

    @Test
    default void kindsOfALaterVersionShouldBeLeftAlone() {
        node().write(handle -> handle.execute("INSERT INTO statistic (hour, kind, mails) VALUES (?, 'RECALLED', 4)", NOON.getEpochSecond() / 3600));
        tallies().add(List.of(new Hour(NOON, Map.of(Kind.SCANNED, 1L))));

        assertThat(tallies().hours(NOON, ONE)).containsExactly(new Hour(NOON, Map.of(Kind.SCANNED, 1L)));
    }
}
