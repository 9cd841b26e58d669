package org.lazaret.scan.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Zstandard (RFC 8878), in plain Java with checked arrays: the libraries there are work on raw memory, which hostile input should not.
 * Checksums are not verified; dictionaries are not supported; windows are limited to {@value #MAX_WINDOW} bytes.
 */
final class ZstdInputStream extends InputStream {
    static final int MAX_WINDOW = 32 << 20;

    private static final int BLOCK = 128 * 1024;
    private static final int[] LITERAL_BASE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128,
        256, 512,
        1024, 2048, 4096, 8192, 16384, 32768, 65536};
    private static final int[] LITERAL_BITS = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12,
        13, 14, 15, 16};
    private static final int[] MATCH_BASE = matchBase();
    private static final int[] MATCH_BITS = matchBits();
    private static final Fse LITERAL_DEFAULT = new Fse(6, new int[] {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3,
        2, 1, 1, 1,
        1, 1, -1, -1, -1, -1});
    private static final Fse MATCH_DEFAULT = new Fse(6, new int[] {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1});
    private static final Fse OFFSET_DEFAULT = new Fse(5, new int[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1,
        -1, -1, -1});

    private final InputStream in;
    private byte[] history = new byte[2 * BLOCK];
    private int made;
    private int taken;
    private int window;
    private boolean inFrame;
    private boolean lastBlock;
    private boolean checksum;
    private boolean ended;
    private int frames;
    private byte[] huffmanSymbols = new byte[0];
    private byte[] huffmanLengths = new byte[0];
    private int huffmanBits;
    private Fse literalCode = LITERAL_DEFAULT;
    private Fse offsetCode = OFFSET_DEFAULT;
    private Fse matchCode = MATCH_DEFAULT;
    private int rep0;
    private int rep1;
    private int rep2;

    ZstdInputStream(InputStream in) {
        this.in = in;
    }

    private static int[] matchBits() {
        int[] bits = new int[53];
        int[] late = {1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        System.arraycopy(late, 0, bits, 32, late.length);
        return bits;
    }

    private static int[] matchBase() {
        int[] base = new int[53];
        int[] late = {35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539};
        for (int i = 0; i < 32; i++) {
            base[i] = i + 3;
        }
        System.arraycopy(late, 0, base, 32, late.length);
        return base;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (taken == made) {
            if (ended) {
                return -1;
            }
            more();
        }
        int count = Math.min(length, made - taken);
        System.arraycopy(history, taken, target, offset, count);
        taken += count;
        return count;
    }

    private void more() throws IOException {
        if (!inFrame) {
            frame();
            return;
        }
        if (lastBlock) {
            if (checksum) {
                exactly(4);
            }
            inFrame = false;
            return;
        }
        block();
    }

    private void frame() throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length == 0 && frames > 0) {
            ended = true;
            return;
        }
        long number = magic.length < 4 ? -1 : little(magic, 0, 4);
        if (number >= 0x184d2a50L && number <= 0x184d2a5fL) {
            in.skipNBytes(little(exactly(4), 0, 4));
            frames++;
            return;
        }
        if (number != 0xfd2fb528L) {
            throw new IOException("no zstd frame");
        }
        int descriptor = exactly(1)[0] & 0xff;
        boolean single = (descriptor & 0x20) != 0;
        checksum = (descriptor & 4) != 0;
        long size = 0;
        if (!single) {
            int log = exactly(1)[0] & 0xff;
            long base = 1L << 10 + (log >> 3);
            size = base + base / 8 * (log & 7);
        }
        if (little(exactly(new int[] {0, 1, 2, 4}[descriptor & 3]), 0, new int[] {0, 1, 2, 4}[descriptor & 3]) != 0) {
            throw new UnsupportedCompression("zstd with a dictionary");
        }
        int sizeBytes = new int[] {single ? 1 : 0, 2, 4, 8}[descriptor >> 6];
        long contentSize = little(exactly(sizeBytes), 0, sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        if (single) {
            size = contentSize;
        }
        if (size > MAX_WINDOW || size < 0) {
            throw new UnsupportedCompression("zstd with a window of " + size + " bytes");
        }
        window = (int) Math.max(size, 1024);
        made = 0;
        taken = 0;
        rep0 = 1;
        rep1 = 4;
        rep2 = 8;
        huffmanBits = 0;
        literalCode = LITERAL_DEFAULT;
        offsetCode = OFFSET_DEFAULT;
        matchCode = MATCH_DEFAULT;
        inFrame = true;
        lastBlock = false;
        frames++;
    }

    private void block() throws IOException {
        int header = (int) little(exactly(3), 0, 3);
        lastBlock = (header & 1) == 1;
        int size = header >> 3;
        if (size > BLOCK) {
            throw new IOException("block of " + size + " bytes");
        }
        room();
        switch (header >> 1 & 3) {
            case 0 -> {
                System.arraycopy(exactly(size), 0, history, made, size);
                made += size;
            }
            case 1 -> {
                Arrays.fill(history, made, made + size, exactly(1)[0]);
                made += size;
            }
            case 2 -> compressed(exactly(size));
            default -> throw new IOException("reserved block");
        }
    }

    /** Makes room for a block behind the window. */
    private void room() {
        if (made + BLOCK <= history.length) {
            return;
        }
        if (history.length < window + 2 * BLOCK) {
            history = Arrays.copyOf(history, Math.min(window + 2 * BLOCK, Math.max(history.length * 2, made + BLOCK)));
            if (made + BLOCK <= history.length) {
                return;
            }
        }
        int kept = Math.min(made, window);
        System.arraycopy(history, made - kept, history, 0, kept);
        taken -= made - kept;
        made = kept;
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("zstd ends early");
        }
        return bytes;
    }

    private static long little(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[at + i] & 0xffL) << 8 * i;
        }
        return value;
    }

    private void compressed(byte[] block) throws IOException {
        int first = block[0] & 0xff;
        int type = first & 3;
        int format = first >> 2 & 3;
        int at;
        byte[] literals;
        if (type < 2) {
            at = format == 1 ? 2 : format == 3 ? 3 : 1;
            int size = (int) little(block, 0, at) >> (format == 1 || format == 3 ? 4 : 3);
            check(size <= BLOCK, "literals");
            if (type == 0) {
                literals = Arrays.copyOfRange(block, at, at + size);
                check(at + size <= block.length, "literals");
                at += size;
            } else {
                literals = new byte[size];
                Arrays.fill(literals, block[at++]);
            }
        } else {
            int headerSize = format < 2 ? 3 : format == 2 ? 4 : 5;
            int width = format < 2 ? 10 : format == 2 ? 14 : 18;
            long header = little(block, 0, headerSize);
            int size = (int) (header >> 4) & (1 << width) - 1;
            int packed = (int) (header >> 4 + width) & (1 << width) - 1;
            check(size <= BLOCK && headerSize + packed <= block.length, "literals");
            int from = headerSize;
            int end = headerSize + packed;
            if (type == 2) {
                from = tree(block, from, end);
            }
            check(huffmanBits > 0, "tree");
            literals = new byte[size];
            if (format == 0) {
                huffman(block, from, end, literals, 0, size);
            } else {
                int s1 = (int) little(block, from, 2);
                int s2 = (int) little(block, from + 2, 2);
                int s3 = (int) little(block, from + 4, 2);
                int part = (size + 3) / 4;
                int b1 = from + 6;
                check(b1 + s1 + s2 + s3 <= end && 3 * part <= size, "streams");
                huffman(block, b1, b1 + s1, literals, 0, part);
                huffman(block, b1 + s1, b1 + s1 + s2, literals, part, part);
                huffman(block, b1 + s1 + s2, b1 + s1 + s2 + s3, literals, 2 * part, part);
                huffman(block, b1 + s1 + s2 + s3, end, literals, 3 * part, size - 3 * part);
            }
            at = end;
        }
        sequences(block, at, literals);
    }

    private static void check(boolean condition, String what) throws IOException {
        if (!condition) {
            throw new IOException("zstd: bad " + what);
        }
    }

    /** Weights of the literals' code, 4.2.1; returns where they end. */
    private int tree(byte[] block, int from, int limit) throws IOException {
        int header = block[from] & 0xff;
        int[] weights = new int[256];
        int count = 0;
        int at = from + 1;
        if (header >= 128) {
            count = header - 127;
            check(at + (count + 1) / 2 <= limit, "weights");
            for (int i = 0; i < count; i++) {
                weights[i] = i % 2 == 0 ? block[at + i / 2] >> 4 & 15 : block[at + i / 2] & 15;
            }
            at += (count + 1) / 2;
        } else {
            int end = at + header;
            check(end <= limit, "weights");
            Forward description = new Forward(block, at, end);
            Fse code = Fse.read(description, 6, 255);
            Backward bits = new Backward(block, description.at(), end);
            int one = (int) bits.read(code.log);
            int two = (int) bits.read(code.log);
            while (true) {
                check(count < 254, "weights");
                weights[count++] = code.symbol[one] & 0xff;
                one = code.base[one] + (int) bits.read(code.bits[one]);
                if (bits.isOver()) {
                    weights[count++] = code.symbol[two] & 0xff;
                    break;
                }
                weights[count++] = code.symbol[two] & 0xff;
                two = code.base[two] + (int) bits.read(code.bits[two]);
                if (bits.isOver()) {
                    weights[count++] = code.symbol[one] & 0xff;
                    break;
                }
            }
            at = end;
        }
        int sum = 0;
        for (int i = 0; i < count; i++) {
            check(weights[i] <= 12, "weight");
            sum += weights[i] > 0 ? 1 << weights[i] - 1 : 0;
        }
        check(sum > 0 && count < 256, "weights");
        int max = 32 - Integer.numberOfLeadingZeros(sum);
        int rest = (1 << max) - sum;
        check(max <= 11 && Integer.bitCount(rest) == 1, "weights");
        weights[count++] = Integer.numberOfTrailingZeros(rest) + 1;
        huffmanBits = max;
        huffmanSymbols = new byte[1 << max];
        huffmanLengths = new byte[1 << max];
        int entry = 0;
        for (int weight = 1; weight <= max; weight++) {
            for (int symbol = 0; symbol < count; symbol++) {
                if (weights[symbol] == weight) {
                    int span = 1 << weight - 1;
                    check(entry + span <= huffmanSymbols.length, "weights");
                    Arrays.fill(huffmanSymbols, entry, entry + span, (byte) symbol);
                    Arrays.fill(huffmanLengths, entry, entry + span, (byte) (max + 1 - weight));
                    entry += span;
                }
            }
        }
        return at;
    }

    private void huffman(byte[] block, int from, int end, byte[] target, int offset, int count) throws IOException {
        Backward bits = new Backward(block, from, end);
        for (int i = 0; i < count; i++) {
            int index = (int) bits.peek(huffmanBits);
            target[offset + i] = huffmanSymbols[index];
            bits.skip(huffmanLengths[index]);
        }
        check(!bits.isOver(), "literals");
    }

    private void sequences(byte[] block, int from, byte[] literals) throws IOException {
        int at = from;
        check(at < block.length, "sequences");
        int count = block[at++] & 0xff;
        if (count >= 128) {
            check(at + 1 < block.length, "sequences");
            if (count == 255) {
                count = (int) little(block, at, 2) + 0x7f00;
                at += 2;
            } else {
                count = (count - 128 << 8) + (block[at++] & 0xff);
            }
        }
        int literal = 0;
        int limit = Math.min(history.length, made + BLOCK);
        if (count > 0) {
            check(at < block.length, "sequences");
            int modes = block[at++] & 0xff;
            Forward description = new Forward(block, at, block.length);
            literalCode = code(modes >> 6 & 3, literalCode, LITERAL_DEFAULT, description, 9, 35);
            offsetCode = code(modes >> 4 & 3, offsetCode, OFFSET_DEFAULT, description, 8, 31);
            matchCode = code(modes >> 2 & 3, matchCode, MATCH_DEFAULT, description, 9, 52);
            Backward bits = new Backward(block, description.at(), block.length);
            int literalState = (int) bits.read(literalCode.log);
            int offsetState = (int) bits.read(offsetCode.log);
            int matchState = (int) bits.read(matchCode.log);
            for (int i = 0; i < count; i++) {
                int offsetSymbol = offsetCode.symbol[offsetState];
                int matchSymbol = matchCode.symbol[matchState];
                int literalSymbol = literalCode.symbol[literalState];
                long value = (1L << offsetSymbol) + bits.read(offsetSymbol);
                int matchLength = MATCH_BASE[matchSymbol] + (int) bits.read(MATCH_BITS[matchSymbol]);
                int literalLength = LITERAL_BASE[literalSymbol] + (int) bits.read(LITERAL_BITS[literalSymbol]);
                if (i < count - 1) {
                    literalState = literalCode.base[literalState] + (int) bits.read(literalCode.bits[literalState]);
                    matchState = matchCode.base[matchState] + (int) bits.read(matchCode.bits[matchState]);
                    offsetState = offsetCode.base[offsetState] + (int) bits.read(offsetCode.bits[offsetState]);
                }
                check(!bits.isOver(), "sequences");
                int offset = offset(value, literalLength);
                check(literal + literalLength <= literals.length && made + literalLength + matchLength <= limit, "sequence");
                System.arraycopy(literals, literal, history, made, literalLength);
                literal += literalLength;
                made += literalLength;
                check(offset > 0 && offset <= made, "offset");
                for (int j = 0; j < matchLength; j++) {
                    history[made] = history[made - offset];
                    made++;
                }
            }
        }
        int rest = literals.length - literal;
        check(made + rest <= limit, "literals");
        System.arraycopy(literals, literal, history, made, rest);
        made += rest;
    }

    private int offset(long value, int literalLength) throws IOException {
        if (value > 3) {
            check(value - 3 <= MAX_WINDOW, "offset");
            rep2 = rep1;
            rep1 = rep0;
            rep0 = (int) value - 3;
            return rep0;
        }
        int index = (int) value - 1 + (literalLength == 0 ? 1 : 0);
        if (index == 0) {
            return rep0;
        }
        int offset = index == 1 ? rep1 : index == 2 ? rep2 : rep0 - 1;
        if (index > 1) {
            rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = offset;
        return offset;
    }

    private static Fse code(int mode, Fse previous, Fse standard, Forward description, int maxLog, int maxSymbol) throws IOException {
        return switch (mode) {
            case 0 -> standard;
            case 1 -> {
                int symbol = description.nextByte();
                check(symbol >= 0 && symbol <= maxSymbol, "symbol");
                yield Fse.only(symbol);
            }
            case 2 -> Fse.read(description, maxLog, maxSymbol);
            default -> previous;
        };
    }

    /** A finite state entropy code, 4.1. */
    private static final class Fse {
        private final int log;
        private final byte[] symbol;
        private final byte[] bits;
        private final int[] base;

        private Fse(int log, byte[] symbol, byte[] bits, int[] base) {
            this.log = log;
            this.symbol = symbol;
            this.bits = bits;
            this.base = base;
        }

        static Fse only(int symbol) {
            return new Fse(0, new byte[] {(byte) symbol}, new byte[1], new int[1]);
        }

        Fse(int log, int[] frequencies) {
            int size = 1 << log;
            this.log = log;
            symbol = new byte[size];
            bits = new byte[size];
            base = new int[size];
            int[] next = new int[frequencies.length];
            int high = size;
            for (int s = 0; s < frequencies.length; s++) {
                if (frequencies[s] == -1) {
                    symbol[--high] = (byte) s;
                    next[s] = 1;
                }
            }
            int place = 0;
            for (int s = 0; s < frequencies.length; s++) {
                if (frequencies[s] <= 0) {
                    continue;
                }
                next[s] = frequencies[s];
                for (int i = 0; i < frequencies[s]; i++) {
                    symbol[place] = (byte) s;
                    do {
                        place = place + (size >> 1) + (size >> 3) + 3 & size - 1;
                    } while (place >= high);
                }
            }
            for (int i = 0; i < size; i++) {
                int state = next[symbol[i] & 0xff]++;
                bits[i] = (byte) (log - (31 - Integer.numberOfLeadingZeros(state)));
                base[i] = (state << bits[i]) - size;
            }
        }

        static Fse read(Forward in, int maxLog, int maxSymbol) throws IOException {
            int log = in.read(4) + 5;
            check(log <= maxLog, "accuracy");
            int[] frequencies = new int[maxSymbol + 1];
            int remaining = 1 << log;
            int symbol = 0;
            while (remaining > 0 && symbol <= maxSymbol) {
                int width = 32 - Integer.numberOfLeadingZeros(remaining + 1);
                int value = in.read(width);
                int lower = (1 << width - 1) - 1;
                int threshold = (1 << width) - 1 - (remaining + 1);
                if ((value & lower) < threshold) {
                    in.back();
                    value &= lower;
                } else if (value > lower) {
                    value -= threshold;
                }
                int frequency = value - 1;
                remaining -= Math.abs(frequency);
                frequencies[symbol++] = frequency;
                if (frequency == 0) {
                    int repeat;
                    do {
                        repeat = in.read(2);
                        symbol += repeat;
                        check(symbol <= maxSymbol + 1, "frequencies");
                    } while (repeat == 3);
                }
            }
            check(remaining == 0, "frequencies");
            in.align();
            return new Fse(log, frequencies);
        }
    }

    /** Bits from the lowest on, of bytes from front to back. */
    private static final class Forward {
        private final byte[] bytes;
        private final int end;
        private int bit;

        Forward(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.end = end;
            this.bit = from * 8;
        }

        int read(int count) throws IOException {
            int value = 0;
            for (int i = 0; i < count; i++) {
                check(bit >> 3 < end, "description");
                value |= (bytes[bit >> 3] >> (bit & 7) & 1) << i;
                bit++;
            }
            return value;
        }

        void back() {
            bit--;
        }

        void align() {
            bit = bit + 7 & ~7;
        }

        int nextByte() {
            int at = bit >> 3;
            bit += 8;
            return at < end ? bytes[at] & 0xff : -1;
        }

        int at() {
            return bit >> 3;
        }
    }

    /** Bits from the highest on, of bytes from back to front; behind a last byte whose highest set bit is a mark. */
    private static final class Backward {
        private final byte[] bytes;
        private final int start;
        private long bit;

        Backward(byte[] bytes, int from, int end) throws IOException {
            check(end > from && end <= bytes.length && bytes[end - 1] != 0, "stream");
            this.bytes = bytes;
            this.start = from;
            this.bit = (end - 1L - from) * 8 + 31 - Integer.numberOfLeadingZeros(bytes[end - 1] & 0xff);
        }

        /** Bits before the first are zeros. */
        long peek(int count) {
            long value = 0;
            long low = bit - count;
            if (count == 0) {
                return 0;
            }
            long shift = low < 0 ? -low : 0;
            long from = Math.max(low, 0);
            if (from >= bit) {
                return 0;
            }
            int first = start + (int) (from >> 3);
            int last = start + (int) (bit - 1 >> 3);
            for (int i = last; i >= first; i--) {
                value = value << 8 | bytes[i] & 0xff;
            }
            value >>>= from & 7;
            return (value & (1L << bit - from) - 1) << shift;
        }

        long read(int count) {
            long value = peek(count);
            bit -= count;
            return value;
        }

        void skip(int count) {
            bit -= count;
        }

        boolean isOver() {
            return bit < 0;
        }
    }
}
