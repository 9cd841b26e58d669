package org.lazaret.policy;

import java.util.Locale;

/** What becomes of a mail for one recipient. */
public enum Action {
    /** Delivered untouched. */
    PERMIT,
    /** Delivered with warning headers. */
    WARN,
    /** Held, a notice delivered in its place. */
    QUARANTINE;

    /** As written in configuration: lower case. */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT);
    }
}
