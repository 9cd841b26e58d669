package org.lazaret.quarantine;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/**
 * The repository of held mail and its life cycle: the facade for mailets, portal and routes. Safe for concurrent use, also by several
 * processes on the same store.
 */
public interface Quarantine extends AutoCloseable {

    /**
     * Holds a mail. When this returns, content and record are on disk (fsync, committed transaction) and the administrators'
     * notice is in the outbox. Repeating it with the same arrival id, envelope and bytes gives the same record and changes nothing.
     *
     * @throws QuotaException when the quarantine is full
     * @throws IOException    when the mail could not be stored durably; nothing may be done with the mail in flight then
     */
    HeldMail hold(Arrival arrival, MessageSource message, Verdict verdict) throws IOException;

    Optional<HeldMail> find(RecordId id);

    /** Newest first. */
    List<HeldMail> search(Query query);

    /** A record, and the arrival id it was held under. */
    record Arrived(String arrivalId, RecordId id) {
    }

    /** Records that are neither deleted nor expired for everybody, by the start of the arrival id they were held under, oldest first. */
    List<Arrived> arrivals(String prefix);

    /** What is done with an opened mail; the message is gone when this returns. */
    @FunctionalInterface
    interface Reader<T> {
        T read(HeldMail mail, MessageSource message) throws IOException;
    }

    /**
     * Decrypts a held mail to the end, checks that it is the record's, and only then hands it to the reader. Audited.
     *
     * @return empty when there is no such mail, or its content is gone
     * @throws IOException when the content cannot be opened or is not what was stored
     */
    <T> Optional<T> open(RecordId id, Actor actor, Reader<T> reader) throws IOException;

    /** In which form a mail leaves. */
    enum Form {
        /** Its attachments in a zip that needs a password. */
        PROTECTED,
        /** As it came. */
        ORIGINAL
    }

    /** As {@link #release(RecordId, Set, Form, Actor)}, protected. */
    default Outcome release(RecordId id, Set<String> recipients, Actor actor) {
        return release(id, recipients, Form.PROTECTED, actor);
    }

    /**
     * Releases for these recipients (all of the mail's when the set is empty, or when the decision scope is all).
     *
     * @param form only administrators release the original; a release that a crash interrupted is finished protected
     */
    Outcome release(RecordId id, Set<String> recipients, Form form, Actor actor);

    /** What came of sending a copy. */
    sealed interface Copy {
        /**
         * The mail queue has it.
         *
         * @param password of its zip, when it is in one and the password is not beside it; else empty
         */
        record Sent(String password) implements Copy {
        }

        /** There is no such mail, or its content is gone. */
        record NoSuchMail() implements Copy {
        }

        /** It was not sent; nothing was changed. */
        record NotSent(String reason) implements Copy {
        }
    }

    /**
     * Sends a copy of a held mail to somebody, whether a recipient of it or not. Nobody's state changes. Bounces go nowhere: the sender of the
     * mail is told nothing. For administrators.
     *
     * @param address a mail address
     */
    Copy sendCopy(RecordId id, String address, Form form, Actor actor);

    /**
     * Writes a held mail, as it came, into a zip (AES-256) with {@link #downloadPassword}. Nothing is written before the mail was opened to the
     * end. For administrators.
     *
     * @return false when there is no such mail, or its content is gone
     * @throws IOException when the content cannot be opened or is not what was stored
     */
    boolean download(RecordId id, Actor actor, OutputStream zip) throws IOException;

    /** The password of what somebody downloads; the same each time. */
    String downloadPassword(RecordId id, Actor actor);

    /** Deletes for these recipients (all of the mail's when the set is empty, or when the decision scope is all). */
    Outcome delete(RecordId id, Set<String> recipients, Actor actor);

    /**
     * Takes back a deletion, as long as {@code portal.undo} says; the mail is again what it was before. Only who deleted can.
     *
     * @param recipients for whom it was deleted; all for whom this actor deleted it when the set is empty
     */
    Outcome undelete(RecordId id, Set<String> recipients, Actor actor);

    /** Until when an actor can take back the deletion for a recipient; empty when not. */
    Optional<Instant> undoUntil(RecordId id, String recipient, Actor actor);

    /** Asks the administrators to release. */
    Outcome request(RecordId id, String recipient, String reason, Actor actor);

    /** As {@link #deny(RecordId, Set, String, Actor)}, without a reason. */
    default Outcome deny(RecordId id, Set<String> recipients, Actor actor) {
        return deny(id, recipients, "", actor);
    }

    /**
     * Refuses requests; the recipients are told.
     *
     * @param reason for the recipients and the audit; may be empty
     */
    Outcome deny(RecordId id, Set<String> recipients, String reason, Actor actor);

    /** What keeps a mail's content from being removed; empty when there is no such mail, or no hold on it. */
    Optional<LegalHold> legalHold(RecordId id);

    /**
     * Keeps a mail's content whatever recipients decide and however long it takes: it does not expire, and deleting it changes the
     * recipients' states alone.
     *
     * @return the hold that is on it now: this one, or one that was set before; empty when there is no such mail, or its content is gone
     * @throws IllegalArgumentException when the reason is blank, or the actor does not decide for others
     */
    Optional<LegalHold> placeHold(RecordId id, String reason, Actor actor);

    /**
     * Ends a legal hold. What was deleted for everybody meanwhile is removed.
     *
     * @return false when there was none
     * @throws IllegalArgumentException when the actor is a recipient
     */
    boolean liftHold(RecordId id, Actor actor);

    /**
     * The password of the zip that was released to a recipient.
     *
     * @return empty when nothing was released to that recipient
     */
    Optional<String> releasePassword(RecordId id, String recipient);

    /**
     * The notice that takes the place of a held mail for one recipient. Its Message-ID and bytes follow from the record.
     *
     * @return empty when the recipient is not local: strangers are told nothing; also when the recipient had so many notices that this mail
     *     goes into a digest, which the background sends
     */
    Optional<Outgoing.Message> notice(HeldMail mail, String recipient);

    /**
     * What the sender of a held mail is told, for a mail that was on its way out. To be asked for only when the mail came from a client that may
     * send for this server: anybody can write a local sender.
     *
     * @param recipients whom the mail did not reach
     * @return empty when the sender is not local, or there is none; also when the sender had so many that this one goes into a digest
     */
    Optional<Outgoing.Message> senderNotice(HeldMail mail, List<String> recipients);

    /** Long work on the whole store: retention, rotation of keys, verification. */
    Upkeep upkeep();

    /** How each part of it does. Answers within some seconds whatever is broken. */
    List<Condition> conditions();

    /** What was done with held mail, and to the quarantine, by whom. */
    Audit audit();

    /** How many mails there were. */
    Statistics statistics();

    /** The allow and block lists, kept in the same index. */
    Lists lists();

    /** The settings in effect, and those that were saved: kept in the same index. */
    LiveSettings settings();

    /** Makes and verifies the links to the portal. */
    Links links();

    /** What the release marker of a mail in transit is worth. */
    enum Marker {
        /** No marker. */
        ABSENT,
        /** Ours, for this message and recipient, in time, used for the first time (or again by the same arrival). */
        VALID,
        /**
         * As valid, but another arrival used it before: the second copy of a release that a crash interrupted, or a replay to the same
         * recipient. The recipient has the mail; drop this copy.
         */
        REPEATED,
        /** Anything else: forged, changed, late, or for somebody else. Treat the mail like any other, without the marker. */
        FORGED
    }

    /**
     * Checks and uses up the release marker of a mail in transit.
     *
     * @param arrivalId  the mail in transit, as in {@link Arrival#arrivalId()}
     * @param recipients its envelope recipients
     */
    Marker checkMarker(String arrivalId, List<String> recipients, MessageSource message) throws IOException;

    /** Finishes what a crash left half done (releases, outbox), then keeps doing so in the background until closed. */
    void start();

    @Override
    void close();
}
