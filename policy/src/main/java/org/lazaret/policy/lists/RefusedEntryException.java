package org.lazaret.policy.lists;

/** An entry that the lists do not take; the message is the reason, for people. */
public final class RefusedEntryException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedEntryException(String reason) {
        super(reason);
    }
}
