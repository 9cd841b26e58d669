package org.lazaret.quarantine;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The life of a held mail for one recipient. {@link #TRANSITIONS} is the whole table of allowed changes; {@code docs/lifecycle.md} says when
 * each happens.
 */
public enum State {
    /** In quarantine, nothing asked. */
    HELD,
    /** The recipient asked an administrator to release it. */
    REQUESTED,
    /** An administrator refused the request; the mail is still kept. */
    DENIED,
    /** Decided to release, not yet in the mail queue. A crash here is finished at the next start; a failure leads back. */
    RELEASING,
    /** The mail queue has it; a copy is kept until it expires. */
    RELEASED,
    /** Deleted by its recipient or an administrator. Who did it can take it back for a short time; then the content is removed. */
    DELETED,
    /** Removed by retention, or to make room. */
    EXPIRED;

    public static final Map<State, Set<State>> TRANSITIONS = Map.of(
        HELD, EnumSet.of(REQUESTED, RELEASING, DELETED, EXPIRED),
        REQUESTED, EnumSet.of(RELEASING, DENIED, DELETED),
        DENIED, EnumSet.of(RELEASING, DELETED, EXPIRED),
        RELEASING, EnumSet.of(RELEASED, HELD, REQUESTED, DENIED),
        RELEASED, EnumSet.of(EXPIRED),
        DELETED, EnumSet.of(HELD, REQUESTED, DENIED),
        EXPIRED, EnumSet.noneOf(State.class));

    /** Whether the table has this change. Out of {@link #RELEASING} and {@link #DELETED} only what was before comes back, never another decision. */
    public boolean allows(State next) {
        return TRANSITIONS.getOrDefault(this, Set.of()).contains(next);
    }

    /**
     * Whether the stored content is kept for this recipient. After a release it is, until retention removes it: what the mail server
     * loses on the last stretch can then still be helped.
     */
    public boolean keepsContent() {
        return this != DELETED && this != EXPIRED;
    }
}
