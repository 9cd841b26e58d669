package org.lazaret.quarantine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Long work on the whole store: each runs on one node at a time, in the background, and can be watched from any. */
public interface Upkeep {

    /** What can be run. */
    enum Work {
        /** Expires what is over time. Runs by itself as well. */
        RETENTION,
        /** Encrypts the content keys of held mail to the certificates of now; goes on where it was when its node went away. */
        REWRAP,
        /** Opens all held mail to the end and compares it with the index. */
        VERIFY,
        /** Looks for content that no record keeps: without a record it gets one, else it is removed. Runs by itself as well. */
        ORPHANS
    }

    /**
     * The last run of a work.
     *
     * @param finished empty while it runs, or when its node went away
     * @param total    mails to look at; 0 when not known
     * @param done     mails looked at, failures included
     * @param failed   mails that it did not work for
     * @param problem  the last failure; may hold text from a mail, so escape before display
     */
    record Progress(Work work, Instant started, Instant updated, Optional<Instant> finished, long total, long done, long failed,
                    String problem) {
    }

    /**
     * Begins a work in the background.
     *
     * @param actor who asks for it, for the audit
     * @return false when it is running already, here or on another node, or when this node cannot do it
     */
    boolean begin(Work work, Actor actor);

    /** The last run; empty when there was none. */
    Optional<Progress> progress(Work work);

    /** Held mail whose content is not what was stored. */
    record Damage(RecordId record, Instant found, String problem) {
    }

    /** Latest first. */
    List<Damage> damages(int limit);

    /** Bytes of the messages that are kept. */
    long storedBytes();
}
