package org.lazaret.scan.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.commons.io.input.BoundedInputStream;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Bytes;

/** Cabinets ([MS-CAB]): stored, MSZIP and LZX folders; of Quantum folders the names. */
final class CabReader implements Archives.Reader {
    private static final int MAX_NAME = 256;
    private static final int BLOCK = 32 * 1024;

    private record Folder(long data, int blocks, int compression) {
    }

    private record File(String name, long size, long offset, int folder) {
    }

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        Content content = item.content();
        Bytes header = Bytes.of(content, 0, 64);
        if (!header.at(0, "MSCF")) {
            if (header.at(0, "ISc(")) {
                entries.finding("archive.odd-format", "InstallShield cabinet");
                entries.unscannable(Reason.UNSUPPORTED, "InstallShield cabinet");
            }
            return;
        }
        entries.finding("archive.odd-format", "cabinet");
        int flags = header.u16(30);
        int folderCount = header.u16(26);
        int fileCount = header.u16(28);
        if (header.u8(25) != 1 || flags < 0) {
            throw new IOException("version " + header.u8(25));
        }
        long at = 36;
        int folderReserve = 0;
        int dataReserve = 0;
        if ((flags & 4) != 0) {
            at = 40 + Math.max(header.u16(36), 0);
            folderReserve = header.u8(38);
            dataReserve = header.u8(39);
        }
        if ((flags & 3) != 0) {
            entries.finding("archive.split", "cabinet");
            entries.unscannable(Reason.UNSUPPORTED, "cabinet: one of several");
            for (int i = 0; i < ((flags & 1) != 0 ? 2 : 0) + ((flags & 2) != 0 ? 2 : 0); i++) {
                at += string(content, at).length() + 1;
            }
        }
        List<Folder> folders = new ArrayList<>();
        for (int i = 0; i < folderCount; i++) {
            Bytes folder = Bytes.of(content, at, 8);
            if (folder.u16(6) < 0) {
                throw new IOException("folders end early");
            }
            folders.add(new Folder(folder.u32(0), folder.u16(4), folder.u16(6)));
            at += 8 + folderReserve;
        }
        List<File> files = files(content, header.u32(16), fileCount, entries.examination());
        if (files.size() < fileCount) {
            entries.unscannable(Reason.MALFORMED, "cabinet: " + files.size() + " of " + fileCount + " entries");
        }
        if (fileCount == 0) {
            entries.unscannable(Reason.MALFORMED, "cabinet: empty");
        }
        for (int i = 0; i < folders.size(); i++) {
            int folder = i;
            folder(folders.get(i), files.stream().filter(file -> file.folder() == folder).sorted(Comparator.comparingLong(File::offset)).toList(),
                content, dataReserve, entries);
        }
        for (File file : files) {
            if (file.folder() >= folders.size()) {
                entries.examination().nameOnly(item, file.name());
                if (file.folder() < 0xfffd) {
                    entries.unscannable(Reason.MALFORMED, "cabinet: " + file.name() + " is in no folder");
                }
            }
        }
    }

    private static List<File> files(Content content, long place, int count, Examination examination) throws IOException, LimitExceeded {
        List<File> files = new ArrayList<>();
        long at = place;
        for (int i = 0; i < count; i++) {
            examination.checkTime();
            Bytes fixed = Bytes.of(content, at, 16);
            if (fixed.u16(14) < 0) {
                break;
            }
            String raw = string(content, at + 16);
            byte[] name = raw.getBytes(StandardCharsets.ISO_8859_1);
            String decoded = (fixed.u16(14) & 0x80) != 0 ? new String(name, StandardCharsets.UTF_8) : new String(name,
                Charset.forName("windows-1252"));
            files.add(new File(decoded, fixed.u32(0), fixed.u32(4), fixed.u16(8)));
            at += 16L + raw.length() + 1;
        }
        return files;
    }

    private static String string(Content content, long at) throws IOException {
        Bytes bytes = Bytes.of(content, at, MAX_NAME);
        int nul = bytes.indexOf("\0", 0);
        return bytes.latin1(0, nul < 0 ? bytes.size() : nul);
    }

    private static void folder(Folder folder, List<File> files, Content content, int reserve, Entries entries) throws IOException, LimitExceeded {
        long total = 0;
        for (File file : files) {
            total = Math.max(total, file.offset() + file.size());
        }
        InputStream in = null;
        long position = 0;
        try {
            for (File file : files) {
                if (in == null || file.offset() < position) {
                    in = open(folder, content, reserve, total);
                    position = 0;
                }
                position += skip(in, file.offset() - position, entries.examination());
                Guarded read = entries.entry(file.name(), BoundedInputStream.builder().setInputStream(in).setMaxCount(file.size())
                    .setPropagateClose(false).get(), -1);
                position += read.count();
                if (read.whole() && read.count() < file.size()) {
                    entries.unscannable(Reason.MALFORMED, "cabinet: " + file.name() + " ends early");
                }
            }
        } catch (IOException e) {
            for (File file : files) {
                entries.examination().nameOnly(entries.item(), file.name());
            }
            entries.unscannable(e instanceof UnsupportedCompression ? Reason.UNSUPPORTED : Reason.MALFORMED, "cabinet: " + e.getMessage());
        }
    }

    private static long skip(InputStream in, long count, Examination examination) throws IOException, LimitExceeded {
        byte[] block = new byte[8192];
        long skipped = 0;
        while (skipped < count) {
            int read = in.read(block, 0, (int) Math.min(block.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
            examination.charge(read);
        }
        return skipped;
    }

    private static InputStream open(Folder folder, Content content, int reserve, long total) throws IOException {
        Blocks blocks = new Blocks(content, folder, reserve);
        return switch (folder.compression() & 0xf) {
            case 0 -> blocks;
            case 1 -> new MsZip(blocks);
            case 3 -> new LzxInputStream(blocks, folder.compression() >> 8 & 0x1f, total);
            default -> throw new UnsupportedCompression("compression " + (folder.compression() & 0xf));
        };
    }

    /** The data blocks of a folder, one after another. */
    private static final class Blocks extends InputStream {
        private final Content content;
        private final int reserve;
        private long at;
        private int left;
        private byte[] block = new byte[0];
        private int used;

        Blocks(Content content, Folder folder, int reserve) {
            this.content = content;
            this.reserve = reserve;
            this.at = folder.data();
            this.left = folder.blocks();
        }

        /** The next block; null behind the last. */
        byte @Nullable [] next() throws IOException {
            if (left == 0) {
                return null;
            }
            left--;
            Bytes header = Bytes.of(content, at, 8);
            int length = header.u16(4);
            if (length < 0) {
                throw new IOException("data ends early");
            }
            byte[] data = Bytes.of(content, at + 8 + reserve, length).array();
            if (data.length < length) {
                throw new IOException("data ends early");
            }
            at += 8L + reserve + length;
            return data;
        }

        @Override
        public int read() throws IOException {
            while (used == block.length) {
                byte[] next = next();
                if (next == null) {
                    return -1;
                }
                block = next;
                used = 0;
            }
            return block[used++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int first = read();
            if (first < 0) {
                return -1;
            }
            target[offset] = (byte) first;
            int count = Math.min(length - 1, block.length - used);
            System.arraycopy(block, used, target, offset + 1, count);
            used += count;
            return count + 1;
        }
    }

    /** [MS-MCI]: each block is "CK" and a deflate stream whose dictionary is the block before. */
    private static final class MsZip extends InputStream {
        private final Blocks blocks;
        private byte[] previous = new byte[0];
        private InputStream current = new ByteArrayInputStream(new byte[0]);

        MsZip(Blocks blocks) {
            this.blocks = blocks;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = current.read(target, offset, length);
            while (read < 0) {
                byte[] block = blocks.next();
                if (block == null) {
                    return -1;
                }
                previous = inflate(block);
                current = new ByteArrayInputStream(previous);
                read = current.read(target, offset, length);
            }
            return read;
        }

        private byte[] inflate(byte[] block) throws IOException {
            if (block.length < 2 || block[0] != 'C' || block[1] != 'K') {
                throw new IOException("no MSZIP block");
            }
            Inflater inflater = new Inflater(true);
            try {
                if (previous.length > 0) {
                    inflater.setDictionary(previous);
                }
                inflater.setInput(block, 2, block.length - 2);
                byte[] out = new byte[BLOCK];
                int length = 0;
                while (length < BLOCK && !inflater.finished()) {
                    int made = inflater.inflate(out, length, BLOCK - length);
                    if (made == 0) {
                        break;
                    }
                    length += made;
                }
                return length == BLOCK ? out : java.util.Arrays.copyOf(out, length);
            } catch (DataFormatException | IllegalArgumentException e) {
                throw new IOException("MSZIP: " + e.getMessage(), e);
            } finally {
                inflater.end();
            }
        }
    }
}
