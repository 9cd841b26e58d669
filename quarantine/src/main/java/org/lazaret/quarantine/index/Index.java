package org.lazaret.quarantine.index;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine.Arrived;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep.Figures;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.notice.Letter;

/**
 * Port: the index of held mail. Each method is one transaction: durable when it returns, without any effect when it throws. Safe for
 * concurrent use, also by several processes on the same database. Recipients are compared without regard to case.
 */
public interface Index extends AutoCloseable {

    /**
     * Adds a record with its states, letters for the outbox, and an audit entry.
     *
     * @return false when the record exists; nothing was changed then
     */
    boolean insert(HeldMail mail, String arrivalId, List<Letter> letters, AuditEntry entry);

    Optional<HeldMail> find(RecordId id);

    /** Newest first. */
    List<HeldMail> search(Query query);

    /** Records with a recipient whose state keeps the content, by the start of their arrival id, oldest first. */
    List<Arrived> arrivals(String prefix);

    /**
     * Moves recipients to a state, each of them only when {@link State#TRANSITIONS} allows it from the state it has (compare-and-set). When
     * any was moved, the audit entry (with these recipients) and the letters go with it.
     *
     * @param owner   the node that does it
     * @param letters for those who were moved
     * @return who was moved, as spelled in the envelope
     */
    List<String> move(RecordId id, Collection<String> recipients, State to, String owner, AuditEntry entry,
                      Function<List<Moved>, List<Letter>> letters);

    /** A recipient that was moved, and where from. */
    record Moved(String recipient, State from) {
    }

    /** Takes recipients that are {@link State#RELEASING} back to the state they had before. */
    List<String> restore(RecordId id, Collection<String> recipients, AuditEntry entry);

    /**
     * Takes recipients whose mail was {@link State#DELETED} since then back to the state they had before, unless the content is removed. When any
     * was, the audit entry (with these recipients) and the letters go with it.
     *
     * @return for whom it was
     */
    List<String> undelete(RecordId id, Collection<String> recipients, Instant since, AuditEntry entry, Function<List<String>, List<Letter>> letters);

    /** A release that is under way, or was when its process ended. */
    record Releasing(RecordId record, String recipient, State before, String owner, Instant since) {
    }

    List<Releasing> releasing();

    /**
     * Makes a release that was left behind the new owner's.
     *
     * @return false when it is not under way any more, or was taken over by another
     */
    boolean takeOver(Releasing left, String owner);

    /** Whose content is kept, and how long. */
    Holdings holdings();

    /** A letter in the outbox and how often it was tried. */
    record Due(Letter letter, int attempts) {
    }

    /** Whether a letter or a digest is due. */
    boolean isDue(Instant now);

    /** Letters that are due, oldest first, leased: nobody else gets them until then. */
    List<Due> lease(Instant now, Instant until, int limit);

    /** The letter was sent and leaves the outbox. */
    void sent(String name);

    /** The letter was not sent and is due again then. */
    void postpone(String name, String problem, Instant next);

    /** Letters in the outbox. */
    long waiting();

    /** How much there is of everything, told without counting held mail. */
    Figures figures();

    /** How many mails there were. */
    Tallies tallies();

    /** Which letters go out by themselves, and which wait for a digest. */
    Coalescing coalescing();

    /**
     * Uses a release marker for an arrival, unless it was used before.
     *
     * @return the arrival that has it
     */
    String useMarker(String marker, String arrivalId, Instant now);

    /** The entries that other methods add are written in their transactions; this is for all others, and for reading. */
    Audit audit();

    @Override
    void close();
}
