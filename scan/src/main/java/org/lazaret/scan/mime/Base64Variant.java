package org.lazaret.scan.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Base64 as one or another reader takes it when it does not follow RFC 2045: readers differ in what junk and padding before the end do.
 * Only for bodies that are odd; the way of all others is {@link Base64Decoder}.
 */
enum Base64Variant {
    /** Junk is passed over, padding ends it. */
    USUAL(Pad.ENDS, Junk.PASSED, false),
    /** Padding ends a group, and another begins. */
    CONCATENATED(Pad.ENDS_GROUP, Junk.PASSED, false),
    /** Padding is junk. */
    UNPADDED(Pad.PASSED, Junk.PASSED, false),
    /** Junk ends it. */
    STRICT(Pad.ENDS_GROUP, Junk.ENDS, false),
    /** A line with junk is passed over. */
    LINES(Pad.ENDS_GROUP, Junk.DROPS_LINE, false),
    /** The alphabet of URLs (RFC 4648, section 5) mixed in. */
    URL(Pad.ENDS_GROUP, Junk.URL, false),
    /** Every line for itself. */
    LINE_BY_LINE(Pad.ENDS_GROUP, Junk.PASSED, true);

    private enum Pad { ENDS, ENDS_GROUP, PASSED }

    private enum Junk { PASSED, ENDS, DROPS_LINE, URL }

    private static final int PAD = -2;
    private static final int OTHER = -1;
    private static final int BLANK = -3;
    private static final byte[] VALUES = values64();

    private final Pad pad;
    private final Junk junk;
    private final boolean perLine;

    Base64Variant(Pad pad, Junk junk, boolean perLine) {
        this.pad = pad;
        this.junk = junk;
        this.perLine = perLine;
    }

    void decode(InputStream encoded, Output output) throws IOException {
        Lines lines = new Lines(encoded);
        byte[] out = new byte[1 << 13];
        int count = 0;
        int bits = 0;
        int held = 0;
        for (byte @Nullable [] line = lines.next(); line != null; line = lines.next()) {
            if (junk == Junk.DROPS_LINE && junk(line)) {
                continue;
            }
            for (byte b : line) {
                int value = VALUES[b & 0xFF];
                if (value == OTHER && junk == Junk.URL) {
                    value = b == '-' ? 62 : b == '_' ? 63 : OTHER;
                }
                if (value >= 0) {
                    bits = bits << 6 | value;
                    held++;
                    if (held % 4 != 1) {
                        if (count == out.length) {
                            output.write(out, 0, count);
                            count = 0;
                        }
                        out[count++] = (byte) (bits >> (held % 4 == 2 ? 4 : held % 4 == 3 ? 2 : 0));
                    }
                } else if (value == PAD && pad == Pad.ENDS && held > 0 || value == OTHER && junk == Junk.ENDS) {
                    output.write(out, 0, count);
                    return;
                } else if (value == PAD && pad == Pad.ENDS_GROUP) {
                    held = 0;
                }
            }
            if (perLine && lines.whole()) {
                held = 0;
            }
        }
        output.write(out, 0, count);
    }

    private static boolean junk(byte[] line) {
        for (byte b : line) {
            if (VALUES[b & 0xFF] == OTHER) {
                return true;
            }
        }
        return false;
    }

    /** Whether bytes could be base64 at all: nearly all of the alphabet. */
    static boolean plausible(byte[] head) {
        int good = 0;
        int bad = 0;
        for (byte b : head) {
            int value = VALUES[b & 0xFF];
            good += value >= 0 || value == PAD ? 1 : 0;
            bad += value == OTHER ? 1 : 0;
        }
        return good >= 16 && bad * 8 < good;
    }

    /** Whether bytes are base64 and nothing else: long unbroken lines of the alphabet, as text never has them. */
    static boolean evident(byte[] head) {
        int longest = 0;
        int current = 0;
        for (byte b : head) {
            int value = VALUES[b & 0xFF];
            if (value == OTHER || b == ' ') {
                return false;
            }
            current = value >= 0 ? current + 1 : 0;
            longest = Math.max(longest, current);
        }
        return longest >= 40;
    }

    private static byte[] values64() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) OTHER);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < 64; i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        values['='] = PAD;
        for (char c : new char[] {' ', '\t', '\r', '\n'}) {
            values[c] = BLANK;
        }
        return values;
    }
}
