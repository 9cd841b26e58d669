package org.lazaret.quarantine.store;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.content.FileContentStore;
import org.lazaret.quarantine.content.S3ContentStore;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.quarantine.crypto.PrivateFiles;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.Facts;
import org.lazaret.quarantine.index.JdbcEntryStore;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.JdbcLeases;
import org.lazaret.quarantine.index.JdbcSettingsStore;
import org.lazaret.quarantine.index.PostgresDatabase;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.quarantine.release.ReleaseMarker;

/**
 * Opens the quarantine: everything below one folder, unless the settings say that content or index are elsewhere.
 *
 * <pre>
 * content/     held mail, one CMS file each
 * index.db     SQLite
 * secrets/     links.key, release.key, passwords.key: made at the first start, mode 0600
 * tmp/         spools; nothing in it survives a process
 * </pre>
 *
 * <p>Nodes on one database need the same secrets: a link that one of them made must open at another. The first node makes them and leaves
 * their fingerprint in the database; a node that has others, or none, does not start.
 */
public final class Quarantines {
    private static final String FINGERPRINT = "secrets";

    private Quarantines() {
    }

    /**
     * @param outgoing  where notices and released mail are handed to
     * @param isLocal   whether an address is of this server: others are never sent notices
     * @param portalUrl how recipients reach the portal, without a slash at the end; asked when a link is made
     * @throws IOException              when folder, content or index cannot be used, or a key is missing, wrong or open to others; the message
     *                                  names the file or address
     * @throws SettingsException        when the settings that were saved in the portal are not valid any more
     * @throws IllegalArgumentException when the notice's sender is no address
     */
    public static Quarantine open(SettingsFile file, Outgoing outgoing, Predicate<String> isLocal, Clock clock, Supplier<URI> portalUrl)
        throws IOException, SettingsException {
        PrivateFiles.folder(file.settings().store().directory());
        Database database = database(file.settings().store());
        try {
            return open(new LiveSettings(file, new JdbcSettingsStore(database), clock), database, outgoing, isLocal, clock, portalUrl);
        } catch (IOException | SettingsException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** As above, with settings that never change. */
    public static Quarantine open(Settings settings, Outgoing outgoing, Predicate<String> isLocal, Clock clock, Supplier<URI> portalUrl)
        throws IOException {
        PrivateFiles.folder(settings.store().directory());
        Database database = database(settings.store());
        try {
            return open(LiveSettings.of(settings), database, outgoing, isLocal, clock, portalUrl);
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * As above, on a database that is open already.
     *
     * @param database closed with the quarantine
     */
    public static Quarantine open(LiveSettings settings, Database database, Outgoing outgoing, Predicate<String> isLocal, Clock clock,
                                  Supplier<URI> portalUrl) throws IOException {
        Settings.Store store = settings.get().store();
        Path folder = PrivateFiles.folder(store.directory());
        Facts facts = new Facts(database);
        boolean first = store.server().isEmpty() || facts.find(FINGERPRINT).isEmpty();
        if (first && store.generateKeys() && store.privateKey().isPresent()) {
            KeyRing.generateIfMissing(store.certificates().get(0), store.privateKey().get());
        }
        Path temporary = PrivateFiles.folder(folder.resolve("tmp"));
        Envelopes envelopes = new Envelopes(KeyRing.load(store.certificates(), store.privateKey(), store.oldPrivateKeys()), temporary);
        byte[] linksKey = secret(store, "links.key", Links.KEY_BYTES, first);
        byte[] releaseKey = secret(store, "release.key", ReleaseMarker.KEY_BYTES, first);
        byte[] passwordsKey = secret(store, "passwords.key", Passwords.KEY_BYTES, first);
        if (store.server().isPresent()) {
            agree(store, facts, fingerprint(linksKey, releaseKey, passwordsKey));
        }
        ContentStore content = content(store);
        JdbcLeases leases = new JdbcLeases(database);
        if (store.server().isEmpty()) {
            leases.releaseAll();
        }
        return new StoredQuarantine(settings, content, new JdbcIndex(database), leases, envelopes,
            new Links(linksKey, portalUrl, () -> settings.get().portal().linkValidity(), clock),
            new ReleaseMarker(releaseKey, () -> settings.get().release().markerValidity(), clock), new Passwords(passwordsKey),
            new Lists(new JdbcEntryStore(database, clock), () -> settings.get().lists(), clock), outgoing, isLocal, clock, temporary);
    }

    /**
     * Opens the database that the settings name, its schema up to date.
     *
     * @throws IOException when it cannot be used; the message names file or address
     */
    public static Database database(Settings.Store store) throws IOException {
        if (store.server().isPresent()) {
            Settings.Server server = store.server().get();
            String password = server.password().isPresent() ? server.password().get().read() : "";
            try {
                return new PostgresDatabase(server.url(), server.user(), password, server.connections());
            } catch (RuntimeException e) {
                throw new IOException(server.url() + ": the index cannot be opened: " + e.getMessage(), e);
            }
        }
        Path file = PrivateFiles.folder(store.directory()).resolve("index.db");
        PrivateFiles.createEmptyIfMissing(file);
        try {
            return new SqliteDatabase(file);
        } catch (RuntimeException e) {
            throw new IOException(file + ": the index cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the content store that the settings name.
     *
     * @throws IOException when it cannot be used; the message names folder or address
     */
    public static ContentStore content(Settings.Store store) throws IOException {
        if (store.bucket().isEmpty()) {
            return new FileContentStore(store.directory().resolve("content"));
        }
        Settings.Bucket bucket = store.bucket().get();
        S3ContentStore.Place place = new S3ContentStore.Place(bucket.endpoint(), bucket.region(), bucket.pathStyle(), bucket.name(), bucket.prefix());
        return new S3ContentStore(place, S3ContentStore.credentials(bucket.credentials()));
    }

    private static byte[] secret(Settings.Store store, String name, int bytes, boolean first) throws IOException {
        Path file = PrivateFiles.folder(store.secrets()).resolve(name);
        if (!first && !Files.exists(file)) {
            throw new IOException(file + ": is missing; other nodes use this database already: copy their files of this folder here");
        }
        return PrivateFiles.secret(file, bytes);
    }

    private static void agree(Settings.Store store, Facts facts, String fingerprint) throws IOException {
        if (!facts.agree(FINGERPRINT, fingerprint).equals(fingerprint)) {
            throw new IOException(store.secrets() + ": the secrets are not those of the other nodes on this database; copy their files of this folder"
                + " here. Should theirs be lost, stop all nodes, DELETE FROM agreed WHERE name = '" + FINGERPRINT + "', and start with these:"
                + " links and zip passwords that were sent before are worth nothing then");
        }
    }

    private static String fingerprint(byte[]... secrets) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update("lazaret secrets\n".getBytes(StandardCharsets.US_ASCII));
        for (byte[] secret : secrets) {
            digest.update(secret);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
