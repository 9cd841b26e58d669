package org.lazaret.quarantine.crypto;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Stored content that is not what was stored: damaged, cut, exchanged, or made for another key. Nothing of it may be used. */
public final class ContentTamperedException extends IOException {
    private static final long serialVersionUID = 1L;

    public ContentTamperedException(String message) {
        this(message, null);
    }

    public ContentTamperedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
