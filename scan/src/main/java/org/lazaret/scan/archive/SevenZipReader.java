package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.MemoryLimitException;
import org.apache.commons.compress.PasswordRequiredException;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.apache.commons.compress.archivers.sevenz.SevenZMethod;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Bytes;

/** 7z (7zFormat.txt of the LZMA SDK), with encrypted entries and encrypted headers. */
final class SevenZipReader implements Archives.Reader {
    /** Each try costs half a million rounds of SHA-256. */
    private static final int MAX_PASSWORDS = 24;
    private static final long MAX_TRIAL = 4 << 20;

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        if (!Bytes.of(item.content(), 0, 2).at(0, "7z")) {
            return;
        }
        try (Memory reserved = Memory.reserve(Memory.MAX_DICTIONARY, entries.examination())) {
            try (SevenZFile archive = open(item.content(), null)) {
                read(archive, item, entries);
            } catch (PasswordRequiredException e) {
                hidden(item, entries);
            } catch (MemoryLimitException e) {
                entries.unscannable(Reason.OVER_LIMIT, "memory: " + e.getMessage());
            }
        }
    }

    private static SevenZFile open(Content content, @Nullable String password) throws IOException {
        SevenZFile.Builder builder = SevenZFile.builder().setSeekableByteChannel(content.channel()).setMaxMemoryLimitKiB(Memory.MAX_DICTIONARY << 10);
        return password == null ? builder.get() : builder.setPassword(password.toCharArray()).get();
    }

    private static void read(SevenZFile archive, Item item, Entries entries) throws IOException, LimitExceeded {
        List<String> sealed = sealed(item.content());
        if (sealed.isEmpty()) {
            contents(archive, entries, false);
            return;
        }
        for (String word : passwords(item, entries)) {
            entries.examination().checkTime();
            if (opens(item.content(), word)) {
                entries.finding("archive.encrypted.password-in-mail", sealed.getFirst());
                try (SevenZFile opened = open(item.content(), word)) {
                    contents(opened, entries, false);
                }
                return;
            }
        }
        for (String name : sealed) {
            entries.examination().nameOnly(item, name);
        }
        entries.finding("archive.encrypted", sealed.size() + " entries, " + sealed.getFirst());
        entries.unscannable(Reason.ENCRYPTED, "7z: " + sealed.getFirst());
        contents(archive, entries, true);
    }

    /** Names of encrypted entries. The library tells their methods only as it comes to them. */
    private static List<String> sealed(Content content) throws IOException {
        List<String> sealed = new ArrayList<>();
        try (SevenZFile archive = open(content, null)) {
            for (SevenZArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (entry.hasStream() && isEncrypted(entry)) {
                    sealed.add(name(entry));
                }
            }
        }
        return sealed;
    }

    private static void contents(SevenZFile archive, Entries entries, boolean plainOnly) throws IOException, LimitExceeded {
        for (SevenZArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            if (entry.isDirectory()) {
                entries.folder(name(entry));
            } else if (!plainOnly || !isEncrypted(entry)) {
                if (!entry.hasStream()) {
                    entries.examination().nameOnly(entries.item(), name(entry));
                    continue;
                }
                Guarded read = entries.entry(name(entry), new Current(archive), -1);
                if (!read.whole() && read.cause() instanceof MemoryLimitException) {
                    entries.unscannable(Reason.OVER_LIMIT, "memory: " + read.fault());
                }
            }
        }
    }

    private static final class Current extends InputStream {
        private final SevenZFile archive;

        Current(SevenZFile archive) {
            this.archive = archive;
        }

        @Override
        public int read() throws IOException {
            return archive.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return archive.read(target, offset, length);
        }
    }

    /** Even the names are encrypted. */
    private static void hidden(Item item, Entries entries) throws IOException, LimitExceeded {
        for (String word : passwords(item, entries)) {
            entries.examination().checkTime();
            try (SevenZFile archive = open(item.content(), word)) {
                if (!archive.getEntries().iterator().hasNext()) {
                    continue;
                }
                entries.finding("archive.encrypted.password-in-mail", "names and content");
                contents(archive, entries, false);
                return;
            } catch (IOException | RuntimeException wrongPassword) {
                continue;
            }
        }
        entries.finding("archive.encrypted.names", "7z");
        entries.unscannable(Reason.ENCRYPTED, "7z: names and content");
    }

    /** None when trying one could take longer than the mail has. */
    private static List<String> passwords(Item item, Entries entries) throws IOException {
        List<String> words = entries.examination().passwords();
        if (words.isEmpty() || !SevenZipHeader.isCheap(item.content())) {
            return List.of();
        }
        return words.subList(0, Math.min(words.size(), MAX_PASSWORDS));
    }

    /** Whether a password opens the first of the encrypted entries: it unpacks, and its checksum is right. */
    private static boolean opens(Content content, String password) {
        try (SevenZFile archive = open(content, password)) {
            for (SevenZArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (entry.hasStream() && isEncrypted(entry)) {
                    byte[] block = new byte[8192];
                    long total = 0;
                    for (int read = archive.read(block); read >= 0 && total < MAX_TRIAL; read = archive.read(block)) {
                        total += read;
                    }
                    return true;
                }
            }
            return false;
        } catch (IOException | RuntimeException wrongPassword) {
            return false;
        }
    }

    private static boolean isEncrypted(SevenZArchiveEntry entry) {
        if (entry.getContentMethods() == null) {
            return false;
        }
        for (var method : entry.getContentMethods()) {
            if (method.getMethod() == SevenZMethod.AES256SHA256) {
                return true;
            }
        }
        return false;
    }

    private static String name(SevenZArchiveEntry entry) {
        return entry.getName() == null ? "" : entry.getName();
    }
}
