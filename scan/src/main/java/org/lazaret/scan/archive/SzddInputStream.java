package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;

/** What COMPRESS.EXE of MS-DOS and Windows wrote: LZSS with a window of 4096 spaces, behind a header of 14 bytes. */
final class SzddInputStream extends InputStream {
    private static final int WINDOW = 4096;

    private final InputStream in;
    private final byte[] window = new byte[WINDOW];
    private int place = WINDOW - 16;
    private int flags = 1;
    private int from;
    private int left;

    SzddInputStream(InputStream in) throws IOException {
        this.in = in;
        in.skipNBytes(14);
        java.util.Arrays.fill(window, (byte) ' ');
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            if (flags == 1) {
                int next = in.read();
                if (next < 0) {
                    return -1;
                }
                flags = next | 0x100;
            }
            boolean literal = (flags & 1) != 0;
            flags >>= 1;
            int first = in.read();
            if (first < 0) {
                return -1;
            }
            if (literal) {
                return put((byte) first);
            }
            int second = in.read();
            if (second < 0) {
                return -1;
            }
            from = first | (second & 0xf0) << 4;
            left = (second & 0x0f) + 3;
        }
        left--;
        byte copied = window[from];
        from = from + 1 & WINDOW - 1;
        return put(copied);
    }

    private int put(byte b) {
        window[place] = b;
        place = place + 1 & WINDOW - 1;
        return b & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = 0;
        while (count < length) {
            int b = read();
            if (b < 0) {
                return count == 0 ? -1 : count;
            }
            target[offset + count++] = (byte) b;
        }
        return count;
    }
}
