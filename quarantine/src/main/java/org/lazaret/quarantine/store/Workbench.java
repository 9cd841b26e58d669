package org.lazaret.quarantine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.quarantine.crypto.PrivateFiles;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.Index;
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

    private Workbench(ContentStore content, Index index, Envelopes envelopes, LiveSettings settings, JdbcLeases leases, Clock clock) {
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
            return new Workbench(Quarantines.content(store), new JdbcIndex(database), envelopes,
                new LiveSettings(file, new JdbcSettingsStore(database), clock), new JdbcLeases(database), clock);
        } catch (IOException | SettingsException | RuntimeException e) {
            database.close();
            throw e;
        }
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

    @Override
    public void close() {
        index.close();
        content.close();
    }
}
