package org.lazaret.policy;

/** What becomes of a mail for one recipient. */
public enum Action {
    /** Delivered untouched. */
    PERMIT,
    /** Delivered with warning headers. */
    WARN,
    /** Held, a notice delivered in its place. */
    QUARANTINE
}
