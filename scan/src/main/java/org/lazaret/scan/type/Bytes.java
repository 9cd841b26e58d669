package org.lazaret.scan.type;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.lazaret.scan.inspect.Content;

/**
 * A stretch of content that may end early: reading behind its end gives -1, never an exception, so that parsers of hostile input
 * compare instead of catch.
 */
public final class Bytes {
    private final byte[] bytes;

    public Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Up to {@code length} bytes from a position on; empty for a position outside of the content. */
    public static Bytes of(Content content, long position, int length) throws IOException {
        if (position < 0 || position >= content.size() || length <= 0) {
            return new Bytes(new byte[0]);
        }
        return new Bytes(content.range(position, (int) Math.min(length, content.size() - position)));
    }

    public int size() {
        return bytes.length;
    }

    public byte[] array() {
        return bytes;
    }

    /** Unsigned byte; -1 outside. */
    public int u8(int at) {
        return at >= 0 && at < bytes.length ? bytes[at] & 0xff : -1;
    }

    /** Unsigned 16 bit, little endian; -1 outside. */
    public int u16(int at) {
        return at >= 0 && at + 1 < bytes.length ? bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 : -1;
    }

    /** Unsigned 16 bit, big endian; -1 outside. */
    public int u16be(int at) {
        return at >= 0 && at + 1 < bytes.length ? (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff : -1;
    }

    /** Unsigned 32 bit, little endian; -1 outside. */
    public long u32(int at) {
        return at >= 0 && at + 3 < bytes.length ? u16(at) | (long) u16(at + 2) << 16 : -1;
    }

    /** Unsigned 32 bit, big endian; -1 outside. */
    public long u32be(int at) {
        return at >= 0 && at + 3 < bytes.length ? (long) u16be(at) << 16 | u16be(at + 2) : -1;
    }

    /** 64 bit, little endian; values of 2^63 and more, and positions outside, are -1. */
    public long u64(int at) {
        if (at < 0 || at + 7 >= bytes.length) {
            return -1;
        }
        long value = u32(at) | u32(at + 4) << 32;
        return value < 0 ? -1 : value;
    }

    /** Whether the Latin-1 characters of a text stand at a place. */
    public boolean at(int at, String latin1) {
        if (at < 0 || at + latin1.length() > bytes.length) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if ((bytes[at + i] & 0xff) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** First place at or behind {@code from} where the Latin-1 characters of a text stand; -1 for none. */
    public int indexOf(String latin1, int from) {
        byte first = (byte) latin1.charAt(0);
        int last = bytes.length - latin1.length();
        for (int i = Math.max(from, 0); i <= last; i++) {
            if (bytes[i] == first && at(i, latin1)) {
                return i;
            }
        }
        return -1;
    }

    /** Last place at or before {@code from} where the Latin-1 characters of a text stand; -1 for none. */
    public int lastIndexOf(String latin1, int from) {
        for (int i = Math.min(from, bytes.length - latin1.length()); i >= 0; i--) {
            if (at(i, latin1)) {
                return i;
            }
        }
        return -1;
    }

    /** A part as Latin-1; shorter at the end. */
    public String latin1(int from, int length) {
        int start = Math.clamp(from, 0, bytes.length);
        int end = (int) Math.clamp((long) from + length, start, bytes.length);
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    public Bytes from(int position) {
        return new Bytes(Arrays.copyOfRange(bytes, Math.clamp(position, 0, bytes.length), bytes.length));
    }
}
