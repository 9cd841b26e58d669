package org.lazaret.quarantine.store;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.notice.Letter;
import org.lazaret.scan.log.Log;

/**
 * Content that no record keeps, once it is older than {@link #GRACE}: whoever wrote it is not about to write its record any more.
 *
 * <p>Where there never was a record, the process ended between the two and the mail server did not bring the mail again, or the index is a
 * backup from before: this may be the only copy of the mail, so it is <em>adopted</em>, held for all of its recipients. Where the record says
 * that nobody keeps it, the process ended while it stored something anew: the content is removed.
 *
 * <p>What cannot be opened is left where it is, and told of: the key for it may only be missing in the settings.
 */
final class Orphans {
    static final Duration GRACE = Duration.ofDays(1);
    private static final Log LOGGER = Log.of(Orphans.class);

    private final ContentStore content;
    private final Index index;
    private final Envelopes envelopes;
    private final Removal removal;
    private final Function<HeldMail, List<Letter>> letters;
    private final Clock clock;

    /** @param letters who is told of an adopted mail */
    Orphans(ContentStore content, Index index, Envelopes envelopes, Removal removal, Function<HeldMail, List<Letter>> letters, Clock clock) {
        this.content = content;
        this.index = index;
        this.envelopes = envelopes;
        this.removal = removal;
        this.letters = letters;
        this.clock = clock;
    }

    /**
     * Looks at everything that is stored.
     *
     * @param run  is told of each orphan
     * @param goOn asked before each content
     */
    void care(Actor actor, Run run, BooleanSupplier goOn) {
        Instant before = clock.instant().minus(GRACE);
        try {
            content.list(stored -> {
                if (stored.modified().isBefore(before) && goOn.getAsBoolean() && !index.holdings().isKept(stored.id())) {
                    care(stored.id(), actor, run);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("The content could not be listed: " + e.getMessage(), e);
        }
    }

    private void care(RecordId id, Actor actor, Run run) {
        try {
            if (index.find(id).isPresent()) {
                if (removal.removeIfUnused(id)) {
                    LOGGER.info("The content of mail {}, which nobody keeps, was still there and is removed", id);
                    run.done();
                }
                return;
            }
            HeldMail mail = Rebuild.read(content, envelopes, id);
            AuditEntry entry = new AuditEntry(clock.instant(), actor, "adopted", Optional.of(id), mail.envelope().recipients(),
                "its content was there without a record");
            if (index.insert(mail, "adopted " + id, letters.apply(mail), entry)) {
                LOGGER.warn("Mail {} was stored without a record; it is held for all of its recipients now", id);
                run.done();
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("Content {} is in no record and could not be adopted: {}", id, e.getMessage());
            run.failed(id, String.valueOf(e.getMessage()));
        }
    }
}
