package org.lazaret.quarantine.store;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.index.Holdings;
import org.lazaret.scan.log.Log;

/**
 * Removes content that nothing keeps: the index says so first, and the content goes after it. Content of deleted mail stays as long as the
 * deletion can be taken back, and some more, since the clocks of nodes differ.
 */
final class Removal {
    private static final Log LOGGER = Log.of(Removal.class);
    private static final int BATCH = 50;
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private final ContentStore content;
    private final Holdings holdings;
    private final Supplier<Duration> undo;
    private final Clock clock;

    /** @param undo how long a deletion can be taken back; nothing for not at all */
    Removal(ContentStore content, Holdings holdings, Supplier<Duration> undo, Clock clock) {
        this.content = content;
        this.holdings = holdings;
        this.undo = undo;
        this.clock = clock;
    }

    /** Who deleted before then has no way back. */
    private Instant lastDeletion() {
        Duration time = undo.get();
        return time.isZero() ? clock.instant() : clock.instant().minus(time).minus(CLOCKS_DIFFER);
    }

    /**
     * Removes a mail's content unless a recipient's state, a deletion that can be taken back, or a legal hold keeps it.
     *
     * @return whether it did
     */
    boolean removeIfUnused(RecordId id) throws IOException {
        boolean unused = holdings.isUnused(id, lastDeletion());
        if (unused) {
            content.delete(id);
            holdings.removed(id);
        }
        return unused;
    }

    boolean isDue() {
        return !holdings.unused(lastDeletion(), 1).isEmpty();
    }

    /** Removes what a crash, or a disk that failed, left of earlier decisions, and what a lifted hold leaves. */
    void sweep() {
        for (RecordId id : holdings.unused(lastDeletion(), BATCH)) {
            try {
                removeIfUnused(id);
            } catch (IOException e) {
                LOGGER.warn("The content of mail {} that is no longer held could not be removed yet", id, e);
            }
        }
    }
}
