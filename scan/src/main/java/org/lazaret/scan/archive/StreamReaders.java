package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.arj.ArjArchiveEntry;
import org.apache.commons.compress.archivers.arj.ArjArchiveInputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;

/** Archives that are read from front to back: tar (POSIX.1-2001, GNU), cpio, ar, arj. */
final class StreamReaders {
    private StreamReaders() {
    }

    static final class Tar implements Archives.Reader {
        @Override
        public void read(Item item, Entries entries) throws IOException, LimitExceeded {
            try (TarArchiveInputStream tar = new TarArchiveInputStream(all(item), 10_240, 512, "UTF-8", true)) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    if (entry.isSymbolicLink()) {
                        entries.link(entry.getName(), entry.getLinkName());
                    } else if (entry.isLink()) {
                        // A hard link names its target from the root of the archive.
                        entries.link("link", entry.getLinkName());
                    } else if (entry.isDirectory()) {
                        entries.folder(entry.getName());
                    } else if (entry.isFile() && tar.canReadEntryData(entry)) {
                        entries.entry(entry.getName(), new Open(tar), entry.getSize());
                    } else {
                        entries.examination().nameOnly(item, entry.getName());
                    }
                }
            }
        }
    }

    static final class Cpio implements Archives.Reader {
        @Override
        public void read(Item item, Entries entries) throws IOException, LimitExceeded {
            try (CpioArchiveInputStream cpio = new CpioArchiveInputStream(all(item))) {
                for (CpioArchiveEntry entry = cpio.getNextEntry(); entry != null; entry = cpio.getNextEntry()) {
                    if (entry.isSymbolicLink()) {
                        entries.link(entry.getName(), new String(cpio.readNBytes(4096), StandardCharsets.UTF_8));
                    } else {
                        entry(entry, cpio, item, entries);
                    }
                }
            }
        }
    }

    static final class Ar implements Archives.Reader {
        @Override
        public void read(Item item, Entries entries) throws IOException, LimitExceeded {
            try (ArArchiveInputStream ar = new ArArchiveInputStream(all(item))) {
                for (ArchiveEntry entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
                    entry(entry, ar, item, entries);
                }
            }
        }
    }

    static final class Arj implements Archives.Reader {
        @Override
        public void read(Item item, Entries entries) throws IOException, LimitExceeded {
            entries.finding("archive.odd-format", "arj");
            try (ArjArchiveInputStream arj = new ArjArchiveInputStream(all(item))) {
                for (ArjArchiveEntry entry = arj.getNextEntry(); entry != null; entry = arj.getNextEntry()) {
                    if (!arj.canReadEntryData(entry)) {
                        entries.unscannable(Reason.UNSUPPORTED, "arj: " + entry.getName() + " is compressed");
                    }
                    entry(entry, arj, item, entries);
                }
            }
        }
    }

    private static void entry(ArchiveEntry entry, ArchiveInputStream<?> archive, Item item, Entries entries) throws IOException, LimitExceeded {
        if (entry.isDirectory()) {
            entries.folder(entry.getName());
        } else if (archive.canReadEntryData(entry)) {
            entries.entry(entry.getName(), new Open(archive), entry.getSize());
        } else {
            entries.examination().nameOnly(item, entry.getName());
        }
    }

    private static InputStream all(Item item) {
        return new Slice(item.content(), 0, item.content().size());
    }

    /** The current entry; closing it leaves the archive open. */
    private static final class Open extends InputStream {
        private final InputStream in;

        Open(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return in.read(target, offset, length);
        }
    }
}
