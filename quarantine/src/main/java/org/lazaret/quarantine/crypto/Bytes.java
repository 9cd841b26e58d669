package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Bytes that can be read any number of times and from anywhere. */
public interface Bytes {
    long size();

    /** The bytes from one position up to before another. */
    InputStream input(long from, long to);

    default InputStream input() {
        return input(0, size());
    }

    default void writeTo(OutputStream out, long from, long to) throws IOException {
        byte[] buffer = new byte[(int) Math.min(1 << 16, Math.max(1, to - from))];
        try (InputStream in = input(from, to)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        }
    }

    default void writeTo(OutputStream out) throws IOException {
        writeTo(out, 0, size());
    }

    /** The rest from a position on; its own positions start at 0. */
    default Bytes from(long start) {
        Bytes whole = this;
        return new Bytes() {
            @Override
            public long size() {
                return whole.size() - start;
            }

            @Override
            public InputStream input(long from, long to) {
                return whole.input(start + from, start + to);
            }
        };
    }
}
