package org.lazaret.scan.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Bytes;
import org.lazaret.scan.type.Type;
import org.lazaret.scan.type.Types;

/**
 * Disk images. Files of ISO 9660, UDF and FAT file systems are judged, on partitions too; what lies on other file systems and in compressed
 * images cannot be seen. An image as such counts already: what is in it escapes the mark of the web.
 */
final class DiskImageReader implements Archives.Reader {
    private static final int SECTOR = 512;

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        Content content = item.content();
        entries.finding("archive.disk-image", Types.primary(item.types()).name().toLowerCase(Locale.ROOT));
        boolean read = false;
        if (item.is(Type.ISO9660)) {
            read = IsoVolume.read(content, entries);
        }
        if (item.is(Type.UDF)) {
            // A bridge has both; Windows goes by UDF, others by ISO 9660.
            read |= UdfVolume.read(content, entries);
        }
        if (!read && (item.is(Type.DISK_IMAGE) || item.is(Type.VHD)) && !item.is(Type.VHDX)) {
            read = partitions(content, entries);
        }
        if (!read) {
            entries.unscannable(Reason.UNSUPPORTED, "disk image: " + Types.primary(item.types()).mediaType());
        }
    }

    /** The whole image as one file system, or each of its partitions. */
    private static boolean partitions(Content content, Entries entries) throws IOException, LimitExceeded {
        if (FatVolume.isAt(content, 0)) {
            FatVolume.read(content, 0, entries);
            return true;
        }
        List<Long> starts = new ArrayList<>();
        Bytes first = Bytes.of(content, 0, 3 * SECTOR);
        if (first.at(SECTOR, "EFI PART")) {
            Bytes table = Bytes.of(content, first.u64(SECTOR + 72) * SECTOR, 128 * 128);
            for (int at = 0; at + 128 <= table.size(); at += 128) {
                if (table.u64(at) != 0 && table.u64(at + 32) > 0) {
                    starts.add(table.u64(at + 32) * SECTOR);
                }
            }
        } else if (first.u16(510) == 0xaa55) {
            for (int at = 446; at < 510; at += 16) {
                if (first.u8(at + 4) != 0 && first.u32(at + 8) > 0) {
                    starts.add(first.u32(at + 8) * SECTOR);
                }
            }
        }
        boolean all = !starts.isEmpty();
        for (long start : starts) {
            if (FatVolume.isAt(content, start)) {
                FatVolume.read(content, start, entries);
            } else {
                all = false;
            }
        }
        return all;
    }
}
