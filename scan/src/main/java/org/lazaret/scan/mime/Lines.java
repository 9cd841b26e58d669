package org.lazaret.scan.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a stream without their ends, each cut at 64 KiB: what is longer comes as several. */
final class Lines {
    private static final int MAX = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[MAX];
    private int position;
    private int filled;
    private boolean atEnd;
    private boolean whole;

    Lines(InputStream in) {
        this.in = in;
    }

    /** The next line; null at the end. */
    byte @Nullable [] next() throws IOException {
        int lf = indexOf();
        while (lf < 0 && !atEnd && filled - position < MAX) {
            System.arraycopy(buffer, position, buffer, 0, filled - position);
            filled -= position;
            position = 0;
            int count = in.read(buffer, filled, buffer.length - filled);
            atEnd = count < 0;
            filled += Math.max(0, count);
            lf = indexOf();
        }
        if (lf < 0 && position == filled) {
            return null;
        }
        whole = lf >= 0;
        int end = whole ? lf : filled;
        int next = whole ? lf + 1 : filled;
        if (whole && end > position && buffer[end - 1] == '\r') {
            end--;
        }
        byte[] line = Arrays.copyOfRange(buffer, position, end);
        position = next;
        return line;
    }

    /** Whether the line that came last had an end. */
    boolean whole() {
        return whole;
    }

    private int indexOf() {
        for (int i = position; i < filled; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
