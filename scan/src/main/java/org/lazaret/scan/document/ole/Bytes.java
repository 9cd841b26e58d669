package org.lazaret.scan.document.ole;

import java.nio.charset.StandardCharsets;

/** Little-endian numbers and searches in bytes. */
public final class Bytes {
    private Bytes() {
    }

    public static int u16(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    public static int i32(byte[] bytes, int at) {
        return u16(bytes, at) | u16(bytes, at + 2) << 16;
    }

    public static long u32(byte[] bytes, int at) {
        return i32(bytes, at) & 0xffffffffL;
    }

    /** Position of a sequence from a position on, -1 when there is none. */
    public static int indexOf(byte[] bytes, byte[] wanted, int from) {
        if (wanted.length == 0) {
            return from;
        }
        byte first = wanted[0];
        outer:
        for (int i = Math.max(from, 0); i <= bytes.length - wanted.length; i++) {
            if (bytes[i] != first) {
                continue;
            }
            for (int j = 1; j < wanted.length; j++) {
                if (bytes[i + j] != wanted[j]) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }

    public static boolean startsWith(byte[] bytes, byte[] wanted) {
        return bytes.length >= wanted.length && indexOf(java.util.Arrays.copyOf(bytes, wanted.length), wanted, 0) == 0;
    }

    /** ASCII, or any 8-bit text, as characters of the same values. */
    public static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
