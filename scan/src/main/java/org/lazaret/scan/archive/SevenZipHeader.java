package org.lazaret.scan.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.type.Bytes;
import org.tukaani.xz.LZMAInputStream;

/**
 * How much work a password costs. The archive itself says how many rounds of SHA-256 its key takes, up to 2^62, and the library obeys; so
 * the number is looked up first, in the header or in the packed header (7zFormat.txt).
 */
final class SevenZipHeader {
    private static final int MAX_HEADER = 4 << 20;
    /** What 7-Zip writes is 2^19. */
    private static final int MAX_POWER = 20;

    private final Bytes bytes;
    private int at;

    private SevenZipHeader(Bytes bytes) {
        this.bytes = bytes;
    }

    /** False when the number of rounds is large or cannot be told. */
    static boolean isCheap(Content content) throws IOException {
        Bytes start = Bytes.of(content, 0, 32);
        long offset = start.u64(12);
        long size = start.u64(20);
        if (offset < 0 || size <= 0 || size > MAX_HEADER || offset + size > content.size()) {
            return false;
        }
        Bytes header = Bytes.of(content, 32 + offset, (int) size);
        if (header.u8(0) != 0x17) {
            return isCheap(header);
        }
        if (header.indexOf("\6\361\7\1", 0) >= 0) {
            return isCheap(header);
        }
        try {
            Bytes unpacked = new SevenZipHeader(header).unpack(content);
            return unpacked.u8(0) == 1 && isCheap(unpacked);
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static boolean isCheap(Bytes header) {
        boolean found = false;
        for (int at = header.indexOf("\6\361\7\1", 0); at >= 0; at = header.indexOf("\6\361\7\1", at + 1)) {
            found = true;
            if ((header.u8(at + 5) & 0x3f) > MAX_POWER) {
                return false;
            }
        }
        return found;
    }

    /** A header packed by one LZMA coder, as every writer does it. */
    private Bytes unpack(Content content) throws IOException {
        expect(0x17);
        expect(0x06);
        long position = number();
        expect(1);
        expect(0x09);
        long packed = number();
        skipTo(0x07);
        expect(0x0b);
        expect(1);
        expect(0);
        expect(1);
        expect(0x23);
        expect(3);
        expect(1);
        expect(1);
        expect(5);
        int properties = bytes.u8(at);
        long dictionary = bytes.u32(at + 1);
        at += 5;
        expect(0x0c);
        long size = number();
        if (size <= 0 || size > MAX_HEADER || packed > MAX_HEADER || dictionary > Memory.MAX_DICTIONARY << 20) {
            throw new IOException("header too large");
        }
        byte[] input = Bytes.of(content, 32 + position, (int) packed).array();
        try (LZMAInputStream in = new LZMAInputStream(new ByteArrayInputStream(input), size, (byte) properties, (int) dictionary)) {
            return new Bytes(in.readNBytes((int) size));
        }
    }

    private void expect(int value) throws IOException {
        if (bytes.u8(at++) != value) {
            throw new IOException("unusual header");
        }
    }

    private void skipTo(int value) throws IOException {
        while (bytes.u8(at) != value) {
            if (bytes.u8(at++) < 0) {
                throw new IOException("unusual header");
            }
        }
        at++;
    }

    /** 7z's variable-length number. */
    private long number() {
        int first = bytes.u8(at++);
        long value = 0;
        int mask = 0x80;
        for (int i = 0; i < 8; i++) {
            if ((first & mask) == 0) {
                return value | (long) (first & mask - 1) << 8 * i;
            }
            value |= (long) Math.max(bytes.u8(at++), 0) << 8 * i;
            mask >>= 1;
        }
        return value;
    }
}
