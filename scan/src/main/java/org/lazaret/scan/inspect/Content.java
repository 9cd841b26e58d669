package org.lazaret.scan.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;

/** Decoded bytes of one item, on the heap or in a temporary file. Any number of readers, each with its own position. */
public interface Content {
    long size();

    /**
     * Reads up to {@code length} bytes from a position on.
     *
     * @return bytes read; -1 at or behind the end
     */
    int read(long position, byte[] target, int offset, int length) throws IOException;

    /** Lower-case hex of the SHA-256 of all bytes. */
    String sha256();

    /** The bytes from a position on, fewer than {@code length} at the end, none behind it. */
    byte[] range(long position, int length) throws IOException;

    InputStream open() throws IOException;

    /** Read-only; for libraries that need random access. */
    SeekableByteChannel channel() throws IOException;
}
