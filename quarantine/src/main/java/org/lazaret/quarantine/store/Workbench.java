package org.lazaret.quarantine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.quarantine.crypto.PrivateFiles;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.index.JdbcEntryStore;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.JdbcLeases;
import org.lazaret.quarantine.index.JdbcSettingsStore;

/**
 * The store without a mail server: what is done on it from a shell. It can be opened beside servers that run on the same store; leases keep
 * them from doing the same work at a time.
 */
public final class Workbench implements AutoCloseable {
    private final ContentStore content;
    private final Index index;
    private final Housekeeping housekeeping;
    private final Envelopes envelopes;
    private final LiveSettings settings;
    private final Lists lists;
    private final Clock clock;

    private Workbench(ContentStore content, Index index, Envelopes envelopes, LiveSettings settings, Lists lists, JdbcLeases leases, Clock clock) {
        this.envelopes = envelopes;
        this.settings = settings;
        this.lists = lists;
        this.clock = clock;
        this.content = content;
        this.index = index;
        Removal removal = new Removal(content, index.holdings(), () -> settings.get().portal().undo(), clock);
        Retention retention = new Retention(() -> settings.get().retention(), index.holdings(), removal, clock);
        Orphans orphans = new Orphans(content, index, envelopes, removal, adopted -> List.of(), clock);
        this.housekeeping = new Housekeeping(content, index, envelopes, retention, removal, orphans, new Jobs(leases), clock, Runnable::run);
    }

    /**
     * Opens the store that the settings name. None is made: a wrong path shall not give an empty one.
     *
     * @throws IOException when there is none, or a key is missing, wrong or open to others; the message names the file
     * @throws SettingsException when the settings that were saved in the portal are not valid any more
     */
    public static Workbench open(SettingsFile file, Clock clock) throws IOException, SettingsException {
        Settings.Store store = file.settings().store();
        if (store.server().isEmpty() && !Files.isRegularFile(indexFile(store))) {
            throw new IOException(indexFile(store) + ": there is no such index; quarantine rebuild-index makes one from held mail");
        }
        Envelopes envelopes = envelopes(store);
        Database database = Quarantines.database(store);
        try {
            LiveSettings settings = new LiveSettings(file, new JdbcSettingsStore(database), clock);
            Lists lists = new Lists(new JdbcEntryStore(database, clock), () -> settings.get().lists(), clock);
            return new Workbench(Quarantines.content(store), new JdbcIndex(database), envelopes, settings, lists, new JdbcLeases(database), clock);
        } catch (IOException | SettingsException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Whether there is a store to be opened. */
    public static boolean isThere(Settings settings) {
        return settings.store().server().isPresent() || Files.isRegularFile(indexFile(settings.store()));
    }

    /**
     * What came of making an index anew.
     *
     * @param problems content that is in no record now, with the reason
     */
    public record Rebuilt(long records, List<String> problems) {
        public Rebuilt {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Makes a lost index anew from content and private key.
     *
     * @throws IOException when there is an index, or no key; nothing was changed then
     */
    public static Rebuilt rebuildIndex(Settings settings, Clock clock) throws IOException {
        Settings.Store store = settings.store();
        if (store.server().isEmpty() && Files.exists(indexFile(store))) {
            throw new IOException(indexFile(store) + ": there is an index already; move it away to have a new one made");
        }
        if (!Files.isDirectory(store.directory())) {
            throw new IOException(store.directory() + ": there is no such folder");
        }
        Envelopes envelopes = envelopes(store);
        try (Database database = Quarantines.database(store); ContentStore content = Quarantines.content(store)) {
            return new Rebuild(content, new JdbcIndex(database), envelopes, clock).run();
        }
    }

    private static Path indexFile(Settings.Store store) {
        return store.directory().resolve("index.db");
    }

    private static Envelopes envelopes(Settings.Store store) throws IOException {
        return new Envelopes(KeyRing.load(store.certificates(), store.privateKey(), store.oldPrivateKeys()),
            PrivateFiles.folder(store.directory().resolve("tmp")));
    }

    /**
     * Does a work now, and to its end.
     *
     * @param watcher told about each second how far it is
     * @return how it went; empty when a server is at it
     */
    public Optional<Progress> run(Work work, Actor actor, Consumer<Progress> watcher) {
        return housekeeping.run(work, actor, watcher);
    }

    /** Held mail whose content was found to be another than was stored, latest first. */
    public List<Damage> damages(int limit) {
        return housekeeping.damages(limit);
    }

    public Audit audit() {
        return index.audit();
    }

    /** The settings in effect, those that were saved included. */
    public LiveSettings settings() {
        return settings;
    }

    /** The allow and block lists. */
    public Lists lists() {
        return lists;
    }

    public List<HeldMail> search(Query query) {
        return index.search(query);
    }

    /**
     * Opens a held mail as a server does, with the same entry in the audit.
     *
     * @return empty when its content is gone
     * @throws IOException when there is no private key, or the content is not what was stored
     */
    public <T> Optional<T> open(HeldMail mail, Actor actor, Quarantine.Reader<T> reader) throws IOException {
        Optional<InputStream> stored = content.get(mail.id());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stored.get(); Spool opened = envelopes.open(in)) {
            long start = Binding.check(mail, opened);
            index.audit().append(new AuditEntry(clock.instant(), actor, "opened", Optional.of(mail.id()), List.of(), "simulation"));
            return Optional.of(reader.read(mail, opened.from(start)::writeTo));
        }
    }

    @Override
    public void close() {
        index.close();
        content.close();
    }
}
