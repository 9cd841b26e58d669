package org.lazaret.scan.archive;

import com.github.junrar.Archive;
import com.github.junrar.ArchiveOptions;
import com.github.junrar.exception.MissingNextVolumeException;
import com.github.junrar.exception.MissingPreviousVolumeException;
import com.github.junrar.exception.RarException;
import com.github.junrar.exception.UnsupportedDictionarySizeException;
import com.github.junrar.exception.UnsupportedRarEncryptedException;
import com.github.junrar.exception.UnsupportedRarMethodException;
import com.github.junrar.exception.UnsupportedRarVersionException;
import com.github.junrar.exception.WrongPasswordException;
import com.github.junrar.io.SeekableReadOnlyByteChannel;
import com.github.junrar.rarfile.FileHeader;
import com.github.junrar.volume.Volume;
import com.github.junrar.volume.VolumeManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Bytes;

/** RAR 1.4 to 7 (the technical notes in UnRAR), as far as junrar reads it. */
final class RarReader implements Archives.Reader {
    private static final int MAX_PASSWORDS = 24;
    /** Rounds of PBKDF2 are two to this power; WinRAR writes 15. */
    private static final int MAX_POWER = 18;
    /** Entries up to here are unpacked at once, larger ones through a pipe. */
    private static final int SMALL = 1 << 20;

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        Bytes head = Bytes.of(item.content(), 0, 64);
        if (!head.at(0, "Rar!") && !head.at(0, "RE~^")) {
            return;
        }
        try (Memory reserved = Memory.reserve(Memory.MAX_DICTIONARY, entries.examination())) {
            if (hasEncryptedHeaders(head)) {
                hidden(item, entries, head);
                return;
            }
            try (Archive archive = open(item.content(), null)) {
                read(archive, item, entries);
            } catch (RarException e) {
                report(e, "rar", entries);
            }
        }
    }

    private static Archive open(Content content, @Nullable String password) throws RarException, IOException {
        ArchiveOptions.Builder options = ArchiveOptions.builder().maxDictionarySize((long) Memory.MAX_DICTIONARY << 20);
        return new Archive(new SingleVolume(content), password == null ? options.build() : options.password(password).build());
    }

    /** RAR 4: flag 0x80 of the main header; RAR 5: the first block is of type 4. */
    private static boolean hasEncryptedHeaders(Bytes head) {
        if (head.at(0, "Rar!\32\7\1\0")) {
            return head.u8(8 + 4 + 1) == 4;
        }
        return head.at(0, "Rar!\32\7\0") && head.u8(7 + 2) == 0x73 && (head.u16(7 + 3) & 0x80) != 0;
    }

    private static void read(Archive archive, Item item, Entries entries) throws IOException, LimitExceeded, RarException {
        List<FileHeader> sealed = new ArrayList<>();
        boolean split = false;
        for (FileHeader header : archive.getFileHeaders()) {
            if (header.isEncrypted() && !header.isDirectory()) {
                sealed.add(header);
            }
            split |= header.isSplitAfter() || header.isSplitBefore();
        }
        if (split) {
            entries.finding("archive.split", "rar");
        }
        if (archive.getFileHeaders().isEmpty()) {
            entries.unscannable(Reason.MALFORMED, "rar: no entry can be read");
        }
        if (sealed.isEmpty()) {
            contents(archive, item, entries, false);
            return;
        }
        for (String word : passwords(entries, sealed.stream().mapToInt(FileHeader::getLg2Count).max().orElse(0))) {
            entries.examination().checkTime();
            if (opens(item.content(), word)) {
                entries.finding("archive.encrypted.password-in-mail", sealed.getFirst().getFileName());
                try (Archive opened = open(item.content(), word)) {
                    contents(opened, item, entries, false);
                }
                return;
            }
        }
        entries.finding("archive.encrypted", sealed.size() + " entries, " + sealed.getFirst().getFileName());
        entries.unscannable(Reason.ENCRYPTED, "rar: " + sealed.getFirst().getFileName());
        contents(archive, item, entries, true);
    }

    private static void hidden(Item item, Entries entries, Bytes head) throws IOException, LimitExceeded {
        // RAR 5: CRC-32, size, type, flags, version, flags, power of two of the rounds; all but the first are one byte here.
        int power = head.at(0, "Rar!\32\7\1\0") ? head.u8(8 + 4 + 5) : 0;
        for (String word : passwords(entries, power)) {
            entries.examination().checkTime();
            try (Archive archive = open(item.content(), word)) {
                if (archive.getFileHeaders().isEmpty()) {
                    continue;
                }
                entries.finding("archive.encrypted.password-in-mail", "names and content");
                contents(archive, item, entries, false);
                return;
            } catch (RarException | IOException | RuntimeException wrongPassword) {
                continue;
            }
        }
        entries.finding("archive.encrypted.names", "rar");
        entries.unscannable(Reason.ENCRYPTED, "rar: names and content");
    }

    private static List<String> passwords(Entries entries, int power) {
        List<String> words = entries.examination().passwords();
        return power < 0 || power > MAX_POWER ? List.of() : words.subList(0, Math.min(words.size(), MAX_PASSWORDS));
    }

    private static boolean opens(Content content, String password) {
        try (Archive archive = open(content, password)) {
            FileHeader smallest = null;
            for (FileHeader header : archive.getFileHeaders()) {
                if (header.isEncrypted() && !header.isDirectory() && header.getFullUnpackSize() > 0
                    && (smallest == null || header.getFullUnpackSize() < smallest.getFullUnpackSize()) && (smallest == null || !header.isSolid())) {
                    smallest = header;
                }
            }
            if (smallest == null) {
                return false;
            }
            archive.extractFile(smallest, new Bounded(4 << 20, new ByteArrayOutputStream()));
            return true;
        } catch (RarException | IOException | RuntimeException wrongPassword) {
            return false;
        }
    }

    private static void contents(Archive archive, Item item, Entries entries, boolean plainOnly) throws IOException, LimitExceeded {
        for (FileHeader header : archive.getFileHeaders()) {
            String name = header.getFileName();
            if (header.isDirectory()) {
                entries.folder(name + "/");
                continue;
            }
            if (header.getRedirection() != null) {
                entries.unusualLink(name, header.getRedirection().getTarget());
                continue;
            }
            if (plainOnly && header.isEncrypted()) {
                entries.examination().nameOnly(item, name);
                continue;
            }
            entry(archive, header, entries);
        }
    }

    private static void entry(Archive archive, FileHeader header, Entries entries) throws IOException, LimitExceeded {
        String name = header.getFileName();
        boolean link = !header.isRar5Family() && (header.getFileAttr() & 0xf000) == 0xa000 && header.getFullUnpackSize() < 4096;
        if (header.getFullUnpackSize() <= SMALL && !header.isUnpSizeUnknown()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Exception fault = null;
            try {
                archive.extractFile(header, new Bounded(SMALL, out));
            } catch (RarException | RuntimeException e) {
                fault = e;
            }
            if (link && fault == null) {
                entries.unusualLink(name, out.toString(StandardCharsets.UTF_8));
                return;
            }
            entries.judged(name, new ByteArrayInputStream(out.toByteArray()), header.getFullPackSize());
            if (fault != null) {
                report(fault, name, entries);
            }
            return;
        }
        AtomicReference<@Nullable Exception> fault = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        try (PipedInputStream in = new PipedInputStream(64 * 1024)) {
            PipedOutputStream out = new PipedOutputStream(in);
            Thread.ofPlatform().daemon().name("unrar").start(() -> {
                try (out) {
                    archive.extractFile(header, out);
                } catch (RarException | IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
                    fault.set(e instanceof Exception exception ? exception : new IOException(e.toString(), e));
                } finally {
                    done.countDown();
                }
            });
            entries.judged(name, in, header.getFullPackSize());
        } finally {
            // Reading has ended, so writing fails or has ended too: the archive may be touched again only then.
            await(done);
        }
        if (fault.get() != null) {
            report(fault.get(), name, entries);
        }
    }

    private static void await(CountDownLatch done) throws LimitExceeded {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimitExceeded("time: interrupted");
        }
    }

    private static void report(@Nullable Exception e, String name, Entries entries) {
        String detail = name + ": " + (e == null ? "" : e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ", " + e.getMessage()));
        if (e instanceof UnsupportedRarEncryptedException || e instanceof WrongPasswordException) {
            entries.finding("archive.encrypted", name);
            entries.unscannable(Reason.ENCRYPTED, detail);
        } else if (e instanceof UnsupportedDictionarySizeException) {
            entries.unscannable(Reason.OVER_LIMIT, "memory: " + detail);
        } else if (e instanceof UnsupportedRarMethodException || e instanceof UnsupportedRarVersionException
            || e instanceof MissingNextVolumeException
            || e instanceof MissingPreviousVolumeException) {
            entries.unscannable(Reason.UNSUPPORTED, detail);
        } else {
            entries.unscannable(Reason.MALFORMED, detail);
        }
    }

    /** Takes no more than it was promised. */
    private static final class Bounded extends OutputStream {
        private final OutputStream out;
        private long left;

        Bounded(long limit, OutputStream out) {
            this.left = limit;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (length > left) {
                throw new IOException("more bytes than announced");
            }
            left -= length;
            out.write(source, offset, length);
        }
    }

    /** The content as the only volume. */
    private record SingleVolume(Content content) implements VolumeManager {
        @Override
        public @Nullable Volume nextVolume(Archive archive, @Nullable Volume last) {
            if (last != null) {
                return null;
            }
            return new Volume() {
                @Override
                public SeekableReadOnlyByteChannel getChannel() {
                    return new Channel(content);
                }

                @Override
                public long getLength() {
                    return content.size();
                }

                @Override
                public Archive getArchive() {
                    return archive;
                }
            };
        }
    }

    private static final class Channel implements SeekableReadOnlyByteChannel {
        private final Content content;
        private long position;

        Channel(Content content) {
            this.content = content;
        }

        @Override
        public long getPosition() {
            return position;
        }

        @Override
        public void setPosition(long position) {
            this.position = Math.max(0, position);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = content.read(position, target, offset, length);
            position += Math.max(read, 0);
            return read;
        }

        @Override
        public int readFully(byte[] target, int length) throws IOException {
            int total = 0;
            while (total < length) {
                int read = read(target, total, length - total);
                if (read <= 0) {
                    break;
                }
                total += read;
            }
            return total;
        }

        @Override
        public void close() {
        }
    }
}
