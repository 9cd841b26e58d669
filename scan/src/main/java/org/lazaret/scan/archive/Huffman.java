package org.lazaret.scan.archive;

import java.io.IOException;

/** A canonical Huffman code, given by the lengths of its symbols; codes are read from their highest bit on. */
final class Huffman {
    static final Huffman EMPTY = new Huffman(new int[0]);
    private static final int MAX_LENGTH = 16;

    private final int[] counts = new int[MAX_LENGTH + 1];
    private final int[] symbols;

    /** Where the bits come from. */
    @FunctionalInterface
    interface Bits {
        int next() throws IOException;
    }

    /** @param lengths of the codes in bits, 0 for symbols that do not occur */
    Huffman(int[] lengths) {
        symbols = new int[lengths.length];
        for (int length : lengths) {
            counts[length]++;
        }
        counts[0] = 0;
        int[] offsets = new int[MAX_LENGTH + 2];
        for (int length = 1; length <= MAX_LENGTH; length++) {
            offsets[length + 1] = offsets[length] + counts[length];
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] != 0) {
                symbols[offsets[lengths[symbol]]++] = symbol;
            }
        }
    }

    int decode(Bits bits) throws IOException {
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            code |= bits.next();
            int count = counts[length];
            if (code - count < first && index + code - first < symbols.length && code >= first) {
                return symbols[index + code - first];
            }
            index += count;
            first = first + count << 1;
            code <<= 1;
        }
        throw new IOException("no such code");
    }
}
