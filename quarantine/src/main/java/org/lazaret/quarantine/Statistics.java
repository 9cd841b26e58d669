package org.lazaret.quarantine;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How many mails there were, for each hour of UTC. Approximate on purpose, so that counting costs a mail nothing: counts are added up in memory
 * and written every few seconds, a process that is killed takes its last ones with it, and a mail that the server processes twice after a crash
 * is counted twice.
 */
public interface Statistics {

    /** What is counted. */
    enum Kind {
        /** Mails that were looked at; one that waited for an engine counts once. */
        SCANNED,
        /** Those of them with attachments. */
        ATTACHMENTS,
        /** Score of {@code malicious-from} or more, for any recipient. */
        MALICIOUS,
        /** Score of {@code suspicious-from} or more, but not malicious. */
        SUSPICIOUS,
        /** Put into quarantine. */
        QUARANTINED,
        /** Delivered with warning headers. */
        WARNED,
        /** Mails with attachments that policy let through as they were, for any recipient. */
        PERMITTED,
        /** Released from quarantine, once for each recipient. */
        RELEASED
    }

    /** An hour with what there was in it; kinds that there was nothing of may be missing. */
    record Hour(Instant start, Map<Kind, Long> mails) {
        public Hour {
            mails = Map.copyOf(mails);
        }

        public long of(Kind kind) {
            return mails.getOrDefault(kind, 0L);
        }
    }

    /** Counts now. Never waits and never fails. */
    void count(Kind kind, long mails);

    /** Hours that begin at a time or later and before another, oldest first; those without any mail are left out. */
    List<Hour> hours(Instant from, Instant until);
}
