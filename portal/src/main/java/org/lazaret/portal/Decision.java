package org.lazaret.portal;

import java.util.LinkedHashSet;
import java.util.Set;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.State;

/** What administrators decide, on one mail or on many. */
enum Decision {
    RELEASE(State.RELEASING),
    DELETE(State.DELETED),
    /** Refuses those who asked; a refusal means nothing to the others. */
    DENY(State.DENIED);

    private final State first;

    Decision(State first) {
        this.first = first;
    }

    /** For whom of a mail it can be decided. */
    Set<String> possible(HeldMail mail) {
        Set<String> possible = new LinkedHashSet<>(mail.envelope().recipients());
        // Out of RELEASING the table leads back to what was before; that is no decision.
        possible.removeIf(recipient -> {
            State state = mail.states().getOrDefault(recipient, State.EXPIRED);
            return state == State.RELEASING || state == State.DELETED || !state.allows(first);
        });
        return possible;
    }

    /** @param recipients some of {@link #possible}, never none: the facade takes nobody for everybody */
    Outcome make(Quarantine quarantine, HeldMail mail, Set<String> recipients, String reason, Actor actor) {
        return switch (this) {
            case RELEASE -> quarantine.release(mail.id(), recipients, actor);
            case DELETE -> quarantine.delete(mail.id(), recipients, actor);
            case DENY -> quarantine.deny(mail.id(), recipients, reason, actor);
        };
    }
}
