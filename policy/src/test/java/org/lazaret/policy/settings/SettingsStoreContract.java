package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.lists.Author;

/** What every place where settings are kept has to do. */
public interface SettingsStoreContract {
    Author ADMIN = new Author("admin@example.org", "192.0.2.1");

    SettingsStore store();

    /** Another node on the same settings. */
    SettingsStore otherNode();

    static SettingsVersion version(long number, Map<String, String> lines) {
        return new SettingsVersion(number, Instant.parse("2026-01-01T00:00:00.123Z").plusSeconds(number), ADMIN, "Grüße, 'x'; --", lines);
    }

    @Test
    default void versionShouldBeNothingWhenNothingWasSaved() {
        assertThat(store().version()).isZero();
        assertThat(store().find(0)).isEmpty();
        assertThat(store().history(Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    default void findShouldGiveWhatWasSavedToEachNode() {
        SettingsVersion saved = version(1, Map.of("notice.message", "first\nsecond \\ = 'x'", "notice.subject", "",
            "for.b@example.org.action.failed", "warn"));

        assertThat(store().save(saved, "why")).isTrue();

        assertThat(otherNode().version()).isEqualTo(1);
        assertThat(otherNode().find(1)).contains(saved);
    }

    @Test
    default void saveShouldTakeAVersionWithoutLines() {
        assertThat(store().save(version(1, Map.of()), "why")).isTrue();

        assertThat(otherNode().find(1)).contains(version(1, Map.of()));
    }

    @Test
    default void saveShouldDoNothingWhenThereIsAVersionOfThatNumber() {
        otherNode().save(version(1, Map.of("portal.mode", "request")), "why");

        assertThat(store().save(version(1, Map.of("portal.mode", "release", "quota", "1G")), "why")).isFalse();
        assertThat(store().find(1)).contains(version(1, Map.of("portal.mode", "request")));
    }

    @Test
    default void saveShouldBeDoneByOneAloneWhenManySaveAtTheSameMoment() throws Exception {
        Callable<Boolean> here = () -> store().save(version(1, Map.of("quota", "1G")), "why");
        Callable<Boolean> there = () -> otherNode().save(version(1, Map.of("quota", "2G")), "why");

        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> saved = threads.invokeAll(List.of(here, there, here, there));
            int done = 0;
            for (Future<Boolean> one : saved) {
                done += one.get() ? 1 : 0;
            }
            assertThat(done).isEqualTo(1);
        }
    }

    @Test
    default void historyShouldGiveLatestFirstByPages() {
        List<SettingsVersion> saved = LongStream.rangeClosed(1, 5).mapToObj(number -> version(number, Map.of("quota", number + "G"))).toList();
        saved.forEach(version -> store().save(version, "why"));

        assertThat(otherNode().history(Long.MAX_VALUE, 2)).containsExactly(saved.get(4), saved.get(3));
        assertThat(otherNode().history(4, 10)).containsExactlyElementsOf(Collections.unmodifiableList(saved.subList(0, 3).reversed()));
    }
}
