package org.lazaret.quarantine.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.content.FileContentStore;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.quarantine.crypto.PrivateFiles;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.index.JdbcEntryStore;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.quarantine.release.ReleaseMarker;

/**
 * Opens the embedded quarantine: everything below one folder.
 *
 * <pre>
 * content/     held mail, one CMS file each
 * index.db     SQLite
 * secrets/     links.key, release.key, passwords.key: made at the first start, mode 0600
 * tmp/         spools; nothing in it survives a process
 * </pre>
 */
public final class Quarantines {
    private static final Duration SWEEP_GRACE = Duration.ofDays(1);

    private Quarantines() {
    }

    /**
     * @param outgoing  where notices and released mail are handed to
     * @param isLocal   whether an address is of this server: others are never sent notices
     * @param portalUrl how recipients reach the portal, without a slash at the end; asked when a link is made
     * @throws IOException              when the folder or the index in it cannot be used, or a key is missing, wrong or open to others; the message
     *                                  names the file
     * @throws IllegalArgumentException when the notice's sender is no address
     */
    public static Quarantine open(Settings settings, Outgoing outgoing, Predicate<String> isLocal, Clock clock, Supplier<URI> portalUrl)
        throws IOException {
        Settings.Store store = settings.store();
        Path folder = PrivateFiles.folder(store.directory());
        if (store.generateKeys() && store.privateKey().isPresent()) {
            KeyRing.generateIfMissing(store.certificates().get(0), store.privateKey().get());
        }
        Path temporary = PrivateFiles.folder(folder.resolve("tmp"));
        Envelopes envelopes = new Envelopes(KeyRing.load(store.certificates(), store.privateKey(), store.oldPrivateKeys()), temporary);
        Path secrets = PrivateFiles.folder(folder.resolve("secrets"));
        Links links = new Links(PrivateFiles.secret(secrets.resolve("links.key"), Links.KEY_BYTES), portalUrl, settings.portal().linkValidity(),
            clock);
        ReleaseMarker marker = new ReleaseMarker(PrivateFiles.secret(secrets.resolve("release.key"), ReleaseMarker.KEY_BYTES),
            settings.release().markerValidity(), clock);
        Passwords passwords = new Passwords(PrivateFiles.secret(secrets.resolve("passwords.key"), Passwords.KEY_BYTES));
        FileContentStore content = new FileContentStore(folder.resolve("content"));
        content.sweep(clock.instant(), SWEEP_GRACE);
        Path file = folder.resolve("index.db");
        PrivateFiles.createEmptyIfMissing(file);
        Database database;
        try {
            database = new SqliteDatabase(file);
        } catch (RuntimeException e) {
            throw new IOException(file + ": the index cannot be opened: " + e.getMessage(), e);
        }
        Index index = new JdbcIndex(database);
        Lists lists = new Lists(new JdbcEntryStore(database, clock), settings.lists(), clock);
        try {
            return new StoredQuarantine(settings, content, index, envelopes, links, marker, passwords, lists, outgoing, isLocal, clock, temporary);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
    }
}
