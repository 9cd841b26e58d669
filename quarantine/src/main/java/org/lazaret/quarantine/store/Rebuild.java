package org.lazaret.quarantine.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.quarantine.index.Index;

/**
 * Makes a lost index anew, from content and private key alone. Each mail is opened to the end and its block read; it is held for all of its
 * recipients then. What stood in the index only is lost: what became of each mail, the audit, legal holds, lists, letters in the outbox, used
 * release markers, and under which arrival a mail came.
 */
final class Rebuild {
    private static final Actor ACTOR = new Actor(Actor.Role.SYSTEM, "rebuild-index", "");

    private final ContentStore content;
    private final Index index;
    private final Envelopes envelopes;
    private final Clock clock;

    Rebuild(ContentStore content, Index index, Envelopes envelopes, Clock clock) {
        this.content = content;
        this.index = index;
        this.envelopes = envelopes;
        this.clock = clock;
    }

    /** @throws IOException when the index holds anything already, or content cannot be listed; nothing was changed then */
    Workbench.Rebuilt run() throws IOException {
        if (!index.search(Query.all()).isEmpty() || !index.audit().head().equals(AuditHead.NONE)) {
            throw new IOException("There is an index already; move it away to have a new one made");
        }
        if (!envelopes.canOpen()) {
            throw new IOException("No private key is configured here: the content cannot be read");
        }
        List<RecordId> ids = new ArrayList<>();
        content.list(stored -> ids.add(stored.id()));
        List<String> problems = new ArrayList<>();
        long rebuilt = 0;
        for (RecordId id : ids) {
            try {
                HeldMail mail = read(content, envelopes, id);
                index.insert(mail, "rebuilt " + id, List.of(),
                    new AuditEntry(clock.instant(), ACTOR, "rebuilt", Optional.of(id), mail.envelope().recipients(), ""));
                rebuilt++;
            } catch (IOException e) {
                problems.add(id + ": " + e.getMessage());
            }
        }
        return new Workbench.Rebuilt(rebuilt, problems);
    }

    /**
     * The record that content is of, as it was when it was stored.
     *
     * @throws ContentTamperedException when there is none, it cannot be opened to the end, or it is of another record
     */
    static HeldMail read(ContentStore content, Envelopes envelopes, RecordId id) throws IOException {
        try (InputStream stored = content.get(id).orElseThrow(() -> new ContentTamperedException("It is gone"));
             Spool opened = envelopes.open(stored)) {
            Binding.Bound bound = Binding.read(opened);
            if (!bound.id().equals(id)) {
                throw new ContentTamperedException("It is the content of " + bound.id());
            }
            return Intake.record(bound, opened);
        }
    }
}
