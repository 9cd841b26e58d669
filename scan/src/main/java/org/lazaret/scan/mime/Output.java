package org.lazaret.scan.mime;

import java.io.IOException;

/** Where decoded bytes go. */
@FunctionalInterface
interface Output {
    void write(byte[] bytes, int offset, int length) throws IOException;
}
