package org.lazaret.quarantine;

import java.io.IOException;

/** A mail was not held because the quarantine may not grow any more. Nothing was stored; trying again later can succeed. */
public final class QuotaException extends IOException {
    private static final long serialVersionUID = 1L;

    public QuotaException(String message) {
        super(message);
    }
}
