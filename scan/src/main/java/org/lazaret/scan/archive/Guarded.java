package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An entry's bytes on their way out of a decoder. Decoders throw whatever they like on hostile input: here the entry then ends, what came
 * until then is still judged, and the fault is remembered.
 */
final class Guarded extends InputStream {
    private final InputStream in;
    private final CRC32 crc = new CRC32();
    private long count;
    private @Nullable Exception fault;

    Guarded(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (fault != null) {
            return -1;
        }
        try {
            int read = in.read(target, offset, length);
            if (read > 0) {
                crc.update(target, offset, read);
                count += read;
            }
            return read;
        } catch (IOException | RuntimeException e) {
            fault = e;
            return -1;
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException | RuntimeException e) {
            fault = fault == null ? e : fault;
        }
    }

    long count() {
        return count;
    }

    long crc() {
        return crc.getValue();
    }

    boolean whole() {
        return fault == null;
    }

    /** What went wrong, for people; empty when nothing did. */
    String fault() {
        return fault == null ? "" : fault.getClass().getSimpleName() + (fault.getMessage() == null ? "" : ": " + fault.getMessage());
    }

    @Nullable Exception cause() {
        return fault;
    }
}
