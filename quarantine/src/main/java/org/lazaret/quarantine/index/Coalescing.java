package org.lazaret.quarantine.index;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.notice.Letter;

/**
 * Port: which letters go out by themselves and which wait for a digest. A reader's window opens with a letter and lasts {@link #WINDOW}; as many as
 * the limit says go out in it, the others wait in the outbox, as rows without content, and become a digest when it is over. Letters with a summary
 * have a window and a digest of their own: who is told of mail received and of mail sent gets both.
 *
 * <p>Each method is one transaction, like those of {@link Index}: nodes that do the same at the same moment give one reader one window, and a
 * letter that waits goes into one digest.
 */
public interface Coalescing {
    Duration WINDOW = Duration.ofHours(1);
    /** Letters in a digest; what is beyond makes another. */
    int MAX_DIGEST = 200;

    /**
     * Whether a letter that is not in the outbox goes out by itself; otherwise it waits from here on. The answer is the same each time the same
     * letter is asked for.
     *
     * @param letter to one reader
     */
    boolean alone(RecordId record, Letter letter, int perWindow, Instant now);

    /** Whether a letter that is in the outbox goes out by itself; otherwise it waits from here on. Counts each time it is asked. */
    boolean stillAlone(Letter letter, int perWindow, Instant now);

    /**
     * A letter that waited.
     *
     * @param mail    what it is about; empty when its record is gone
     * @param summary of the letter
     */
    record Waiting(RecordId record, Optional<HeldMail> mail, String summary) {
    }

    /** Writes the digest for a reader (as spelled in the first letter), or none when nothing is left to say. Called within the transaction. */
    interface Writer extends BiFunction<String, List<Waiting>, Optional<Letter>> {
    }

    /**
     * Puts digests into the outbox, in place of the letters that waited for them and whose window is over.
     *
     * @return how many letters waited
     */
    int collect(Outgoing.Kind kind, Instant now, Writer writer);

    /** Forgets what was answered before then. */
    void forget(Instant before);
}
