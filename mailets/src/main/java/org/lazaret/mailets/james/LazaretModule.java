package org.lazaret.mailets.james;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
import org.lazaret.mailets.Meters;
import org.lazaret.policy.Policies;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Statistics;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.log.Log;

/**
 * The extension's Guice module, named in {@code extensions.properties}:
 *
 * <pre>
 * guice.extension.module=org.lazaret.mailets.james.LazaretModule
 * guice.extension.startable=org.lazaret.mailets.james.LazaretStartable
 * </pre>
 *
 * <p>Everything is made when the mailets are, before James takes mail: a wrong setting, an unusable key or a store that cannot be opened
 * stops the start.
 */
public class LazaretModule extends AbstractModule {
    private static final Log LOGGER = Log.of(LazaretModule.class);

    @Override
    protected void configure() {
        bind(Lazaret.class).in(Scopes.SINGLETON);
    }

    @Provides
    @Singleton
    SettingsFile settingsFile(FileSystem files) throws IOException, SettingsException {
        try {
            Path file = files.getFile(FileSystem.FILE_PROTOCOL_AND_CONF + "lazaret.properties").toPath().toAbsolutePath().normalize();
            return SettingsFile.read(file, files.getBasedir().toPath().toAbsolutePath().normalize());
        } catch (IOException e) {
            throw logged(e);
        } catch (SettingsException e) {
            throw logged(e);
        }
    }

    /** James 3.8 has a Guice that, instead of an exception thrown here, shows one of its own about class files it cannot read. */
    static <E extends Exception> E logged(E exception) {
        LOGGER.error("Lazaret does not start: {}", exception.getMessage());
        return exception;
    }

    @Provides
    @Singleton
    Engines engines(SettingsFile file, MetricFactory metrics) throws IOException {
        try {
            ScanSettings settings = file.settings().scan();
            return settings.engines().open(settings.temporary(), engine -> TimedEngine.of(engine, metrics));
        } catch (IOException e) {
            throw logged(e);
        }
    }

    @Provides
    @Singleton
    Scanner scanner(SettingsFile file, Engines engines) {
        return new Scanner(file.settings().scan(), engines);
    }

    @Provides
    LiveSettings settings(Lazaret lazaret) {
        return lazaret.quarantine().settings();
    }

    @Provides
    Policies policies(LiveSettings settings) {
        return settings.policies();
    }

    @Provides
    @Singleton
    Outgoing outgoing(MailQueueFactory<?> queues, SettingsFile file, Meters meters) {
        return new SpoolOutgoing(queues, file.settings().processor(), meters);
    }

    @Provides
    Lists lists(Lazaret lazaret) {
        return lazaret.quarantine().lists();
    }

    @Provides
    Statistics statistics(Lazaret lazaret) {
        return lazaret.quarantine().statistics();
    }

    @Provides
    Quarantine quarantine(Lazaret lazaret) {
        return lazaret.quarantine();
    }
}
