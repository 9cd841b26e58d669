package org.lazaret.scan.document.ole;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.lazaret.scan.inspect.Content;

/**
 * A tolerant reader of compound files ([MS-CFB]): every directory entry is listed, also those that no tree reaches, because Office
 * and malware disagree with strict readers about what is part of a file. Nothing is kept but the allocation table and the directory;
 * streams are read where they lie.
 *
 * <p>Limits: {@value #MAX_ENTRIES} directory entries, an allocation table no larger than the content can have sectors, and streams no
 * longer than the content.
 */
public final class CompoundFile {
    public static final int MAX_ENTRIES = 20_000;
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("d0cf11e0a1b11ae1");
    private static final int END_OF_CHAIN = -2;
    private static final int FREE = -1;
    private static final int NO_STREAM = -1;
    private static final int MINI_CUTOFF = 4096;

    /** What a directory entry is ([MS-CFB] 2.6.1). */
    public enum Kind { STORAGE, STREAM, ROOT }

    /**
     * @param name   as stored, without the terminating NUL; may hold control characters
     * @param path   names from the root down, joined by a slash; begins with {@code ?/} when no storage holds the entry
     * @param parent index of the storage in {@link #entries()}, -1 for the root and for what no storage holds
     * @param clsid  lower-case hexadecimal in the usual notation; empty when all zero
     * @param size   bytes, never more than the content has
     */
    public record Entry(int index, String name, String path, int parent, Kind kind, String clsid, int start, long size) {
        public boolean named(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    private record Raw(String name, int kind, int left, int right, int child, String clsid, int start, long size) {
    }

    private final Content content;
    private final int sectorSize;
    private final int[] fat;
    private final int[] miniFat;
    private final List<Entry> entries = new ArrayList<>();
    private boolean damaged;
    private int[] miniStream = new int[0];

    private CompoundFile(Content content, int sectorSize, int[] fat, int[] miniFat) {
        this.content = content;
        this.sectorSize = sectorSize;
        this.fat = fat;
        this.miniFat = miniFat;
    }

    /** Whether the bytes begin as a compound file does. */
    public static boolean isOne(byte[] head) {
        if (head.length < SIGNATURE.length) {
            return false;
        }
        for (int i = 0; i < SIGNATURE.length; i++) {
            if (head[i] != SIGNATURE[i]) {
                return false;
            }
        }
        return true;
    }

    /** @throws IOException when there is no header or no directory to be read */
    public static CompoundFile read(Content content) throws IOException {
        byte[] header = content.range(0, 512);
        if (header.length < 512 || !isOne(header)) {
            throw new IOException("No compound file header");
        }
        int shift = Bytes.u16(header, 30);
        int sectorSize = shift == 12 ? 4096 : 512;
        long maximum = content.size() / sectorSize + 2;
        boolean damaged = shift != 9 && shift != 12;

        List<Integer> fatSectors = new ArrayList<>();
        for (int i = 0; i < 109; i++) {
            int sector = Bytes.i32(header, 76 + 4 * i);
            if (sector >= 0 && fatSectors.size() < maximum) {
                fatSectors.add(sector);
            }
        }
        int difat = Bytes.i32(header, 68);
        BitSet seen = new BitSet();
        while (difat >= 0 && difat < maximum && !seen.get(difat) && fatSectors.size() < maximum) {
            seen.set(difat);
            byte[] sector = content.range(offset(difat, sectorSize), sectorSize);
            for (int i = 0; i + 8 <= sector.length; i += 4) {
                int next = Bytes.i32(sector, i);
                if (next >= 0) {
                    fatSectors.add(next);
                }
            }
            difat = sector.length == sectorSize ? Bytes.i32(sector, sectorSize - 4) : END_OF_CHAIN;
        }
        int[] fat = table(content, fatSectors, sectorSize, (int) Math.min(maximum, Integer.MAX_VALUE / 8));
        CompoundFile file = new CompoundFile(content, sectorSize, fat, new int[0]);
        int[] miniFat = table(content, boxed(file.chain(Bytes.i32(header, 60))), sectorSize, (int) Math.min(content.size() / 64 + 64, 1 << 26));
        file = new CompoundFile(content, sectorSize, fat, miniFat);
        file.damaged = damaged;
        file.readDirectory(Bytes.i32(header, 48));
        return file;
    }

    private static long offset(int sector, int sectorSize) {
        return (sector + 1L) * sectorSize;
    }

    private static int[] table(Content content, List<Integer> sectors, int sectorSize, int maximum) throws IOException {
        int perSector = sectorSize / 4;
        int[] table = new int[(int) Math.min((long) sectors.size() * perSector, maximum + (long) perSector)];
        int at = 0;
        for (int sector : sectors) {
            byte[] bytes = content.range(offset(sector, sectorSize), sectorSize);
            for (int i = 0; i < perSector && at < table.length; i++) {
                table[at++] = i * 4 + 4 <= bytes.length ? Bytes.i32(bytes, i * 4) : FREE;
            }
        }
        return table;
    }

    private static List<Integer> boxed(int[] sectors) {
        List<Integer> boxed = new ArrayList<>(sectors.length);
        for (int sector : sectors) {
            boxed.add(sector);
        }
        return boxed;
    }

    /** The sectors of a chain, up to its end or its first defect. */
    private int[] chain(int start) {
        return chain(start, fat);
    }

    private int[] chain(int start, int[] table) {
        int[] sectors = new int[16];
        int count = 0;
        BitSet seen = new BitSet();
        int sector = start;
        while (sector >= 0 && !seen.get(sector)) {
            seen.set(sector);
            if (count == sectors.length) {
                sectors = java.util.Arrays.copyOf(sectors, count * 2);
            }
            sectors[count++] = sector;
            if (sector >= table.length) {
                damaged = true;
                break;
            }
            sector = table[sector];
        }
        return java.util.Arrays.copyOf(sectors, count);
    }

    private void readDirectory(int start) throws IOException {
        int[] sectors = chain(start);
        List<Raw> raws = new ArrayList<>();
        for (int sector : sectors) {
            byte[] bytes = content.range(offset(sector, sectorSize), sectorSize);
            for (int at = 0; at + 128 <= bytes.length && raws.size() < MAX_ENTRIES; at += 128) {
                raws.add(raw(bytes, at));
            }
        }
        if (raws.isEmpty()) {
            throw new IOException("No directory");
        }
        String[] paths = new String[raws.size()];
        int[] parents = new int[raws.size()];
        java.util.Arrays.fill(parents, -1);
        name(raws, paths, parents);
        for (int i = 0; i < raws.size(); i++) {
            Raw raw = raws.get(i);
            Kind kind = switch (raw.kind) {
                case 1 -> Kind.STORAGE;
                case 2 -> Kind.STREAM;
                case 5 -> Kind.ROOT;
                default -> null;
            };
            if (kind != null) {
                String path = paths[i] == null ? "?/" + raw.name : paths[i];
                entries.add(new Entry(i, raw.name, path, parents[i], kind, raw.clsid, raw.start, Math.min(raw.size, content.size())));
            }
        }
        miniStream = chain(raws.get(0).start);
    }

    private static void name(List<Raw> raws, String[] paths, int[] parents) {
        List<Integer> todo = new ArrayList<>();
        paths[0] = "";
        push(todo, raws, raws.get(0).child, 0, paths, parents);
        while (!todo.isEmpty()) {
            int index = todo.remove(todo.size() - 1);
            Raw raw = raws.get(index);
            int parent = parents[index];
            String above = paths[parent] == null ? "" : paths[parent];
            paths[index] = above.isEmpty() ? raw.name : above.length() > 500 ? raw.name : above + "/" + raw.name;
            push(todo, raws, raw.left, parent, paths, parents);
            push(todo, raws, raw.right, parent, paths, parents);
            if (raw.kind == 1) {
                push(todo, raws, raw.child, index, paths, parents);
            }
        }
    }

    private static void push(List<Integer> todo, List<Raw> raws, int index, int parent, String[] paths, int[] parents) {
        if (index > 0 && index < raws.size() && index != NO_STREAM && parents[index] < 0 && paths[index] == null) {
            parents[index] = parent;
            todo.add(index);
        }
    }

    private static Raw raw(byte[] bytes, int at) {
        int length = Math.min(Math.max(Bytes.u16(bytes, at + 64) - 2, 0), 62);
        String name = new String(bytes, at, length, StandardCharsets.UTF_16LE);
        long size = Bytes.u32(bytes, at + 120);
        return new Raw(name, bytes[at + 66], Bytes.i32(bytes, at + 68), Bytes.i32(bytes, at + 72), Bytes.i32(bytes, at + 76),
            clsid(bytes, at + 80), Bytes.i32(bytes, at + 116), size);
    }

    /** A CLSID as [MS-DTYP] 2.3.4 packs it, in lower-case notation; empty when all zero. */
    public static String clsid(byte[] bytes, int at) {
        boolean zero = true;
        for (int i = 0; i < 16; i++) {
            zero &= bytes[at + i] == 0;
        }
        if (zero) {
            return "";
        }
        return String.format(Locale.ROOT, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", Bytes.i32(bytes, at), Bytes.u16(bytes, at + 4),
            Bytes.u16(bytes, at + 6), bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13],
            bytes[at + 14], bytes[at + 15]);
    }

    /** All entries, in the order of the directory. */
    public List<Entry> entries() {
        return entries;
    }

    public List<Entry> streams() {
        return entries.stream().filter(entry -> entry.kind == Kind.STREAM).toList();
    }

    /** Whether a chain or the header was broken in what was read so far. */
    public boolean damaged() {
        return damaged;
    }

    /** The entries whose name is this one, wherever they lie; names compare as Windows compares them. */
    public List<Entry> named(String name) {
        return entries.stream().filter(entry -> entry.named(name)).toList();
    }

    /** The first bytes of a stream, at most {@code limit} of them. */
    public byte[] head(Entry entry, int limit) throws IOException {
        try (InputStream in = open(entry)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.min(entry.size, limit));
            byte[] buffer = new byte[8192];
            while (out.size() < limit) {
                int got = in.read(buffer, 0, Math.min(buffer.length, limit - out.size()));
                if (got < 0) {
                    break;
                }
                out.write(buffer, 0, got);
            }
            return out.toByteArray();
        }
    }

    /** A reader over a stream; ends early where the chain is broken. */
    public InputStream open(Entry entry) {
        boolean mini = entry.size < MINI_CUTOFF && miniStream.length > 0 && miniFat.length > 0;
        return mini ? new Sectors(chain(entry.start, miniFat), 64, entry.size, true)
            : new Sectors(chain(entry.start), sectorSize, entry.size, false);
    }

    private final class Sectors extends InputStream {
        private final int[] sectors;
        private final int unit;
        private final boolean mini;
        private long left;
        private long position;

        Sectors(int[] sectors, int unit, long size, boolean mini) {
            this.sectors = sectors;
            this.unit = unit;
            this.left = Math.min(size, (long) sectors.length * unit);
            this.mini = mini;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left <= 0) {
                return -1;
            }
            int within = (int) (position % unit);
            int want = (int) Math.min(Math.min(length, unit - within), left);
            long at = at(sectors[(int) (position / unit)]) + within;
            int got = at < 0 ? -1 : content.read(at, target, offset, want);
            if (got <= 0) {
                damaged = true;
                left = 0;
                return -1;
            }
            position += got;
            left -= got;
            return got;
        }

        private long at(int sector) {
            if (!mini) {
                return CompoundFile.offset(sector, sectorSize);
            }
            long within = sector * 64L;
            int index = (int) (within / sectorSize);
            return index < miniStream.length ? CompoundFile.offset(miniStream[index], sectorSize) + within % sectorSize : Long.MIN_VALUE;
        }
    }
}
