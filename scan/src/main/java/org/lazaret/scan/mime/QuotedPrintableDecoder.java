package org.lazaret.scan.mime;

import java.io.IOException;
import java.util.Arrays;

/**
 * Quoted-printable (RFC 2045, section 6.7) as most readers take it: an escape that is none stays as it is, blanks at the end of a line go.
 * Notes when another reader could see something else.
 */
final class QuotedPrintableDecoder extends Decoder {
    private final Output output;
    private byte[] decoded = new byte[256];
    private byte[] held = new byte[256];
    private int kept;
    private LineEnd pending = LineEnd.NONE;
    private boolean odd;

    QuotedPrintableDecoder(Output output) {
        this.output = output;
    }

    /** Whether there were illegal escapes, blanks behind a soft line break or a bare CR. */
    boolean odd() {
        return odd;
    }

    @Override
    void line(byte[] bytes, int from, int to, LineEnd end) throws IOException {
        int length = kept + to - from;
        if (held.length < length) {
            held = Arrays.copyOf(held, Math.max(length, 2 * held.length));
        }
        System.arraycopy(bytes, from, held, kept, to - from);
        kept = length;
        if (end != LineEnd.NONE) {
            decode(true, end);
        } else if (kept > 1 << 15) {
            decode(false, end);
        }
    }

    private void decode(boolean whole, LineEnd end) throws IOException {
        breakLine();
        int stop = kept;
        if (whole) {
            while (stop > 0 && (held[stop - 1] == ' ' || held[stop - 1] == '\t')) {
                stop--;
            }
        }
        boolean soft = whole && stop > 0 && held[stop - 1] == '=';
        odd |= soft && stop != kept;
        stop -= soft ? 1 : 0;
        if (decoded.length < stop) {
            decoded = new byte[held.length];
        }
        int safe = whole ? stop : stop - 2;
        int count = 0;
        int i = 0;
        while (i < safe) {
            byte c = held[i++];
            if (c == '=') {
                int high = i + 1 < stop ? Character.digit(held[i], 16) : -1;
                int low = high >= 0 ? Character.digit(held[i + 1], 16) : -1;
                if (low >= 0) {
                    decoded[count++] = (byte) (high << 4 | low);
                    i += 2;
                    continue;
                }
                odd = true;
            } else if (c == '\r' || c == 0) {
                odd = true;
            }
            decoded[count++] = c;
        }
        output.write(decoded, 0, count);
        if (whole) {
            kept = 0;
            pending = soft ? LineEnd.NONE : end;
        } else {
            System.arraycopy(held, i, held, 0, kept - i);
            kept -= i;
        }
    }

    private void breakLine() throws IOException {
        if (pending == LineEnd.CRLF) {
            output.write(new byte[] {'\r', '\n'}, 0, 2);
        } else if (pending != LineEnd.NONE) {
            output.write(new byte[] {'\n'}, 0, 1);
        }
        pending = LineEnd.NONE;
    }

    @Override
    void end() throws IOException {
        if (kept > 0) {
            decode(true, LineEnd.NONE);
        }
        pending = LineEnd.NONE;
    }
}
