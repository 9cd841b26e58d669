package org.lazaret.scan.mime;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The little of BER (X.690) that the way to the content of a CMS message takes: forward only, definite and indefinite lengths, no
 * recursion on nesting, nothing kept.
 */
final class Ber {
    private static final int MAX_VALUE = 64;
    private static final int MAX_NESTING = 64;
    private static final long INDEFINITE = -1;

    private final InputStream in;
    private int tag;
    private long length;
    private long position;

    Ber(InputStream in) {
        this.in = in;
    }

    private int octet() throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("CMS ends early");
        }
        position++;
        return octet;
    }

    private void header() throws IOException {
        tag = octet();
        if ((tag & 0x1F) == 0x1F) {
            throw new IOException("CMS with a tag of several octets");
        }
        int first = octet();
        if (first == 0x80) {
            length = INDEFINITE;
        } else if (first < 0x80) {
            length = first;
        } else {
            if (first > 0x87) {
                throw new IOException("CMS with a length of " + (first & 0x7F) + " octets");
            }
            length = 0;
            for (int i = 0; i < (first & 0x7F); i++) {
                length = length << 8 | octet();
            }
        }
    }

    /** Steps into a constructed element; the position behind it, which is beyond all when its length is indefinite. */
    long enter(int expected) throws IOException {
        header();
        if (tag != expected) {
            throw new IOException("CMS has tag " + tag + " in place of " + expected);
        }
        return length == INDEFINITE ? Long.MAX_VALUE : position + length;
    }

    /** A short primitive value. */
    byte[] value(int expected) throws IOException {
        enter(expected);
        if (length < 0 || length > MAX_VALUE) {
            throw new IOException("CMS value of " + length + " octets");
        }
        byte[] value = in.readNBytes((int) length);
        if (value.length < length) {
            throw new EOFException("CMS ends early");
        }
        position += length;
        return value;
    }

    /** Passes over one element, whatever is in it. */
    void skip() throws IOException {
        header();
        int open = length == INDEFINITE ? 1 : 0;
        if (open == 0) {
            pass();
        }
        while (open > 0) {
            header();
            if (tag == 0 && length == 0) {
                open--;
            } else if (length == INDEFINITE) {
                open++;
                if (open > MAX_NESTING) {
                    throw new IOException("CMS nested deeper than " + MAX_NESTING);
                }
            } else {
                pass();
            }
        }
    }

    private void pass() throws IOException {
        in.skipNBytes(length);
        position += length;
    }

    /** The octets of an optional explicitly tagged OCTET STRING before an end, in one piece or in several; null when it is left out. */
    @Nullable InputStream octets(long end) throws IOException {
        if (position >= end) {
            return null;
        }
        header();
        if (tag != 0xA0) {
            return null;
        }
        header();
        if (tag == 0x04 && length != INDEFINITE) {
            return new Pieces(length, false);
        }
        if (tag != 0x24) {
            throw new IOException("CMS content has tag " + tag);
        }
        return new Pieces(0, true);
    }

    /** Reads piece after piece until something else comes. */
    private final class Pieces extends InputStream {
        private final boolean several;
        private long left;
        private boolean ended;

        Pieces(long left, boolean several) {
            this.left = left;
            this.several = several;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            while (left == 0) {
                if (!several || ended) {
                    return -1;
                }
                header();
                if (tag != 0x04 || length == INDEFINITE) {
                    ended = true;
                    return -1;
                }
                left = length;
            }
            int read = in.read(target, offset, (int) Math.min(count, left));
            if (read < 0) {
                throw new EOFException("CMS ends early");
            }
            left -= read;
            return read;
        }
    }
}
