package org.lazaret.scan.mime;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Base64 (RFC 2045, section 6.8) as most readers take it: what is not of the alphabet is passed over, the first padding ends it. Notes
 * when another reader could see something else. Equal lines are stripped of their ends and decoded in blocks by the JDK, which is ten
 * times the speed of decoders that look at each byte.
 */
final class Base64Decoder extends Decoder {
    private static final int RUN = 256;
    private static final int BLOCK = 1 << 14;
    private static final byte OTHER = -1;
    private static final byte BLANK = -2;
    private static final byte PAD = -3;
    private static final byte[] CLASS = classes();

    private final Output output;
    private final byte[] block = new byte[BLOCK];
    private final byte[] decoded = new byte[Math.max(BLOCK, RUN * 76) / 4 * 3];
    private byte[] run = new byte[0];
    private int filled;
    private int padding;
    private int lineLength;
    private int eol;
    private int slowLines;
    private boolean odd;
    private long junk;
    private long good;

    Base64Decoder(Output output) {
        this.output = output;
    }

    /** Whether there was junk, padding before the end or anything behind it. */
    boolean odd() {
        return odd;
    }

    /** Whether the body is no base64 at all, whatever its header says. */
    boolean mostlyJunk() {
        return junk * 8 >= good;
    }

    @Override
    int run(byte[] bytes, int from, int to) throws IOException {
        int stride = lineLength + eol;
        if (lineLength == 0 || slowLines > 0 || padding > 0) {
            return 0;
        }
        if (to - from < RUN * stride) {
            return MORE;
        }
        if (filled > 0) {
            if (filled % 4 != 0) {
                return 0;
            }
            flush(filled);
        }
        if (run.length != RUN * lineLength) {
            run = new byte[RUN * lineLength];
        }
        int position = from;
        for (int i = 0; i < RUN; i++) {
            int next = position + stride;
            if (bytes[next - 1] != '\n' || eol == 2 && bytes[next - 2] != '\r') {
                slowLines = RUN;
                return 0;
            }
            System.arraycopy(bytes, position, run, i * lineLength, lineLength);
            position = next;
        }
        if (run[run.length - 1] == '=') {
            slowLines = RUN;
            return 0;
        }
        int count;
        try {
            count = Base64.getDecoder().decode(run, decoded);
        } catch (IllegalArgumentException e) {
            slowLines = RUN;
            return 0;
        }
        output.write(decoded, 0, count);
        good += run.length;
        return position - from;
    }

    @Override
    void line(byte[] bytes, int from, int to, LineEnd end) throws IOException {
        int taken = 0;
        slowLines -= slowLines > 0 ? 1 : 0;
        for (int i = from; i < to; i++) {
            byte kind = CLASS[bytes[i] & 0xFF];
            if (kind >= 0) {
                if (padding > 0) {
                    odd = true;
                    continue;
                }
                block[filled++] = bytes[i];
                taken++;
                if (filled == BLOCK) {
                    flush(BLOCK);
                }
            } else if (kind == PAD) {
                odd |= padding == 0 && filled % 4 < 2 || padding >= 2;
                padding++;
            } else if (kind == OTHER) {
                odd = true;
                junk++;
            }
        }
        good += taken;
        eol = end == LineEnd.CRLF ? 2 : 1;
        lineLength = taken == to - from && taken % 4 == 0 && taken <= 76 && end != LineEnd.NONE && end != LineEnd.CR && filled % 4 == 0 ? taken : 0;
    }

    private void flush(int count) throws IOException {
        byte[] source = count == BLOCK ? block : Arrays.copyOf(block, count);
        output.write(decoded, 0, Base64.getDecoder().decode(source, decoded));
        filled = 0;
    }

    @Override
    void end() throws IOException {
        if (padding > 0) {
            odd |= (filled + padding) % 4 != 0;
        }
        if (filled % 4 == 1) {
            odd = true;
            filled--;
        }
        if (filled > 0) {
            flush(filled);
        }
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        Arrays.fill(classes, OTHER);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < 64; i++) {
            classes[alphabet.charAt(i)] = (byte) i;
        }
        classes['='] = PAD;
        for (char c : new char[] {' ', '\t', '\r', '\n'}) {
            classes[c] = BLANK;
        }
        return classes;
    }
}
