package org.lazaret.scan.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Bytes;

/**
 * ISO 9660 (ECMA-119) with Joliet: the trees of all volume descriptors, since programs choose different ones. A file that both trees
 * have is judged once, with both names.
 */
final class IsoVolume {
    private static final int SECTOR = 2048;
    private static final int MAX_DESCRIPTORS = 32;
    private static final int MAX_FOLDER = 4 << 20;
    private static final int MAX_FOLDERS = 10_000;

    private record Folder(String path, long place, long size) {
    }

    private final Content content;
    private final Entries entries;
    private final Set<Long> files = new HashSet<>();

    private IsoVolume(Content content, Entries entries) {
        this.content = content;
        this.entries = entries;
    }

    /** False when the image has sectors of 2352 bytes, or no descriptor that can be read. */
    static boolean read(Content content, Entries entries) throws IOException, LimitExceeded {
        IsoVolume volume = new IsoVolume(content, entries);
        boolean read = false;
        Deque<Bytes> descriptors = new ArrayDeque<>();
        for (int i = 16; i < 16 + MAX_DESCRIPTORS; i++) {
            Bytes descriptor = Bytes.of(content, (long) i * SECTOR, SECTOR);
            if (!descriptor.at(1, "CD001") || descriptor.u8(0) == 255) {
                break;
            }
            if (descriptor.u8(0) == 2) {
                descriptors.addFirst(descriptor);
            } else if (descriptor.u8(0) == 1) {
                descriptors.addLast(descriptor);
            }
        }
        for (Bytes descriptor : descriptors) {
            boolean joliet = descriptor.u8(0) == 2 && descriptor.u8(88) == '%' && descriptor.u8(89) == '/';
            volume.tree(new Folder("", descriptor.u32(156 + 2) * SECTOR, descriptor.u32(156 + 10)), joliet);
            read = true;
        }
        return read;
    }

    private void tree(Folder root, boolean joliet) throws IOException, LimitExceeded {
        Deque<Folder> folders = new ArrayDeque<>();
        Set<Long> seen = new HashSet<>();
        folders.add(root);
        while (!folders.isEmpty()) {
            Folder folder = folders.poll();
            if (!seen.add(folder.place()) || seen.size() > MAX_FOLDERS) {
                continue;
            }
            entries.examination().checkTime();
            if (folder.size() > MAX_FOLDER || folder.place() + folder.size() > content.size()) {
                entries.unscannable(Reason.MALFORMED, "iso: folder '" + folder.path() + "' of " + folder.size() + " bytes");
            }
            Bytes records = Bytes.of(content, folder.place(), (int) Math.min(folder.size(), MAX_FOLDER));
            int at = 0;
            while (at + 33 < records.size()) {
                int length = records.u8(at);
                if (length == 0) {
                    at = (at / SECTOR + 1) * SECTOR;
                    continue;
                }
                record(records, at, folder, joliet, folders);
                at += Math.max(length, 34);
            }
        }
    }

    private void record(Bytes records, int at, Folder folder, boolean joliet, Deque<Folder> folders) throws IOException, LimitExceeded {
        int nameLength = records.u8(at + 32);
        String raw = records.latin1(at + 33, nameLength);
        if (nameLength == 1 && (raw.charAt(0) == 0 || raw.charAt(0) == 1)) {
            return;
        }
        String name = joliet ? new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_16BE) : raw;
        int version = name.lastIndexOf(';');
        name = version > 0 ? name.substring(0, version) : name;
        long place = (records.u32(at + 2) + Math.max(records.u8(at + 1), 0)) * SECTOR;
        long size = records.u32(at + 10);
        String path = folder.path() + name;
        if ((records.u8(at + 25) & 2) != 0) {
            entries.folder(path + "/");
            folders.add(new Folder(path + "/", place, size));
            return;
        }
        if (size > 0 && !files.add(place)) {
            entries.examination().nameOnly(entries.item(), path);
            return;
        }
        if (place + size > content.size()) {
            entries.unscannable(Reason.MALFORMED, "iso: " + path + " ends behind the image");
        }
        entries.entry(path, new Slice(content, place, place + size), size);
    }
}
