package org.lazaret.scan.inspect;

/** The budget of the mail is used up. Caught by the examination only. */
public final class LimitExceeded extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param limit the limit's name and value, for people */
    public LimitExceeded(String limit) {
        super(limit, null, false, false);
    }
}
