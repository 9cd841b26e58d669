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

    /**
     * How much there is of everything.
     *
     * @param mails     whose content is kept
     * @param bytes     of their messages
     * @param requests  recipients who wait for an answer
     * @param releasing since when the oldest release is under way; mostly empty
     * @param damaged   held mails whose content is not what was stored
     */
    record Figures(long mails, long bytes, long requests, Optional<Instant> releasing, long damaged, Outbox outbox) {
        /**
         * Notices that are not sent yet.
         *
         * @param waiting      all of them, those for a digest included
         * @param failing      those of them that were tried in vain
         * @param failingSince when the oldest of these was written
         * @param problem      why; escape before display
         */
        public record Outbox(long waiting, long failing, Optional<Instant> failingSince, String problem) {
            public Outbox because(String why) {
                return new Outbox(waiting, failing, failingSince, why);
            }
        }
    }

    /** Some short queries, whatever the size of the store. */
    Figures figures();
}
