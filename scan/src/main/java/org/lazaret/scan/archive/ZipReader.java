package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.deflate64.Deflate64CompressorInputStream;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.archive.ZipListing.Entry;
import org.lazaret.scan.archive.ZipListing.Pair;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Type;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Zip (APPNOTE.TXT), whatever it is called. Entries are judged by both listings; where they differ, both readings are.
 *
 * <p>Of Office documents only the structure is judged: {@code scan.document} takes their parts out.
 */
final class ZipReader implements Archives.Reader {
    /** Tries of passwords, and bytes of the entry they are tried on. */
    private static final int MAX_PASSWORDS = 64;
    private static final long MAX_TRIAL = 4 << 20;

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        ZipListing listing = ZipListing.read(item.content(), entries.examination());
        structure(listing, entries);
        boolean document = item.is(Type.OOXML) || item.is(Type.ODF);
        List<Entry> encrypted = new ArrayList<>();
        Map<String, Long> seen = new HashMap<>();
        long lastHeader = -1;
        for (Pair pair : listing.pairs()) {
            Entry entry = pair.central();
            if (!pair.differences().isEmpty()) {
                entries.finding("archive.header-mismatch", entry.name() + ": " + String.join(", ", pair.differences()));
            }
            if (!entry.otherName().isEmpty() && !entry.otherName().equals(entry.name())) {
                entries.examination().nameOnly(item, entry.otherName());
            }
            Long other = entry.isFolder() ? null : seen.put(entry.name().toLowerCase(Locale.ROOT), entry.crc());
            if (other != null && other != entry.crc()) {
                entries.finding("archive.duplicate", entry.name());
            }
            if (entry.header() == lastHeader) {
                entries.examination().nameOnly(item, entry.name());
                continue;
            }
            lastHeader = entry.header();
            if (!document || !pair.differences().isEmpty()) {
                pair(pair, item, entries, encrypted);
            }
        }
        for (Entry entry : listing.hidden()) {
            if (entry.isEncrypted()) {
                encrypted.add(entry);
            } else {
                read(entry, item, entries, false);
            }
        }
        for (Entry entry : listing.orphans()) {
            entries.examination().nameOnly(item, entry.name());
        }
        if (!encrypted.isEmpty()) {
            encrypted(encrypted, item, entries);
        }
    }

    private static void structure(ZipListing listing, Entries entries) {
        if (listing.overlaps()) {
            entries.finding("archive.overlap", "entries share packed bytes");
        }
        if (listing.isConcatenated()) {
            entries.finding("archive.concatenated", listing.hidden().size() + " entries in front of the last archive");
        } else if (!listing.hidden().isEmpty() && listing.hasDirectory()) {
            entries.finding("archive.hidden-entry", listing.hidden().getFirst().name());
        }
        if (listing.isSplit()) {
            entries.finding("archive.split", "zip");
            entries.unscannable(Reason.UNSUPPORTED, "zip: one volume of several");
        }
        if (!listing.orphans().isEmpty()) {
            entries.unscannable(Reason.MALFORMED, "zip: nothing at the place of " + listing.orphans().getFirst().name());
        }
        if (!listing.defects().isEmpty()) {
            entries.unscannable(Reason.MALFORMED, "zip: " + String.join("; ", listing.defects().subList(0, Math.min(5, listing.defects().size()))));
        }
        if (listing.hasTooMany()) {
            entries.unscannable(Reason.OVER_LIMIT, "entries: too many in one zip");
        }
    }

    private static void pair(Pair pair, Item item, Entries entries, List<Entry> encrypted) throws IOException, LimitExceeded {
        Entry central = pair.central();
        Entry local = pair.local();
        if (!central.rawName().equals(local.rawName()) && !pair.differences().isEmpty()) {
            entries.examination().nameOnly(item, local.name());
        }
        if (central.isFolder() && central.size() <= 0) {
            entries.folder(central.name());
            return;
        }
        if (central.isEncrypted() && local.isEncrypted()) {
            encrypted.add(central);
            return;
        }
        if (central.isEncrypted() || local.isEncrypted()) {
            // Programs that go by the listing without the flag read it as it stands.
            Entry plain = central.isEncrypted() ? local : central;
            read(withSizes(plain, central), item, entries, false);
            return;
        }
        read(central, item, entries, pair.differences().isEmpty());
        if (central.method() != local.method()) {
            read(withSizes(local, central), item, entries, false);
        }
    }

    private static Entry withSizes(Entry entry, Entry other) {
        return new Entry(entry.name(), entry.rawName(), "", entry.flags(), entry.method(), entry.crc(), entry.packed() < 0 ? other.packed()
            : entry.packed(),
            entry.size(), entry.header(), entry.data() < 0 ? other.data() : entry.data(), entry.limit(), other.attributes());
    }

    /** @param consistent whether both listings agree, so that size and checksum can be held against the bytes */
    private static void read(Entry entry, Item item, Entries entries, boolean consistent) throws IOException, LimitExceeded {
        Content content = item.content();
        if (entry.isLink() && entry.packed() >= 0 && entry.packed() < 8192) {
            try (InputStream in = open(entry, content)) {
                byte[] target = in.readNBytes(4096);
                entries.unusualLink(entry.name(), new String(target, StandardCharsets.UTF_8));
            }
            return;
        }
        InputStream opened;
        try {
            opened = open(entry, content);
        } catch (UnsupportedCompression e) {
            entries.examination().nameOnly(item, entry.name());
            entries.unscannable(Reason.UNSUPPORTED, entry.name() + ": " + e.getMessage());
            return;
        }
        int memory = entry.method() == 14 || entry.method() == 95 ? Memory.MAX_DICTIONARY : 1;
        try (Memory reserved = Memory.reserve(memory, entries.examination()); InputStream in = opened) {
            Guarded read = entries.judged(entry.name(), in, entry.packed());
            if (!read.whole()) {
                entries.broken(entry.name(), read);
                return;
            }
            long size = entry.size();
            if (consistent && size >= 0 && read.count() != size) {
                entries.finding("archive.header-mismatch", entry.name() + ": " + read.count() + " bytes instead of " + size);
            } else if (entry.crc() >= 0 && read.crc() != entry.crc() && (consistent || !entry.isStreamed())) {
                entries.finding("archive.checksum", entry.name());
            }
        }
    }

    /** The unpacked bytes of an entry. Packed data may be read up to the next header: sizes lie. */
    private static InputStream open(Entry entry, Content content) throws IOException {
        long end = entry.packed() >= 0 && entry.method() == 0 ? entry.data() + entry.packed() : entry.limit();
        InputStream packed = new Slice(content, entry.data(), Math.max(end, entry.data() + Math.max(0, entry.packed())));
        return switch (entry.method()) {
            case 0 -> packed;
            case 8 -> new Inflated(packed);
            case 9 -> new Deflate64CompressorInputStream(packed);
            case 12 -> new BZip2CompressorInputStream(packed);
            case 14 -> lzma(packed, entry);
            case 93, 20 -> new ZstdInputStream(packed);
            case 95 -> new XZInputStream(packed, Memory.MAX_DICTIONARY << 10);
            case 1, 2, 3, 4, 5, 6, 10, 98 -> throw new UnsupportedCompression("compression method " + entry.method());
            default -> throw new UnsupportedCompression("unknown compression method " + entry.method());
        };
    }

    /** 5.8.8: version, size of the properties, properties; bit 1 says that an end marker follows. */
    private static InputStream lzma(InputStream packed, Entry entry) throws IOException {
        byte[] header = packed.readNBytes(9);
        if (header.length < 9 || header[2] != 5 || header[3] != 0) {
            throw new UnsupportedCompression("LZMA with a strange header");
        }
        int dictionary = header[5] & 0xff | (header[6] & 0xff) << 8 | (header[7] & 0xff) << 16 | (header[8] & 0xff) << 24;
        if (dictionary < 0 || dictionary > Memory.MAX_DICTIONARY << 20) {
            throw new UnsupportedCompression("LZMA with a dictionary of " + (dictionary >>> 20) + " MiB");
        }
        return new LZMAInputStream(packed, (entry.flags() & 2) != 0 ? -1 : entry.size(), header[4], dictionary);
    }

    /** Deflate without the zlib wrapper; frees its native memory when closed. */
    private static final class Inflated extends InflaterInputStream {
        Inflated(InputStream in) {
            super(in, new Inflater(true), 8192);
        }

        @Override
        public void close() throws IOException {
            super.close();
            inf.end();
        }
    }

    private static void encrypted(List<Entry> encrypted, Item item, Entries entries) throws IOException, LimitExceeded {
        Optional<char[]> password = password(encrypted, item, entries);
        if (password.isEmpty()) {
            for (Entry entry : encrypted) {
                entries.examination().nameOnly(item, entry.name());
            }
            entries.finding("archive.encrypted", encrypted.size() + " entries, " + encrypted.getFirst().name());
            entries.unscannable(Reason.ENCRYPTED, "zip: " + encrypted.getFirst().name());
            return;
        }
        entries.finding("archive.encrypted.password-in-mail", encrypted.getFirst().name());
        for (Entry entry : encrypted) {
            Guarded read;
            try (InputStream in = decrypt(entry, item.content(), password.get())) {
                read = entries.judged(entry.name(), in, entry.packed());
            } catch (IOException e) {
                entries.examination().nameOnly(item, entry.name());
                entries.unscannable(Reason.ENCRYPTED, "zip: " + entry.name() + " has another password, or a compression that cannot be read");
                continue;
            }
            if (!read.whole()) {
                entries.unscannable(Reason.ENCRYPTED, "zip: " + entry.name() + ": " + read.fault());
            }
        }
    }

    private static Optional<char[]> password(List<Entry> encrypted, Item item, Entries entries) throws IOException, LimitExceeded {
        List<String> words = entries.examination().passwords();
        if (words.isEmpty()) {
            return Optional.empty();
        }
        Entry smallest = encrypted.getFirst();
        for (Entry entry : encrypted) {
            if (entry.size() > 0 && entry.packed() > 0 && (entry.packed() < smallest.packed() || smallest.size() <= 0)) {
                smallest = entry;
            }
        }
        for (String word : words.subList(0, Math.min(words.size(), MAX_PASSWORDS))) {
            entries.examination().checkTime();
            if (opens(smallest, item.content(), word.toCharArray())) {
                return Optional.of(word.toCharArray());
            }
        }
        return Optional.empty();
    }

    /** ZipCrypto checks one byte only: a password has opened an entry when its checksum is right. */
    private static boolean opens(Entry entry, Content content, char[] password) {
        long total = 0;
        byte[] block = new byte[8192];
        try (InputStream in = decrypt(entry, content, password)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                total += read;
                if (total > MAX_TRIAL) {
                    return true;
                }
            }
            return true;
        } catch (IOException | RuntimeException wrongPassword) {
            return false;
        }
    }

    private static InputStream decrypt(Entry entry, Content content, char[] password) throws IOException {
        ZipInputStream zip = new ZipInputStream(new Slice(content, entry.header(), entry.limit()), password);
        LocalFileHeader header = zip.getNextEntry();
        if (header == null) {
            zip.close();
            throw new IOException("no local header");
        }
        return zip;
    }
}
