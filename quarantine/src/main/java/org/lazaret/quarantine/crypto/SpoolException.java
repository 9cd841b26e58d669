package org.lazaret.quarantine.crypto;

import java.io.IOException;

/** The temporary file failed (disk full, folder gone): says nothing about the content. */
public final class SpoolException extends IOException {
    private static final long serialVersionUID = 1L;

    SpoolException(Throwable cause) {
        super("The temporary file failed: " + cause.getMessage(), cause);
    }
}
