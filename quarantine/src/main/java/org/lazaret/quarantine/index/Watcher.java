package org.lazaret.quarantine.index;

import java.util.function.Consumer;
import org.jdbi.v3.core.config.JdbiConfig;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.scan.log.Log;

/** Who is told of entries of the audit. Public, with a constructor without parameters, because Jdbi makes it. */
public final class Watcher implements JdbiConfig<Watcher> {
    private static final Log LOGGER = Log.of(Watcher.class);

    private volatile Consumer<AuditEntry> told = entry -> { };

    void set(Consumer<AuditEntry> watcher) {
        told = watcher;
    }

    /** Never throws: the entry is written, and so is what it is about. */
    void tell(AuditEntry entry) {
        try {
            told.accept(entry);
        } catch (RuntimeException e) {
            LOGGER.error("The entry {} of the audit was not passed on", entry.action(), e);
        }
    }

    @Override
    public Watcher createCopy() {
        Watcher copy = new Watcher();
        copy.told = told;
        return copy;
    }
}
