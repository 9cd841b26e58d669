package org.lazaret.quarantine.index;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.AuditEntry;

/** Port: whose content is kept, how much it is, and how long. Each method is one transaction, as in {@link Index}. */
public interface Holdings {

    /** Bytes of all messages whose content is kept. */
    long bytes();

    /** Mails whose content is kept. */
    long count();

    /** Whether a mail's content is kept. */
    boolean isKept(RecordId id);

    /** Mails received before a time whose content is kept and that are not on legal hold, oldest first, behind another one. */
    List<HeldMail> oldest(Instant before, Optional<HeldMail> after, int limit);

    /** Mails whose content is kept, by their ids, behind another one. */
    List<RecordId> kept(Optional<RecordId> after, int limit);

    /**
     * Expires a mail for recipients, unless it is on legal hold.
     *
     * @return for whom it was
     */
    List<String> expire(RecordId id, Collection<String> recipients, AuditEntry entry);

    Optional<LegalHold> legalHold(RecordId id);

    /** @return false when there is no such mail, its content is gone, or it is on hold already */
    boolean placeHold(RecordId id, LegalHold hold, AuditEntry entry);

    /** @return false when it is not on hold */
    boolean liftHold(RecordId id, AuditEntry entry);

    /**
     * Whether nothing keeps a mail's content: every recipient's state lets it go, and no legal hold was set before that was so. Once it is so,
     * no hold can be set, and only {@link Index#undelete} brings the mail back.
     *
     * @param lastDeletion that no recipient deleted it after then
     */
    boolean isUnused(RecordId id, Instant lastDeletion);

    /**
     * Mails whose content nothing keeps, and that were not reported removed.
     *
     * @param lastDeletion that no recipient deleted after then
     */
    List<RecordId> unused(Instant lastDeletion, int limit);

    /** The content is removed. */
    void removed(RecordId id);

    void damaged(RecordId id, Instant now, String problem);

    /** The mail was opened, or its content is gone: whatever was wrong is over. */
    void sound(RecordId id);

    /** Latest first. */
    List<Damage> damages(int limit);

    Optional<Progress> progress(Work work);

    /** Where a run that has not finished was; empty when the last one has, or there was none. */
    Optional<String> position(Work work);

    void progress(Progress progress, String position);
}
