package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Bytes;

/** UDF (ECMA-167, OSTA UDF 2.01) on one physical partition, as disk burners and Windows write it; sectors of 2048 or 512 bytes. */
final class UdfVolume {
    private static final int ANCHOR = 2;
    private static final int PARTITION = 5;
    private static final int LOGICAL_VOLUME = 6;
    private static final int TERMINATOR = 8;
    private static final int FILE_SET = 256;
    private static final int FILE_IDENTIFIER = 257;
    private static final int FILE_ENTRY = 261;
    private static final int EXTENDED_FILE_ENTRY = 266;
    private static final int MAX_FOLDER = 4 << 20;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_EXTENTS = 10_000;

    private final Content content;
    private final Entries entries;
    private final int block;
    private final long partition;
    private final Set<Long> seen = new HashSet<>();

    private UdfVolume(Content content, Entries entries, int block, long partition) {
        this.content = content;
        this.entries = entries;
        this.block = block;
        this.partition = partition;
    }

    /** False when there is no file set that can be read. */
    static boolean read(Content content, Entries entries) throws IOException, LimitExceeded {
        for (int block : new int[] {2048, 512, 4096}) {
            Bytes anchor = Bytes.of(content, 256L * block, 512);
            if (anchor.u16(0) == ANCHOR) {
                return volume(content, entries, block, anchor.u32(20) * block, anchor.u32(16));
            }
        }
        return false;
    }

    private static boolean volume(Content content, Entries entries, int block, long place, long length) throws IOException, LimitExceeded {
        long partition = -1;
        long fileSet = -1;
        for (long at = place; at < place + Math.min(length, 64L * block); at += block) {
            Bytes descriptor = Bytes.of(content, at, 512);
            switch (descriptor.u16(0)) {
                case PARTITION -> partition = descriptor.u32(188) * block;
                case LOGICAL_VOLUME -> fileSet = descriptor.u32(248 + 4);
                case TERMINATOR -> at = Long.MAX_VALUE - block;
                default -> {
                }
            }
        }
        if (partition < 0 || fileSet < 0) {
            return false;
        }
        UdfVolume volume = new UdfVolume(content, entries, block, partition);
        Bytes set = volume.at(fileSet, 512);
        if (set.u16(0) != FILE_SET) {
            return false;
        }
        return volume.node("", set.u32(400 + 4), 0);
    }

    private Bytes at(long logical, int length) throws IOException {
        return Bytes.of(content, partition + logical * block, length);
    }

    /** A file entry: a folder's files, or a file. */
    private boolean node(String path, long logical, int depth) throws IOException, LimitExceeded {
        entries.examination().checkTime();
        if (depth > MAX_DEPTH || !seen.add(logical)) {
            return true;
        }
        Bytes entry = at(logical, block);
        int tag = entry.u16(0);
        if (tag != FILE_ENTRY && tag != EXTENDED_FILE_ENTRY) {
            return false;
        }
        int type = entry.u8(16 + 11);
        int allocation = entry.u16(16 + 18) & 7;
        long size = entry.u64(56);
        int attributesAt = tag == FILE_ENTRY ? 168 : 208;
        int from = attributesAt + 8 + (int) Math.clamp(entry.u32(attributesAt), 0, block);
        int length = (int) Math.clamp(entry.u32(attributesAt + 4), 0, block);
        InputStream in = open(entry, partition + logical * block, from, length, allocation, size);
        if (type != 4) {
            entries.entry(path, in, size);
            return true;
        }
        return folder(path, new Bytes(in.readNBytes(MAX_FOLDER)), depth);
    }

    private InputStream open(Bytes entry, long place, int from, int length, int allocation, long size) throws IOException {
        if (allocation == 3) {
            return new Slice(content, place + from, place + from + Math.min(size, length));
        }
        List<InputStream> parts = new ArrayList<>();
        int step = allocation == 1 ? 16 : 8;
        long left = size;
        for (int at = from; at + step <= from + length && left > 0 && parts.size() < MAX_EXTENTS; at += step) {
            long extent = entry.u32(at) & 0x3fffffff;
            if (extent <= 0) {
                break;
            }
            long start = partition + entry.u32(at + 4) * block;
            parts.add(new Slice(content, start, start + Math.min(extent, left)));
            left -= extent;
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    private boolean folder(String path, Bytes identifiers, int depth) throws IOException, LimitExceeded {
        boolean all = true;
        int at = 0;
        while (identifiers.u16(at) == FILE_IDENTIFIER && identifiers.u16(at + 36) >= 0) {
            int characteristics = identifiers.u8(at + 18);
            int nameLength = identifiers.u8(at + 19);
            int implementation = identifiers.u16(at + 36);
            long logical = identifiers.u32(at + 24);
            String name = name(identifiers, at + 38 + implementation, nameLength);
            boolean parent = (characteristics & 8) != 0;
            boolean deleted = (characteristics & 4) != 0;
            if (!parent && !deleted) {
                boolean folder = (characteristics & 2) != 0;
                if (folder) {
                    entries.folder(path + name + "/");
                }
                all &= node(path + name + (folder ? "/" : ""), logical, depth + 1);
            }
            at += 38 + implementation + nameLength + 3 & ~3;
        }
        return all;
    }

    /** OSTA compressed Unicode: 8 or 16 bits a character. */
    private static String name(Bytes identifiers, int at, int length) {
        String raw = identifiers.latin1(at + 1, length - 1);
        return identifiers.u8(at) == 16 ? new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_16BE) : raw;
    }
}
