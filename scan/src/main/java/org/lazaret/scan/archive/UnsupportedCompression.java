package org.lazaret.scan.archive;

import java.io.IOException;

/** A method of compression that is recognised but cannot be undone here. */
final class UnsupportedCompression extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedCompression(String method) {
        super(method);
    }
}
