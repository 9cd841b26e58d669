package org.lazaret.policy.settings;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.lists.Author;
import org.lazaret.scan.log.Log;

/**
 * The settings in effect: the defaults, under the version saved last, under the file. Whoever acts on a mail or a request takes them once for it.
 * A version that is saved holds at once on the node that saves it, and within {@link #FRESH} on others. Safe for concurrent use.
 *
 * <p>While the store does not answer, what is known stays in effect. So does it where a version that another node saved does not go together with
 * this node's file: {@link #problem()} says so then.
 */
public final class LiveSettings implements Supplier<Settings> {
    /** How long what was read is used before the store is asked for a later version. */
    static final Duration FRESH = Duration.ofSeconds(2);
    static final int MAX_COMMENT = 500;
    /** Bytes of all lines together, roughly: far more than anybody writes, and no burden to keep. */
    static final int MAX_TEXT = 256 * 1024;
    /** Versions that mail in the queue may have been judged by, kept at hand. */
    private static final int KEPT = 8;
    private static final Log LOGGER = Log.of(LiveSettings.class);

    private final SettingsFile file;
    private final SettingsStore store;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private final Map<Long, InEffect> recent = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, InEffect> eldest) {
            return size() > KEPT;
        }
    });
    private volatile Known known;

    /**
     * Settings that hold.
     *
     * @param version the stored version they come from; 0 for none
     */
    private record InEffect(long version, Map<String, String> stored, Settings settings, Policy policy) {
    }

    /**
     * What is known of the store.
     *
     * @param last    the last version that was looked at
     * @param problem why it is not in effect; empty when it is
     */
    private record Known(InEffect inEffect, long last, Optional<String> problem, Instant asked) {
    }

    /** @throws SettingsException when the stored settings are not valid: names version and key, and what to do */
    public LiveSettings(SettingsFile file, SettingsStore store, Clock clock) throws SettingsException {
        this.file = file;
        this.store = store;
        this.clock = clock;
        long version = store.version();
        this.known = new Known(kept(inEffect(version)), version, Optional.empty(), clock.instant());
    }

    /**
     * The file alone, with nothing that could be saved.
     *
     * @throws SettingsException never: the file is valid
     */
    public static LiveSettings of(SettingsFile file) throws SettingsException {
        return new LiveSettings(file, NoStore.INSTANCE, Clock.systemUTC());
    }

    /** Settings that were made otherwise, with nothing that could be saved. */
    public static LiveSettings of(Settings settings) {
        return new LiveSettings(settings);
    }

    private LiveSettings(Settings settings) {
        this.file = SettingsFile.of(settings);
        this.store = NoStore.INSTANCE;
        this.clock = Clock.systemUTC();
        this.known = new Known(new InEffect(0, Map.of(), settings, new Policy(settings.policy())), 0, Optional.empty(), clock.instant());
    }

    @Override
    public Settings get() {
        return fresh().inEffect().settings();
    }

    /** The stored version in effect; 0 when nothing was ever saved. */
    public long version() {
        return fresh().inEffect().version();
    }

    /** Whether a key can be changed while a server runs, as long as the file does not say it. */
    public static boolean isRunTime(String key) {
        return RunTimeKeys.contain(key);
    }

    /** Why a key cannot, in a sentence. */
    public static String whyNotRunTime(String key) {
        return RunTimeKeys.whyNot(key);
    }

    /**
     * What would be in effect if these lines won over all others, the file's included: for trying out. Nothing is changed.
     *
     * @param from what to call the lines in messages
     * @throws SettingsException when they are not allowed, or do not go together with the others
     */
    public Settings with(String from, Map<String, String> lines) throws SettingsException {
        return file.under(from, fresh().inEffect().stored(), lines);
    }

    /** Why the version saved last is not in effect on this node; empty when it is. */
    public Optional<String> problem() {
        return fresh().problem();
    }

    /** Something made of the settings, made anew when they change. */
    public <T> Supplier<T> derived(Function<Settings, T> maker) {
        return new Derived<>(this, maker);
    }

    /** The policies of the versions. */
    public Policies policies() {
        return new Policies() {
            @Override
            public long version() {
                return LiveSettings.this.version();
            }

            @Override
            public Policy at(long version) {
                return LiveSettings.this.at(version).policy();
            }
        };
    }

    private InEffect at(long version) {
        InEffect current = known.inEffect();
        if (current.version() == version) {
            return current;
        }
        @Nullable InEffect kept = recent.get(version);
        if (kept != null) {
            return kept;
        }
        try {
            return kept(inEffect(version));
        } catch (SettingsException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private InEffect kept(InEffect inEffect) {
        recent.put(inEffect.version(), inEffect);
        return inEffect;
    }

    private InEffect inEffect(long version) throws SettingsException {
        if (version == 0) {
            return new InEffect(0, Map.of(), file.settings(), new Policy(file.settings().policy()));
        }
        return inEffect(store.find(version)
            .orElseThrow(() -> new IllegalStateException("There is no version " + version + " of the settings")));
    }

    private InEffect inEffect(SettingsVersion saved) throws SettingsException {
        String name = "Settings version " + saved.number() + ", saved by " + saved.author().name() + " at "
            + saved.at().truncatedTo(ChronoUnit.SECONDS);
        try {
            Map<String, String> regarded = new TreeMap<>(saved.lines());
            regarded.keySet().removeAll(file.disregarded());
            Settings settings = file.over(name, regarded);
            return new InEffect(saved.number(), Collections.unmodifiableMap(regarded), settings, new Policy(settings.policy()));
        } catch (SettingsException e) {
            throw e.with(e.getMessage() + ". Either write the line as it should be into " + file.name() + ", which wins over what was saved, or have"
                + " the saved one left out: " + SettingsFile.DISREGARD + " = " + String.join(", ", e.keys()) + ". Then save the settings once more");
        }
    }

    private Known fresh() {
        Known now = known;
        if (now.asked().isBefore(clock.instant().minus(FRESH)) && reading.tryLock()) {
            try {
                now = refreshed();
            } finally {
                reading.unlock();
            }
        }
        return now;
    }

    /** Called by one thread at a time; the others go on with what is known. */
    private Known refreshed() {
        Known after = asked(known);
        known = after;
        return after;
    }

    private Known asked(Known before) {
        Instant now = clock.instant();
        long version = before.last();
        try {
            version = store.version();
            if (version == before.last()) {
                return new Known(before.inEffect(), version, before.problem(), now);
            }
            Known after = new Known(kept(inEffect(version)), version, Optional.empty(), now);
            LOGGER.info("Settings version {} is in effect", version);
            return after;
        } catch (SettingsException e) {
            LOGGER.error("The settings stay at version {}. {}", before.inEffect().version(), e.getMessage());
            return new Known(before.inEffect(), version, Optional.of(String.valueOf(e.getMessage())), now);
        } catch (RuntimeException e) {
            LOGGER.warn("The settings stay at version {}: the store cannot be asked for a later one", before.inEffect().version(), e);
            return new Known(before.inEffect(), before.last(), before.problem(), now);
        }
    }

    /** Where the value of a setting comes from. */
    public enum Origin {
        DEFAULT,
        /** The version in effect. */
        STORED,
        /** The file, whatever else was saved. */
        FILE
    }

    /**
     * A setting as it is.
     *
     * @param value as it would stand in the file
     */
    public record Setting(String key, String value, Origin origin) {
        /** Whether it can be changed while the server runs, on this node. */
        public boolean changeable() {
            return origin != Origin.FILE && RunTimeKeys.contain(key);
        }
    }

    /** Every setting there is, in the order of the documentation; those for single domains, recipients, languages and engines last. */
    public List<Setting> all() {
        return all(fresh().inEffect().stored());
    }

    /** As {@link #all()}, if these lines were stored. */
    public List<Setting> all(Map<String, String> stored) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        SettingsReader.keys().forEach((key, value) -> settings.put(key, new Setting(key, value, Origin.DEFAULT)));
        new TreeMap<>(stored).forEach((key, value) -> settings.put(key, new Setting(key, value, Origin.STORED)));
        file.lines().forEach((key, value) -> settings.put(key, new Setting(key, value, Origin.FILE)));
        return List.copyOf(settings.values());
    }

    /** The stored lines that are in effect. */
    public Map<String, String> stored() {
        return fresh().inEffect().stored();
    }

    public Optional<SettingsVersion> find(long number) {
        return store.find(number);
    }

    /** Versions with a lower number, latest first. */
    public List<SettingsVersion> history(long before, int limit) {
        return store.history(before, limit);
    }

    /**
     * What a line says before and after; the default, or nothing where there is none, stands for a line that is missing.
     *
     * @param before empty when there was no such line
     * @param after  empty when there is none any more
     */
    public record Change(String key, Optional<String> before, Optional<String> after) {
    }

    /** What changes between two sets of stored lines. */
    public List<Change> changes(Map<String, String> before, Map<String, String> after) {
        TreeSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String key : keys) {
            Change change = new Change(key, value(before, key), value(after, key));
            if (!change.before().equals(change.after())) {
                changes.add(change);
            }
        }
        return changes;
    }

    private static Optional<String> value(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key)).or(() -> Optional.ofNullable(SettingsReader.keys().get(key)));
    }

    /**
     * Why lines cannot be saved.
     *
     * @param keys        what it is about; empty when it is about all of it
     * @param explanation in words; holds what was given, so escape before display
     */
    public record Problem(List<String> keys, String explanation) {
        public Problem {
            keys = List.copyOf(keys);
        }
    }

    /** What came of saving. */
    public sealed interface Saved {
        /** It holds from now on. */
        record Done(SettingsVersion version) implements Saved {
        }

        /** Nothing would be different; nothing was saved. */
        record Unchanged() implements Saved {
        }

        /** Somebody saved another version meanwhile; nothing was saved. */
        record Outdated(long version) implements Saved {
        }

        /** Not allowed; nothing was saved. */
        record Refused(List<Problem> problems) implements Saved {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /**
     * Settings that are to be saved.
     *
     * @param settings what would be in effect
     * @param problems why that is not possible; without the lines that they are about, {@code settings} is made
     */
    public record Draft(Map<String, String> lines, Settings settings, List<Problem> problems) {
        public Draft {
            lines = Collections.unmodifiableMap(new TreeMap<>(lines));
            problems = List.copyOf(problems);
        }
    }

    /**
     * Checks all lines together, as the file is checked at the start, and goes on behind the first problem. Lines that say the default are left
     * out.
     */
    public Draft draft(Map<String, String> lines) {
        Map<String, String> stored = fresh().inEffect().stored();
        Map<String, String> given = new TreeMap<>();
        lines.forEach((key, value) -> {
            String text = value.strip();
            if (!text.equals(SettingsReader.keys().get(key))) {
                given.put(key, text);
            }
        });
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, String> line : given.entrySet()) {
            String key = line.getKey();
            if (!RunTimeKeys.contain(key) && isKnown(key)) {
                problems.add(new Problem(List.of(key), "Stands in the file alone. " + RunTimeKeys.whyNot(key)));
            } else if (file.pins(key) && !line.getValue().equals(stored.get(key))) {
                problems.add(new Problem(List.of(key), "Stands in the file, which wins over what is saved here."));
            } else if (file.disregarded().contains(key)) {
                problems.add(new Problem(List.of(key), "The file says not to regard it: " + SettingsFile.DISREGARD + "."));
            }
        }
        if (given.entrySet().stream().mapToInt(line -> line.getKey().length() + line.getValue().length()).sum() > MAX_TEXT) {
            problems.add(new Problem(List.of(), "The settings are longer than " + MAX_TEXT + " characters."));
            return new Draft(given, get(), problems);
        }
        Map<String, String> left = new TreeMap<>(given);
        problems.forEach(problem -> left.keySet().removeAll(problem.keys()));
        while (true) {
            try {
                return new Draft(given, file.over("The settings", left), problems);
            } catch (SettingsException e) {
                problems.add(new Problem(e.keys(), e.explanation()));
                if (!left.keySet().removeAll(e.keys())) {
                    return new Draft(given, get(), problems);
                }
            }
        }
    }

    private static boolean isKnown(String key) {
        return SettingsReader.keys().containsKey(key) || EngineReader.isScoped(key);
    }

    /**
     * Saves lines as the next version.
     *
     * @param expected the version that the lines were decided on
     * @param lines    all that is to be stored, not only what changes
     * @param comment  why; cut to {@value #MAX_COMMENT} characters
     */
    public Saved save(long expected, Map<String, String> lines, String comment, Author author) {
        reading.lock();
        try {
            Known now = refreshed();
            if (now.last() != expected) {
                return new Saved.Outdated(now.last());
            }
            Draft draft = draft(lines);
            if (!draft.problems().isEmpty()) {
                return new Saved.Refused(draft.problems());
            }
            Map<String, String> before = expected == 0 ? Map.of() : store.find(expected).map(SettingsVersion::lines).orElse(Map.of());
            if (draft.lines().equals(before)) {
                return new Saved.Unchanged();
            }
            String line = comment.replaceAll("\\p{Cntrl}+", " ").strip();
            SettingsVersion version = new SettingsVersion(expected + 1, clock.instant(), author,
                line.length() > MAX_COMMENT ? line.substring(0, MAX_COMMENT) : line, draft.lines());
            if (!store.save(version, describe(version, changes(before, version.lines())))) {
                return new Saved.Outdated(refreshed().last());
            }
            refreshed();
            return new Saved.Done(version);
        } finally {
            reading.unlock();
        }
    }

    private static String describe(SettingsVersion version, List<Change> changes) {
        StringBuilder text = new StringBuilder("version " + version.number() + (version.comment().isEmpty() ? "" : ": " + version.comment()));
        for (Change change : changes) {
            text.append('\n').append(change.key()).append(": ").append(change.before().map(LiveSettings::shown).orElse("(none)")).append(" → ")
                .append(change.after().map(LiveSettings::shown).orElse("(none)"));
        }
        return text.toString();
    }

    private static String shown(String value) {
        return value.isEmpty() ? "(empty)" : value.replace("\n", "\\n");
    }

    private static final class Derived<T> implements Supplier<T> {
        private record Made<T>(Settings of, T thing) {
        }

        private final LiveSettings settings;
        private final Function<Settings, T> maker;
        private volatile Made<T> made;

        Derived(LiveSettings settings, Function<Settings, T> maker) {
            this.settings = settings;
            this.maker = maker;
            Settings now = settings.get();
            this.made = new Made<>(now, maker.apply(now));
        }

        @Override
        public T get() {
            Settings now = settings.get();
            Made<T> last = made;
            if (last.of() != now) {
                last = new Made<>(now, maker.apply(now));
                made = last;
            }
            return last.thing();
        }
    }

    private enum NoStore implements SettingsStore {
        INSTANCE;

        @Override
        public long version() {
            return 0;
        }

        @Override
        public Optional<SettingsVersion> find(long number) {
            return Optional.empty();
        }

        @Override
        public List<SettingsVersion> history(long before, int limit) {
            return List.of();
        }

        @Override
        public boolean save(SettingsVersion version, String detail) {
            throw new UnsupportedOperationException("These settings are those of the file alone");
        }
    }
}
