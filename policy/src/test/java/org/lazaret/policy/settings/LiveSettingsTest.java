package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.policy.Action;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Policies;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.settings.LiveSettings.Change;
import org.lazaret.policy.settings.LiveSettings.Origin;
import org.lazaret.policy.settings.LiveSettings.Problem;
import org.lazaret.policy.settings.LiveSettings.Saved;
import org.lazaret.policy.settings.LiveSettings.Setting;
import org.lazaret.policy.settings.Settings.RecipientMode;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class LiveSettingsTest {
    private static final Author ADMIN = new Author("admin@example.org", "192.0.2.1");

    private final InMemorySettingsStore store = new InMemorySettingsStore();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };

    private LiveSettings live(String file) throws SettingsException {
        return new LiveSettings(SettingsFile.parse("lazaret.properties", file, Path.of("/srv/james")), store, clock);
    }

    private static Saved save(LiveSettings settings, long expected, String... lines) {
        Map<String, String> all = new java.util.HashMap<>();
        for (int i = 0; i < lines.length; i += 2) {
            all.put(lines[i], lines[i + 1]);
        }
        return settings.save(expected, all, "why", ADMIN);
    }

    @Test
    void getShouldGiveTheFileOverTheStoredVersionOverTheDefaults() throws Exception {
        store.save(SettingsStoreContract.version(1, Map.of("portal.mode", "request", "quota", "1G")), "");

        Settings settings = live("quota = 2G").get();

        assertThat(settings.portal().mode()).isEqualTo(RecipientMode.REQUEST);
        assertThat(settings.retention().quota()).isEqualTo(2L << 30);
        assertThat(settings.retention().keep()).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void saveShouldHoldAtOnceHereAndSoonOnOtherNodes() throws Exception {
        LiveSettings here = live("");
        LiveSettings there = live("");

        assertThat(save(here, 0, "portal.mode", "request")).asInstanceOf(type(Saved.Done.class)).satisfies(done -> {
            assertThat(done.version().number()).isEqualTo(1);
            assertThat(done.version().author()).isEqualTo(ADMIN);
            assertThat(done.version().comment()).isEqualTo("why");
        });
        assertThat(here.get().portal().mode()).isEqualTo(RecipientMode.REQUEST);
        assertThat(there.get().portal().mode()).isEqualTo(RecipientMode.RELEASE);

        now = now.plus(LiveSettings.FRESH).plusMillis(1);
        assertThat(there.get().portal().mode()).isEqualTo(RecipientMode.REQUEST);
        assertThat(there.version()).isEqualTo(1);
    }

    @Test
    void getShouldAskTheStoreSeldom() throws Exception {
        LiveSettings settings = live("");
        int before = store.asked();

        for (int i = 0; i < 1_000; i++) {
            settings.get();
        }
        now = now.plus(LiveSettings.FRESH).plusMillis(1);
        for (int i = 0; i < 1_000; i++) {
            settings.get();
        }

        assertThat(store.asked() - before).isEqualTo(1);
    }

    @Test
    void getShouldGiveWhatIsKnownWhileTheStoreDoesNotAnswer() throws Exception {
        LiveSettings settings = live("");
        save(settings, 0, "portal.mode", "request");
        store.broken = new IllegalStateException("down");
        now = now.plusSeconds(60);

        assertThat(settings.get().portal().mode()).isEqualTo(RecipientMode.REQUEST);
    }

    @Test
    void saveShouldRefuseWhatWasDecidedOnAnotherVersion() throws Exception {
        LiveSettings here = live("");
        save(live(""), 0, "portal.mode", "request");

        assertThat(save(here, 0, "quota", "1G")).isEqualTo(new Saved.Outdated(1));
        assertThat(store.version()).isEqualTo(1);
    }

    @Test
    void saveShouldLeaveOutWhatSaysTheDefault() throws Exception {
        LiveSettings settings = live("");
        save(settings, 0, "portal.mode", "request", "retention", "30d");

        assertThat(settings.stored()).containsExactly(Map.entry("portal.mode", "request"));
        assertThat(save(settings, 1, "portal.mode", " request ", "retention", "30d")).isEqualTo(new Saved.Unchanged());
        assertThat(save(settings, 1, "portal.mode", "release")).isInstanceOf(Saved.Done.class);
        assertThat(settings.stored()).isEmpty();
    }

    @Test
    void saveShouldNameEveryProblemWithItsKeysAndSaveNothing() throws Exception {
        LiveSettings settings = live("quota = 2G\nsettings.disregard = portal.undo");

        Saved saved = save(settings, 0, "action.malicious", "permit", "action.suspicious", "warn!", "threshold.malicious", "3",
            "notice.subject", "{link}", "portal.bind", "0.0.0.0:80", "engine.clamav.address", "x:1", "no.such.key", "1", "quota", "3G",
            "retention.for.example.org", "1", "portal.undo", "1m");

        assertThat(saved).asInstanceOf(type(Saved.Refused.class)).satisfies(refused -> {
            assertThat(refused.problems()).extracting(Problem::keys).containsExactlyInAnyOrder(List.of("portal.bind"),
                List.of("engine.clamav.address"), List.of("quota"), List.of("no.such.key"), List.of("action.suspicious"),
                List.of("action.malicious", "action.suspicious"), List.of("threshold.suspicious", "threshold.malicious"),
                List.of("notice.subject"), List.of("retention.for.example.org"), List.of("portal.undo"));
            assertThat(refused.problems()).extracting(Problem::explanation).anySatisfy(text -> assertThat(text)
                .isEqualTo("Allowed is permit, warn, quarantine")).anySatisfy(text -> assertThat(text).contains("{link} is none"));
        });
        assertThat(store.version()).isZero();
        assertThat(settings.get().portal().mode()).isEqualTo(RecipientMode.RELEASE);
    }

    @Test
    void startShouldBeRefusedWhenTheStoredVersionIsNotValidAnyMore() {
        store.save(SettingsStoreContract.version(1, Map.of("action.malicious", "explode", "portal.mode", "request")), "");

        assertThatThrownBy(() -> live("")).isInstanceOf(SettingsException.class)
            .hasMessageContaining("Settings version 1, saved by admin@example.org at 2026-01-01T00:00:01Z: action.malicious = explode: allowed is")
            .hasMessageContaining("into lazaret.properties, which wins")
            .hasMessageContaining("settings.disregard = action.malicious");
    }

    @ParameterizedTest
    @ValueSource(strings = {"action.malicious = quarantine", "settings.disregard = action.malicious"})
    void startShouldWorkWhenTheFileSaysWhatToDoAboutAnInvalidLine(String line) throws Exception {
        store.save(SettingsStoreContract.version(1, Map.of("action.malicious", "explode", "portal.mode", "request")), "");

        LiveSettings settings = live(line);

        assertThat(settings.get().policy().everybody().inbound().malicious()).isEqualTo(Action.QUARANTINE);
        assertThat(settings.get().portal().mode()).isEqualTo(RecipientMode.REQUEST);
    }

    @Test
    void disregardedLinesShouldBeGoneWithTheNextVersion() throws Exception {
        store.save(SettingsStoreContract.version(1, Map.of("was.there.once", "1", "portal.mode", "request")), "");
        LiveSettings settings = live("settings.disregard = was.there.once");

        assertThat(settings.save(1, settings.stored(), "", ADMIN)).isInstanceOf(Saved.Done.class);

        assertThat(live("").get().portal().mode()).isEqualTo(RecipientMode.REQUEST);
    }

    @Test
    void aVersionThatDoesNotGoWithThisNodesFileShouldNotHoldHere() throws Exception {
        LiveSettings here = live("action.suspicious = quarantine");
        save(live(""), 0, "action.malicious", "warn", "quota", "1G");
        now = now.plusSeconds(3);

        assertThat(here.get().retention().quota()).isZero();
        assertThat(here.version()).isZero();
        assertThat(here.problem()).hasValueSatisfying(problem -> assertThat(problem)
            .contains("action.malicious = warn contradicts action.suspicious = quarantine"));
        assertThat(save(here, 0, "quota", "2G")).isEqualTo(new Saved.Outdated(1));
        assertThatThrownBy(() -> here.policies().at(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void policyShouldBeThatOfItsVersionWhateverIsSavedMeanwhile() throws Exception {
        LiveSettings settings = live("");
        Policies policies = settings.policies();
        long before = policies.version();
        save(settings, 0, "action.malicious", "warn");
        Verdict bad = new Verdict.Scanned(Score.of(9), List.of(), List.of());
        org.lazaret.policy.Context alice = new org.lazaret.policy.Context("alice@example.org", Direction.INBOUND, true);

        assertThat(policies.at(before).decide(bad, alice)).isEqualTo(Action.QUARANTINE);
        assertThat(policies.at(policies.version()).decide(bad, alice)).isEqualTo(Action.WARN);
        assertThat(live("").policies().at(before).decide(bad, alice)).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void derivedShouldBeMadeOncePerVersion() throws Exception {
        LiveSettings settings = live("");
        Supplier<Object> derived = settings.derived(any -> new Object());
        Object before = derived.get();

        assertThat(derived.get()).isSameAs(before);
        save(settings, 0, "quota", "1G");
        assertThat(derived.get()).isNotSameAs(before);
    }

    @Test
    void allShouldSayWhereEachValueComesFrom() throws Exception {
        LiveSettings settings = live("quota = 2G");
        save(settings, 0, "portal.mode", "request", "for.example.org.action.failed", "warn");

        assertThat(settings.all()).contains(new Setting("quota", "2G", Origin.FILE), new Setting("portal.mode", "request", Origin.STORED),
            new Setting("for.example.org.action.failed", "warn", Origin.STORED), new Setting("portal.scope", "recipient", Origin.DEFAULT));
        assertThat(settings.all()).filteredOn(setting -> List.of("quota", "portal.bind").contains(setting.key())).hasSize(2)
            .noneMatch(Setting::changeable);
    }

    @Test
    void auditShouldGetWhatChangedWithItsOldAndNewValues() throws Exception {
        LiveSettings settings = live("");
        save(settings, 0, "notice.message", "one\ntwo", "for.example.org.action.failed", "warn");
        save(settings, 1, "portal.mode", "request", "notice.message", "one\ntwo");

        assertThat(store.details()).containsExactly(
            "version 1: why\nfor.example.org.action.failed: (none) → warn\nnotice.message: (empty) → one\\ntwo",
            "version 2: why\nfor.example.org.action.failed: warn → (none)\nportal.mode: release → request");
        assertThat(settings.changes(Map.of("quota", "1G"), Map.of())).containsExactly(new Change("quota", Optional.of("1G"), Optional.of("0")));
    }

    @ParameterizedTest
    @CsvSource({"action.malicious,true", "outbound.threshold.malicious,true", "retention.for.example.org,true", "administrators.release-notices,true",
        "portal.bind,false", "portal.administrators,false", "quarantine.directory,false", "engine.x.address,false", "settings.disregard,false",
        "queue.processor,false", "limits.time,false"})
    void runTimeKeysShouldBeThoseThatDecideAboutMailAndPeople(String key, boolean runTime) {
        assertThat(RunTimeKeys.contain(key)).isEqualTo(runTime);
        assertThat(RunTimeKeys.whyNot(key)).isNotBlank();
    }
}
