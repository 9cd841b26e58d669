package org.lazaret.scan.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** LZX as in cabinets ([MS-PATCH] 2.1 to 2.6): frames of 32 KiB, each ending on a 16-bit boundary, calls translated for x86. */
final class LzxInputStream extends InputStream {
    private static final int FRAME = 32 * 1024;
    private static final int MAX_TRANSLATED_FRAMES = 32768;
    private static final int[] SLOTS = {30, 32, 34, 36, 38, 42, 50};

    private final InputStream in;
    private final byte[] window;
    private final byte[] frame = new byte[FRAME];
    private final int[] extraBits = new int[51];
    private final int[] positionBase = new int[51];
    private final int[] mainLengths;
    private final int[] lengthLengths = new int[249];
    private Huffman mainTree = Huffman.EMPTY;
    private Huffman lengthTree = Huffman.EMPTY;
    private Huffman alignedTree = Huffman.EMPTY;
    private int place;
    private int r0 = 1;
    private int r1 = 1;
    private int r2 = 1;
    private int bits;
    private int bitCount;
    private boolean headerRead;
    private int translationSize;
    private boolean translates;
    private int blockType;
    private int blockLength;
    private int blockLeft;
    private long left;
    private int frames;
    private int frameSize;
    private int frameAt;
    private int pending;

    /**
     * @param windowBits 15 to 21
     * @param size       unpacked size of the whole folder
     */
    LzxInputStream(InputStream in, int windowBits, long size) throws IOException {
        if (windowBits < 15 || windowBits > 21) {
            throw new UnsupportedCompression("LZX with a window of 2^" + windowBits);
        }
        this.in = in;
        this.window = new byte[1 << windowBits];
        this.left = size;
        this.mainLengths = new int[256 + SLOTS[windowBits - 15] * 8];
        int base = 0;
        for (int slot = 0; slot < extraBits.length; slot++) {
            extraBits[slot] = slot < 4 ? 0 : Math.min(17, slot / 2 - 1);
            positionBase[slot] = base;
            base += 1 << extraBits[slot];
        }
    }

    @Override
    public int read() throws IOException {
        if (frameAt == frameSize && !nextFrame()) {
            return -1;
        }
        return frame[frameAt++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (frameAt == frameSize && !nextFrame()) {
            return -1;
        }
        int count = Math.min(length, frameSize - frameAt);
        System.arraycopy(frame, frameAt, target, offset, count);
        frameAt += count;
        return count;
    }

    private boolean nextFrame() throws IOException {
        if (left <= 0) {
            return false;
        }
        int size = (int) Math.min(FRAME, left);
        int start = place;
        if (!headerRead) {
            headerRead = true;
            if (bits(1) == 1) {
                translationSize = bits(16) << 16 | bits(16);
            }
        }
        int done = pending;
        while (done < size) {
            if (blockLeft == 0) {
                block();
            }
            int run = Math.min(blockLeft, size - done);
            int made = blockType == 3 ? raw(run) : symbols(run);
            done += made;
            blockLeft = Math.max(0, blockLeft - made);
        }
        pending = done - size;
        for (int i = 0; i < size; i++) {
            frame[i] = window[start + i & window.length - 1];
        }
        place = start + size & window.length - 1;
        if (pending > 0) {
            throw new IOException("LZX: a match runs over the frame");
        }
        if (bitCount > 0) {
            bits = 0;
            bitCount = 0;
        }
        translate(size);
        frames++;
        left -= size;
        frameSize = size;
        frameAt = 0;
        return true;
    }

    private void translate(int size) {
        if (!translates || translationSize == 0 || frames >= MAX_TRANSLATED_FRAMES || size <= 10) {
            return;
        }
        int position = frames * FRAME;
        int i = 0;
        while (i < size - 10) {
            if (frame[i] != (byte) 0xe8) {
                i++;
                continue;
            }
            int absolute = frame[i + 1] & 0xff | (frame[i + 2] & 0xff) << 8 | (frame[i + 3] & 0xff) << 16 | (frame[i + 4] & 0xff) << 24;
            int here = position + i;
            if (absolute >= -here && absolute < translationSize) {
                int relative = absolute >= 0 ? absolute - here : absolute + translationSize;
                frame[i + 1] = (byte) relative;
                frame[i + 2] = (byte) (relative >> 8);
                frame[i + 3] = (byte) (relative >> 16);
                frame[i + 4] = (byte) (relative >> 24);
            }
            i += 5;
        }
    }

    private void block() throws IOException {
        if (blockType == 3 && (blockLength & 1) == 1) {
            in.read();
        }
        blockType = bits(3);
        blockLength = bits(16) << 8 | bits(8);
        blockLeft = blockLength;
        if (blockLength == 0) {
            throw new IOException("LZX: empty block");
        }
        switch (blockType) {
            case 1, 2 -> {
                if (blockType == 2) {
                    int[] aligned = new int[8];
                    for (int i = 0; i < 8; i++) {
                        aligned[i] = bits(3);
                    }
                    alignedTree = new Huffman(aligned);
                }
                lengths(mainLengths, 0, 256);
                lengths(mainLengths, 256, mainLengths.length);
                mainTree = new Huffman(mainLengths);
                translates |= mainLengths[0xe8] != 0;
                lengths(lengthLengths, 0, lengthLengths.length);
                lengthTree = new Huffman(lengthLengths);
            }
            case 3 -> {
                translates = true;
                if (bitCount == 0) {
                    bits(16);
                }
                bits = 0;
                bitCount = 0;
                r0 = int32();
                r1 = int32();
                r2 = int32();
            }
            default -> throw new IOException("LZX: block of type " + blockType);
        }
    }

    private void lengths(int[] lengths, int first, int last) throws IOException {
        int[] pre = new int[20];
        for (int i = 0; i < 20; i++) {
            pre[i] = bits(4);
        }
        Huffman preTree = new Huffman(pre);
        int at = first;
        while (at < last) {
            int code = symbol(preTree);
            int repeat = 1;
            int value = 0;
            if (code == 17) {
                repeat = bits(4) + 4;
            } else if (code == 18) {
                repeat = bits(5) + 20;
            } else {
                if (code == 19) {
                    repeat = bits(1) + 4;
                    code = symbol(preTree);
                    if (code > 16) {
                        throw new IOException("LZX: lengths");
                    }
                }
                value = Math.floorMod(lengths[at] - code, 17);
            }
            for (int i = 0; i < repeat && at < last; i++) {
                lengths[at++] = value;
            }
        }
    }

    private int raw(int run) throws IOException {
        for (int i = 0; i < run; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            put((byte) b);
        }
        return run;
    }

    private int symbols(int run) throws IOException {
        int made = 0;
        while (made < run) {
            int symbol = symbol(mainTree);
            if (symbol < 256) {
                put((byte) symbol);
                made++;
                continue;
            }
            symbol -= 256;
            int length = symbol & 7;
            if (length == 7) {
                length += symbol(lengthTree);
            }
            length += 2;
            int offset = offset(symbol >> 3);
            if (offset <= 0 || offset > window.length) {
                throw new IOException("LZX: match outside of the window");
            }
            for (int i = 0; i < length; i++) {
                put(window[place - offset & window.length - 1]);
            }
            made += length;
        }
        return made;
    }

    private int offset(int slot) throws IOException {
        int offset;
        switch (slot) {
            case 0 -> {
                return r0;
            }
            case 1 -> {
                offset = r1;
                r1 = r0;
                r0 = offset;
                return offset;
            }
            case 2 -> {
                offset = r2;
                r2 = r0;
                r0 = offset;
                return offset;
            }
            default -> {
                int extra = extraBits[slot];
                offset = positionBase[slot] - 2;
                if (blockType == 2 && extra >= 3) {
                    offset += bits(extra - 3) << 3;
                    offset += symbol(alignedTree);
                } else {
                    offset += bits(extra);
                }
            }
        }
        r2 = r1;
        r1 = r0;
        r0 = offset;
        return offset;
    }

    private void put(byte b) {
        window[place] = b;
        place = place + 1 & window.length - 1;
    }

    private int int32() throws IOException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            value |= b << 8 * i;
        }
        return value;
    }

    private int bits(int count) throws IOException {
        int value = 0;
        for (int left = count; left > 0;) {
            if (bitCount == 0) {
                int low = in.read();
                int high = in.read();
                if (low < 0) {
                    throw new EOFException();
                }
                bits = Math.max(high, 0) << 8 | low;
                bitCount = 16;
            }
            int taken = Math.min(left, bitCount);
            value = value << taken | bits >>> bitCount - taken & (1 << taken) - 1;
            bitCount -= taken;
            left -= taken;
        }
        return value;
    }

    private int symbol(Huffman tree) throws IOException {
        return tree.decode(() -> bits(1));
    }
}
