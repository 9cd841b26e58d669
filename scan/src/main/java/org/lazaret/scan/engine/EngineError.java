package org.lazaret.scan.engine;

import java.io.IOException;

/** The engine is there and says that it could not judge these bytes. No answer to rely on, but no sign either that it is down. */
public final class EngineError extends IOException {
    private static final long serialVersionUID = 1L;

    public EngineError(String message) {
        super(message);
    }
}
