package org.lazaret.scan;

import java.io.IOException;
import java.io.OutputStream;

/** The raw bytes of a message (RFC 5322, CRLF or not, as they would be delivered). Can be written any number of times. */
@FunctionalInterface
public interface MessageSource {
    void writeTo(OutputStream out) throws IOException;

    static MessageSource of(byte[] message) {
        return out -> out.write(message);
    }
}
