package org.lazaret.scan.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Bytes;

/**
 * Both listings of a zip (APPNOTE.TXT 4.3): the central directory at its end, which most programs go by, and the local headers in front of
 * the entries' bytes, which streaming programs go by. Hand-written because no library shows where they differ.
 */
final class ZipListing {
    /** Entries listed; more are over the limit of any mail. */
    private static final int MAX_ENTRIES = 100_000;
    private static final int MAX_HIDDEN = 1_000;
    private static final int WINDOW = 64 * 1024;
    private static final long UNKNOWN = 0xffffffffL;

    /**
     * An entry as one listing has it.
     *
     * @param header     place of its local header in the content
     * @param data       place of its bytes; -1 when there is no local header
     * @param limit      where its bytes end at the latest: the next header or the directory
     * @param packed     packed size; -1 when the listing does not say
     * @param size       size; -1 when the listing does not say
     * @param attributes external attributes, 0 in a local header
     */
    record Entry(String name, String rawName, String otherName, int flags, int method, long crc, long packed, long size, long header, long data,
        long limit, long attributes) {

        boolean isEncrypted() {
            return (flags & 1) != 0 || method == 99;
        }

        boolean isStreamed() {
            return (flags & 8) != 0;
        }

        boolean isFolder() {
            return name.endsWith("/") || name.endsWith("\\") && size <= 0;
        }

        /** Unix type bits of a symbolic link, in the upper half of the external attributes. */
        boolean isLink() {
            return (attributes >>> 16 & 0xf000) == 0xa000;
        }

        Entry at(long newData, long newLimit) {
            return new Entry(name, rawName, otherName, flags, method, crc, packed, size, header, newData, newLimit, attributes);
        }
    }

    /** An entry of the directory with what its local header says instead. */
    record Pair(Entry central, Entry local, List<String> differences) {
    }

    private final Content content;
    private final Examination examination;
    private final List<Entry> central = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private final List<Entry> orphans = new ArrayList<>();
    private final List<Entry> hidden = new ArrayList<>();
    private final List<String> defects = new ArrayList<>();
    private int hiddenEnds;
    private boolean overlap;
    private boolean split;
    private boolean tooMany;
    private boolean hasDirectory;
    private long directoryAt;
    private long endAt;

    private ZipListing(Content content, Examination examination) {
        this.content = content;
        this.examination = examination;
    }

    static ZipListing read(Content content, Examination examination) throws IOException, LimitExceeded {
        ZipListing listing = new ZipListing(content, examination);
        listing.directory();
        listing.locals();
        return listing;
    }

    /** Entries of the directory with their local headers. */
    List<Pair> pairs() {
        return pairs;
    }

    /** Entries of the directory without a local header. */
    List<Entry> orphans() {
        return orphans;
    }

    /** Local headers that the directory does not list. */
    List<Entry> hidden() {
        return hidden;
    }

    /** What a strict reader would refuse. */
    List<String> defects() {
        return defects;
    }

    boolean hasDirectory() {
        return hasDirectory;
    }

    /** Whether there are end records in front of the last: archives one after another. */
    boolean isConcatenated() {
        return hiddenEnds > 0 && !hidden.isEmpty();
    }

    /** Whether packed bytes belong to several entries. */
    boolean overlaps() {
        return overlap;
    }

    /** Whether it is one of several volumes. */
    boolean isSplit() {
        return split;
    }

    boolean hasTooMany() {
        return tooMany;
    }

    private void directory() throws IOException, LimitExceeded {
        int reach = (int) Math.min(content.size(), 22 + 0xffff);
        Bytes tail = Bytes.of(content, content.size() - reach, reach);
        for (int at = tail.lastIndexOf("PK\5\6", tail.size() - 22); at >= 0; at = tail.lastIndexOf("PK\5\6", at - 1)) {
            long end = content.size() - reach + at;
            if (end(tail, at, end)) {
                hasDirectory = true;
                endAt = end;
                if (end + 22 + tail.u16(at + 20) > content.size()) {
                    defects.add("comment longer than the file");
                }
                return;
            }
            examination.checkTime();
        }
        directoryAt = content.size();
        endAt = content.size();
    }

    private boolean end(Bytes tail, int at, long end) throws IOException, LimitExceeded {
        long count = tail.u16(at + 10);
        long size = tail.u32(at + 12);
        long offset = tail.u32(at + 16);
        long directoryEnd = end;
        Bytes locator = Bytes.of(content, end - 20, 20);
        if (locator.at(0, "PK\6\7") && (count == 0xffff || size == UNKNOWN || offset == UNKNOWN)) {
            for (long place : new long[] {locator.u64(8), end - 20 - 56}) {
                Bytes record = Bytes.of(content, place, 56);
                if (record.at(0, "PK\6\6")) {
                    count = record.u64(32);
                    size = record.u64(40);
                    offset = record.u64(48);
                    directoryEnd = place;
                    break;
                }
            }
        }
        int disk = tail.u16(at + 4);
        if (disk != 0 && disk != 0xffff) {
            split = true;
        }
        if (count == 0 && size == 0) {
            directoryAt = directoryEnd;
            return at + 22 + tail.u16(at + 20) == tail.size() || end == 0;
        }
        if (size < 46 || offset < 0) {
            return false;
        }
        for (long place : new long[] {directoryEnd - size, offset}) {
            if (Bytes.of(content, place, 4).at(0, "PK\1\2")) {
                directoryAt = place;
                // What stands in front of the archive shifts every offset.
                entries(place, end, count, place - offset);
                return true;
            }
        }
        return false;
    }

    private void entries(long place, long end, long count, long shift) throws IOException, LimitExceeded {
        long at = place;
        while (at + 46 <= end) {
            Bytes fixed = Bytes.of(content, at, 46);
            if (!fixed.at(0, "PK\1\2")) {
                break;
            }
            if (central.size() == MAX_ENTRIES) {
                tooMany = true;
                return;
            }
            if ((central.size() & 0x3ff) == 0) {
                examination.checkTime();
            }
            int nameLength = fixed.u16(28);
            Bytes rest = Bytes.of(content, at + 46, nameLength + fixed.u16(30));
            long packed = fixed.u32(20);
            long size = fixed.u32(24);
            long header = fixed.u32(42);
            int zip64 = extra(rest, nameLength, 1);
            if (zip64 < 0 && (packed == UNKNOWN || size == UNKNOWN || header == UNKNOWN)) {
                defects.add("64-bit sizes announced but missing");
                packed = packed == UNKNOWN ? -1 : packed;
                size = size == UNKNOWN ? -1 : size;
            }
            if (zip64 >= 0) {
                int next = zip64;
                if (size == UNKNOWN) {
                    size = rest.u64(next);
                    next += 8;
                }
                if (packed == UNKNOWN) {
                    packed = rest.u64(next);
                    next += 8;
                }
                if (header == UNKNOWN) {
                    header = rest.u64(next);
                }
            }
            central.add(new Entry(name(rest, nameLength, fixed.u16(8)), rest.latin1(0, nameLength), otherName(rest, nameLength), fixed.u16(8),
                fixed.u16(10), fixed.u32(16), packed, size, header + shift, -1, directoryAt, fixed.u32(38)));
            at += 46L + nameLength + fixed.u16(30) + fixed.u16(32);
        }
        if (central.size() != (count & 0xffff) && central.size() != count) {
            defects.add("the directory has " + central.size() + " entries, the end record counts " + count);
        }
    }

    /** Place of the data of an extra field (4.5) behind a name; -1 for none. */
    private static int extra(Bytes rest, int from, int id) {
        int at = from;
        while (rest.u16(at + 2) >= 0) {
            if (rest.u16(at) == id) {
                return at + 4;
            }
            at += 4 + rest.u16(at + 2);
        }
        return -1;
    }

    /** Info-ZIP's second name (4.6.9), which some programs show instead of the first; empty for none. */
    private static String otherName(Bytes rest, int nameLength) {
        int at = extra(rest, nameLength, 0x7075);
        if (at < 0) {
            return "";
        }
        int length = rest.u16(at - 2) - 5;
        return length <= 0 ? "" : new String(rest.latin1(at + 5, length).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String name(Bytes rest, int length, int flags) {
        byte[] raw = rest.latin1(0, length).getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            return (flags & 0x800) != 0 ? new String(raw, StandardCharsets.UTF_8) : new String(raw, Charset.forName("IBM437"));
        }
    }

    private void locals() throws IOException, LimitExceeded {
        List<Entry> order = new ArrayList<>(central);
        order.sort(Comparator.comparingLong(Entry::header));
        long covered = 0;
        for (int i = 0; i < order.size(); i++) {
            if ((i & 0x3ff) == 0) {
                examination.checkTime();
            }
            Entry entry = order.get(i);
            Bytes fixed = Bytes.of(content, entry.header(), 30);
            if (!fixed.at(0, "PK\3\4") || fixed.u16(28) < 0) {
                orphans.add(entry);
                continue;
            }
            long next = directoryAt > entry.header() ? directoryAt : content.size();
            for (int j = i + 1; j < order.size(); j++) {
                if (order.get(j).header() > entry.header()) {
                    next = Math.min(next, order.get(j).header());
                    break;
                }
            }
            Entry local = local(fixed, entry.header(), next);
            long data = local.data();
            long end = data + Math.max(0, entry.packed());
            if (i > 0 && entry.header() < covered) {
                overlap = true;
            }
            hidden(covered, entry.header());
            covered = Math.max(covered, Math.min(end, content.size()));
            if (end > content.size()) {
                defects.add(entry.name() + " ends behind the file");
            }
            pairs.add(new Pair(entry.at(data, next), local, differences(entry, local)));
        }
        if (hasDirectory) {
            hidden(covered, directoryAt);
            hidden(Math.min(endAt + 22, content.size()), content.size());
        } else {
            defects.add("no central directory");
            hidden(covered, content.size());
        }
    }

    private Entry local(Bytes fixed, long header, long next) throws IOException {
        int nameLength = fixed.u16(26);
        Bytes rest = Bytes.of(content, header + 30, nameLength + fixed.u16(28));
        int flags = fixed.u16(6);
        long packed = fixed.u32(18);
        long size = fixed.u32(22);
        int zip64 = extra(rest, nameLength, 1);
        if (zip64 >= 0) {
            if (size == UNKNOWN) {
                size = rest.u64(zip64);
                zip64 += 8;
            }
            if (packed == UNKNOWN) {
                packed = rest.u64(zip64);
            }
        }
        boolean streamed = (flags & 8) != 0 && packed == 0;
        return new Entry(name(rest, nameLength, flags), rest.latin1(0, nameLength), otherName(rest, nameLength), flags, fixed.u16(8), fixed.u32(14),
            streamed ? -1 : packed, streamed ? -1 : size, header, header + 30 + nameLength + fixed.u16(28), next, 0);
    }

    private static List<String> differences(Entry central, Entry local) {
        List<String> differences = new ArrayList<>();
        if (!central.rawName().replace('\\', '/').equals(local.rawName().replace('\\', '/')) && !central.name().equals(local.name())) {
            differences.add("name " + central.name() + " / " + local.name());
        }
        if (central.method() != local.method()) {
            differences.add("method " + central.method() + " / " + local.method());
        }
        if ((central.flags() & 1) != (local.flags() & 1)) {
            differences.add("encryption");
        }
        boolean masked = (central.flags() & 0x2000) != 0 || (local.flags() & 0x2000) != 0;
        if (!local.isStreamed() && !masked) {
            if (local.packed() >= 0 && central.packed() >= 0 && local.packed() != central.packed()
                || local.size() >= 0 && central.size() >= 0 && local.size() != central.size()) {
                differences.add("size " + central.size() + " / " + local.size());
            }
            if (local.crc() != central.crc()) {
                differences.add(String.format(Locale.ROOT, "checksum %08x / %08x", central.crc(), local.crc()));
            }
        }
        return differences;
    }

    /** Local headers and end records where the directory says there is nothing. */
    private void hidden(long from, long to) throws IOException, LimitExceeded {
        long at = from;
        while (to - at >= 22 && hidden.size() < MAX_HIDDEN) {
            examination.checkTime();
            int length = (int) Math.min(WINDOW, to - at);
            Bytes window = Bytes.of(content, at, length);
            int found = next(window);
            if (found < 0) {
                at += Math.max(1, length - 3);
                if (length < WINDOW) {
                    return;
                }
                continue;
            }
            if (window.u8(found + 2) == 5) {
                hiddenEnds++;
                at += found + 4;
                continue;
            }
            Bytes fixed = Bytes.of(content, at + found, 30);
            if (fixed.u16(28) < 0 || !isPlausible(fixed)) {
                at += found + 4;
                continue;
            }
            Entry entry = local(fixed, at + found, to);
            hidden.add(entry);
            at = entry.packed() > 0 && entry.data() + entry.packed() <= to ? entry.data() + entry.packed() : entry.data();
        }
    }

    private static int next(Bytes window) {
        for (int at = window.indexOf("PK", 0); at >= 0; at = window.indexOf("PK", at + 2)) {
            if (window.u8(at + 2) == 3 && window.u8(at + 3) == 4 || window.u8(at + 2) == 5 && window.u8(at + 3) == 6) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isPlausible(Bytes fixed) {
        return fixed.u16(26) > 0 && fixed.u16(26) < 4096 && fixed.u16(4) < 100 + 256 * 20 && fixed.u16(8) < 100;
    }
}
