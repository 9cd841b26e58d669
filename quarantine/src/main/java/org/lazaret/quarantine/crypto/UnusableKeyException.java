package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A key or certificate file that must stop the start. The message names the file and what to do about it. */
public final class UnusableKeyException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnusableKeyException(Path file, String problem, @Nullable Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
