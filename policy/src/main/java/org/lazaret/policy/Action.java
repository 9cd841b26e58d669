package org.lazaret.policy;

/** What becomes of a mail for one recipient; from the least to the most strict. */
public enum Action {
    /** Delivered untouched. */
    PERMIT,
    /** Delivered with warning headers. */
    WARN,
    /** Put back into the queue, to be scanned again later. */
    DEFER,
    /** Held, a notice delivered in its place. */
    QUARANTINE
}
