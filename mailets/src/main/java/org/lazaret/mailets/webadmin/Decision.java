package org.lazaret.mailets.webadmin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lazaret.policy.Keyword;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Quarantine.Form;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;

/** What is decided, and the states that it leads to: a repetition finds them. */
enum Decision {
    RELEASE(State.RELEASED, State.RELEASING), DELETE(State.DELETED), UNDO(State.HELD, State.REQUESTED, State.DENIED), DENY(State.DENIED);

    private final List<State> reached;

    Decision(State... reached) {
        this.reached = List.of(reached);
    }

    String path() {
        return Keyword.of(this);
    }

    boolean isReached(State state) {
        return reached.contains(state);
    }

    /**
     * Makes it.
     *
     * @param form   of a release
     * @param reason of a denial
     */
    Outcome make(Quarantine quarantine, RecordId id, Set<String> recipients, Form form, String reason, Actor actor) {
        return switch (this) {
            case RELEASE -> quarantine.release(id, recipients, form, actor);
            case DELETE -> quarantine.delete(id, recipients, actor);
            case UNDO -> quarantine.undelete(id, recipients, actor);
            case DENY -> quarantine.deny(id, recipients, reason, actor);
        };
    }

    /** The fields that its body may have: these, and those that only this one has. */
    String[] fields(String common) {
        List<String> fields = new ArrayList<>(List.of(common));
        switch (this) {
            case RELEASE -> fields.add("form");
            case DENY -> fields.add("reason");
            case DELETE, UNDO -> { }
        }
        return fields.toArray(String[]::new);
    }
}
