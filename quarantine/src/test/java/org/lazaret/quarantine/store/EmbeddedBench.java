package org.lazaret.quarantine.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lazaret.policy.PolicyScopes;
import org.lazaret.policy.PolicySettings;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.lists.ListSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.quarantine.SentMail;
import org.lazaret.scan.ScanSettings;

/** The embedded quarantine in a folder, with a clock that stands still until it is told. */
final class EmbeddedBench implements QuarantineContract.Bench, AutoCloseable {
    private final Path folder;
    private final UnaryOperator<Settings.Store> store;
    private final SentMail sent = new SentMail();
    private final TestClock clock = new TestClock();
    private Settings settings;
    private StoredQuarantine quarantine;

    EmbeddedBench(Path folder) throws IOException {
        this(folder, UnaryOperator.identity());
    }

    /** @param store where the quarantine is instead of in the folder */
    EmbeddedBench(Path folder, UnaryOperator<Settings.Store> store) throws IOException {
        this.folder = folder;
        this.store = store;
        this.settings = settings(folder, Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT, Settings.PasswordPlace.ATTACHED);
        this.quarantine = open();
    }

    static Settings settings(Path folder, Settings.RecipientMode mode, Settings.DecisionScope scope, Settings.PasswordPlace password) {
        return new Settings(ScanSettings.defaults(), PolicyScopes.of(PolicySettings.DEFAULT), ListSettings.DEFAULT,
            new Settings.Warning(Settings.Distribution.NONE, false, ""),
            new Settings.Store(folder, List.of(folder.resolve("quarantine.crt")), Optional.of(folder.resolve("quarantine.key")), List.of(),
                true),
            new Settings.Retention(Duration.ofDays(30), Map.of(), 0, Settings.WhenFull.DEFER, Duration.ofHours(1)),
            new Settings.Notice("Mail quarantine <postmaster@example.org>", "", Map.of(), Optional.of(URI.create("https://example.org/help")),
                Language.EN, Map.of(), 5),
            new Settings.Portal(new InetSocketAddress("127.0.0.1", 0), Optional.empty(), Optional.empty(), mode, scope, Duration.ofDays(30),
                List.of(), List.of(), false, Duration.ofMinutes(10)),
            new Settings.Release(password, Duration.ofDays(1)),
            List.of(new Settings.Administrator(QuarantineContract.ADMIN, true, true)), new Settings.AdministratorNotices(Language.EN, 20),
            "root");
    }

    /** The same, but what is deleted is removed at once. */
    static Settings withoutUndo(Settings settings) {
        Settings.Portal portal = settings.portal();
        return new Settings(settings.scan(), settings.policy(), settings.lists(), settings.warning(), settings.store(), settings.retention(),
            settings.notice(),
            new Settings.Portal(portal.bind(), portal.tls(), portal.publicUrl(), portal.mode(), portal.scope(), portal.linkValidity(),
                portal.administrators(), portal.auditors(), portal.auditorsPreview(), Duration.ZERO),
            settings.release(), settings.administrators(), settings.administratorNotices(), settings.processor());
    }

    StoredQuarantine open() throws IOException {
        return open(settings);
    }

    StoredQuarantine open(Settings there) throws IOException {
        return (StoredQuarantine) Quarantines.open(with(there, store.apply(there.store())), sent, address -> address.endsWith("@example.org"), clock,
            () -> URI.create("http://127.0.0.1:8180"));
    }

    static Settings with(Settings settings, Settings.Store store) {
        return new Settings(settings.scan(), settings.policy(), settings.lists(), settings.warning(), store, settings.retention(), settings.notice(),
            settings.portal(), settings.release(), settings.administrators(), settings.administratorNotices(), settings.processor());
    }

    @Override
    public Quarantine quarantine() {
        return quarantine;
    }

    @Override
    public SentMail sent() {
        return sent;
    }

    @Override
    public void advance(Duration time) {
        clock.now = clock.now.plus(time);
    }

    @Override
    public void runBackground() {
        quarantine.finishReleases();
        quarantine.sweep();
        quarantine.flushOutbox();
    }

    @Override
    public void set(Settings.RecipientMode mode, Settings.DecisionScope scope, Settings.PasswordPlace password) {
        quarantine.close();
        settings = settings(folder, mode, scope, password);
        try {
            quarantine = open();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        quarantine.close();
    }

    static final class TestClock extends Clock {
        private volatile Instant now = QuarantineContract.NOW;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }

        void advance(Duration time) {
            now = now.plus(time);
        }
    }
}
