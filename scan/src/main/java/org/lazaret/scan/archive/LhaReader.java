package org.lazaret.scan.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Bytes;

/** LHA with headers of level 0 to 2: stored, lh4 to lh7; of other methods the names. */
final class LhaReader implements Archives.Reader {
    private static final int MAX_HEADER = 64 * 1024;

    private record Entry(String name, String method, long packed, long size, long data) {
    }

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        Content content = item.content();
        entries.finding("archive.odd-format", "lha");
        long at = 0;
        while (at + 21 < content.size() && Bytes.of(content, at, 1).u8(0) != 0) {
            entries.examination().checkTime();
            Entry entry = header(content, at);
            if (entry.method().equals("-lhd-")) {
                entries.folder(entry.name());
            } else {
                entry(entry, content, entries);
            }
            at = entry.data() + entry.packed();
        }
    }

    private static void entry(Entry entry, Content content, Entries entries) throws IOException, LimitExceeded {
        Slice packed = new Slice(content, entry.data(), entry.data() + entry.packed());
        InputStream in;
        switch (entry.method()) {
            case "-lh0-", "-lz4-", "-pm0-" -> in = packed;
            case "-lh4-", "-lh5-" -> in = new Unpacked(packed, entry.size(), 13, 14, 4);
            case "-lh6-" -> in = new Unpacked(packed, entry.size(), 15, 16, 5);
            case "-lh7-" -> in = new Unpacked(packed, entry.size(), 16, 17, 5);
            default -> {
                entries.examination().nameOnly(entries.item(), entry.name());
                entries.unscannable(Reason.UNSUPPORTED, entry.name() + ": method " + entry.method());
                return;
            }
        }
        entries.entry(entry.name(), in, entry.packed());
    }

    private static Entry header(Content content, long at) throws IOException {
        Bytes header = Bytes.of(content, at, MAX_HEADER);
        String method = header.latin1(2, 5);
        long packed = header.u32(7);
        long size = header.u32(11);
        int level = header.u8(20);
        if (!method.matches("-[lp][hzm][\\w]-") || packed < 0 || size < 0) {
            throw new IOException("no header at " + at);
        }
        String name = "";
        String folder = "";
        int end;
        int extension;
        if (level == 2) {
            end = header.u16(0);
            extension = 24;
        } else if (level < 2) {
            int length = header.u8(21);
            name = header.latin1(22, length);
            end = header.u8(0) + 2;
            extension = level == 1 ? end - 2 : -1;
        } else {
            throw new UnsupportedCompression("header of level " + level);
        }
        if (end < 22) {
            throw new IOException("header of " + end + " bytes");
        }
        while (extension > 0 && header.u16(extension) > 2) {
            int length = header.u16(extension);
            int data = extension + 2;
            String text = header.latin1(data + 1, length - 3);
            if (header.u8(data) == 1) {
                name = text;
            } else if (header.u8(data) == 2) {
                folder = text.replace('\u00ff', '/');
            }
            extension = data + length - 2;
            if (level == 1) {
                end += length;
                packed -= length;
            }
        }
        if (packed < 0) {
            throw new IOException("headers longer than the entry");
        }
        int nul = name.indexOf('\0');
        return new Entry(folder + decode(nul < 0 ? name : name.substring(0, nul)), method, packed, size, at + end);
    }

    /** LHA comes from Japan: names are Shift_JIS unless they are UTF-8. */
    private static String decode(String latin) {
        byte[] raw = latin.getBytes(StandardCharsets.ISO_8859_1);
        String utf8 = new String(raw, StandardCharsets.UTF_8);
        return utf8.contains("\ufffd") ? new String(raw, Charset.forName("windows-31j")) : utf8;
    }

    /** LZ77 with static Huffman codes per block, as ar002 and LHa have it. */
    private static final class Unpacked extends InputStream {
        private static final int SYMBOLS = 510;
        private static final int LENGTHS = 19;

        private final InputStream in;
        private final byte[] window;
        private final int positions;
        private final int positionBits;
        private int place;
        private long left;
        private int blockLeft;
        private int bits;
        private int bitCount;
        private int copyFrom;
        private int copyLeft;
        private Code symbols = new Code(Huffman.EMPTY, 0);
        private Code distances = new Code(Huffman.EMPTY, 0);

        /** @param only the only symbol, when there is one; -1 otherwise */
        private record Code(Huffman tree, int only) {
        }

        Unpacked(InputStream in, long size, int windowBits, int positions, int positionBits) {
            this.in = in;
            this.left = size;
            this.window = new byte[1 << windowBits];
            Arrays.fill(window, (byte) ' ');
            this.positions = positions;
            this.positionBits = positionBits;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            if (copyLeft == 0) {
                if (blockLeft == 0) {
                    block();
                }
                blockLeft--;
                int symbol = decode(symbols);
                if (symbol < 256) {
                    left--;
                    return put((byte) symbol);
                }
                copyLeft = symbol - 256 + 3;
                int power = decode(distances);
                int distance = power == 0 ? 0 : (1 << power - 1) + bits(power - 1);
                copyFrom = place - distance - 1 & window.length - 1;
            }
            copyLeft--;
            left--;
            byte copied = window[copyFrom];
            copyFrom = copyFrom + 1 & window.length - 1;
            return put(copied);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = 0;
            while (count < length) {
                int b = read();
                if (b < 0) {
                    return count == 0 ? -1 : count;
                }
                target[offset + count++] = (byte) b;
            }
            return count;
        }

        private int put(byte b) {
            window[place] = b;
            place = place + 1 & window.length - 1;
            return b & 0xff;
        }

        private void block() throws IOException {
            blockLeft = bits(16);
            if (blockLeft == 0) {
                throw new IOException("empty block");
            }
            Code lengths = lengths(LENGTHS, 5, 3);
            symbols = symbols(lengths);
            distances = lengths(positions, positionBits, -1);
        }

        private Code lengths(int count, int countBits, int special) throws IOException {
            int used = bits(countBits);
            if (used == 0) {
                return new Code(Huffman.EMPTY, bits(countBits));
            }
            int[] lengths = new int[Math.max(count, used)];
            int at = 0;
            while (at < used) {
                int length = bits(3);
                if (length == 7) {
                    while (bits(1) == 1) {
                        length++;
                    }
                }
                if (length > 16) {
                    throw new IOException("code of " + length + " bits");
                }
                lengths[at++] = length;
                if (at == special) {
                    at = Math.min(at + bits(2), used);
                }
            }
            return new Code(new Huffman(lengths), -1);
        }

        private Code symbols(Code lengthCode) throws IOException {
            int used = bits(9);
            if (used == 0) {
                return new Code(Huffman.EMPTY, bits(9));
            }
            int[] lengths = new int[SYMBOLS];
            int at = 0;
            while (at < Math.min(used, SYMBOLS)) {
                int code = decode(lengthCode);
                if (code > 2) {
                    lengths[at++] = Math.min(code - 2, 16);
                } else {
                    at += code == 0 ? 1 : code == 1 ? bits(4) + 3 : bits(9) + 20;
                }
            }
            return new Code(new Huffman(lengths), -1);
        }

        private int decode(Code code) throws IOException {
            return code.only() >= 0 ? code.only() : code.tree().decode(() -> bits(1));
        }

        private int bits(int count) throws IOException {
            int value = 0;
            for (int i = 0; i < count; i++) {
                if (bitCount == 0) {
                    bits = in.read();
                    if (bits < 0) {
                        throw new EOFException();
                    }
                    bitCount = 8;
                }
                value = value << 1 | bits >> --bitCount & 1;
            }
            return value;
        }
    }
}
