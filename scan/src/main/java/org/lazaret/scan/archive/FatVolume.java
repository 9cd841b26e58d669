package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Bytes;

/** FAT12, FAT16 and FAT32 with long names ("FAT: General Overview of On-Disk Format", Microsoft). */
final class FatVolume {
    private static final int ENTRY = 32;
    private static final int MAX_FOLDER = 2 << 20;
    private static final int MAX_DEPTH = 16;

    private final Content content;
    private final Entries entries;
    private final long fat;
    private final long data;
    private final int clusterSize;
    private final long clusters;
    private final int width;
    private final Set<Long> folders = new HashSet<>();

    private FatVolume(Content content, Entries entries, long fat, long data, int clusterSize, long clusters, int width) {
        this.content = content;
        this.entries = entries;
        this.fat = fat;
        this.data = data;
        this.clusterSize = clusterSize;
        this.clusters = clusters;
        this.width = width;
    }

    static boolean isAt(Content content, long start) throws IOException {
        Bytes boot = Bytes.of(content, start, 512);
        int sector = boot.u16(11);
        int cluster = boot.u8(13);
        return boot.u16(510) == 0xaa55 && (sector == 512 || sector == 1024 || sector == 2048 || sector == 4096) && cluster > 0
            && Integer.bitCount(cluster) == 1 && boot.u16(14) > 0 && (boot.u8(16) == 1 || boot.u8(16) == 2) && (boot.u16(22) > 0 || boot.u32(36) > 0)
            && !boot.at(3, "NTFS") && !boot.at(3, "EXFAT");
    }

    static void read(Content content, long start, Entries entries) throws IOException, LimitExceeded {
        Bytes boot = Bytes.of(content, start, 512);
        int sector = boot.u16(11);
        int clusterSize = sector * boot.u8(13);
        long fatSectors = boot.u16(22) > 0 ? boot.u16(22) : boot.u32(36);
        long rootSectors = (boot.u16(17) * 32L + sector - 1) / sector;
        long total = boot.u16(19) > 0 ? boot.u16(19) : boot.u32(32);
        long fat = start + (long) boot.u16(14) * sector;
        long root = fat + boot.u8(16) * fatSectors * sector;
        long data = root + rootSectors * sector;
        long clusters = Math.max(0, (start + total * sector - data) / clusterSize);
        int width = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32;
        FatVolume volume = new FatVolume(content, entries, fat, data, clusterSize, clusters, width);
        if (width == 32) {
            volume.folder("", volume.new Chain(boot.u32(44), Long.MAX_VALUE), 0);
        } else {
            volume.folder("", new Slice(content, root, data), 0);
        }
    }

    private void folder(String path, InputStream in, int depth) throws IOException, LimitExceeded {
        byte[] all = in.readNBytes(MAX_FOLDER);
        Bytes table = new Bytes(all);
        StringBuilder longName = new StringBuilder();
        for (int at = 0; at + ENTRY <= table.size() && table.u8(at) != 0; at += ENTRY) {
            entries.examination().checkTime();
            int attributes = table.u8(at + 11);
            if (table.u8(at) == 0xe5) {
                longName.setLength(0);
                continue;
            }
            if (attributes == 0x0f) {
                longName.insert(0, longPart(table, at));
                continue;
            }
            String name = longName.isEmpty() ? shortName(table, at) : longName.toString();
            longName.setLength(0);
            if ((attributes & 8) != 0 || name.equals(".") || name.equals("..")) {
                continue;
            }
            long cluster = table.u16(at + 26) | (width == 32 ? (long) (table.u16(at + 20) & 0x0fff) << 16 : 0);
            if ((attributes & 0x10) != 0) {
                entries.folder(path + name + "/");
                if (depth >= MAX_DEPTH) {
                    entries.unscannable(Reason.OVER_LIMIT, "depth: folders in a FAT image");
                } else if (folders.add(cluster)) {
                    folder(path + name + "/", new Chain(cluster, MAX_FOLDER), depth + 1);
                }
            } else {
                long size = table.u32(at + 28);
                Guarded read = entries.entry(path + name, new Chain(cluster, size), size);
                if (read.whole() && read.count() < size) {
                    entries.unscannable(Reason.MALFORMED, "fat: " + path + name + " ends early");
                }
            }
        }
    }

    private static String longPart(Bytes table, int at) {
        String raw = table.latin1(at + 1, 10) + table.latin1(at + 14, 12) + table.latin1(at + 28, 4);
        String part = new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_16LE);
        int end = part.indexOf('\0');
        return (end < 0 ? part : part.substring(0, end)).replace("\uffff", "");
    }

    private static String shortName(Bytes table, int at) {
        Charset charset = Charset.forName("IBM437");
        String base = new String(table.latin1(at, 8).getBytes(StandardCharsets.ISO_8859_1), charset).strip();
        String extension = new String(table.latin1(at + 8, 3).getBytes(StandardCharsets.ISO_8859_1), charset).strip();
        return extension.isEmpty() ? base : base + "." + extension;
    }

    /** The clusters of a file, one after another. */
    private final class Chain extends InputStream {
        private long cluster;
        private long left;
        private long visited;
        private Slice current;

        Chain(long cluster, long size) {
            this.cluster = cluster;
            this.left = size;
            this.current = slice();
        }

        private Slice slice() {
            boolean valid = cluster >= 2 && cluster < clusters + 2;
            long at = data + (cluster - 2) * clusterSize;
            return valid ? new Slice(content, at, at + clusterSize) : new Slice(content, 0, 0);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int read = current.read(target, offset, (int) Math.min(length, left));
            while (read < 0) {
                if (cluster < 2 || cluster >= clusters + 2 || ++visited > clusters) {
                    return -1;
                }
                cluster = next(cluster);
                current = slice();
                read = current.read(target, offset, (int) Math.min(length, left));
                if (read < 0 && (cluster < 2 || cluster >= clusters + 2)) {
                    return -1;
                }
            }
            left -= read;
            return read;
        }

        private long next(long from) throws IOException {
            return switch (width) {
                case 12 -> {
                    int pair = Bytes.of(content, fat + from * 3 / 2, 2).u16(0);
                    yield pair < 0 ? 0 : (from & 1) == 0 ? pair & 0xfff : pair >> 4;
                }
                case 16 -> Bytes.of(content, fat + from * 2, 2).u16(0);
                default -> Bytes.of(content, fat + from * 4, 4).u32(0) & 0x0fffffff;
            };
        }
    }
}
