package org.lazaret.scan.document.ole;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.hslf.usermodel.HSLFObjectData;
import org.apache.poi.hslf.usermodel.HSLFSlideShowImpl;
import org.apache.poi.hssf.record.FilePassRecord;
import org.apache.poi.hssf.record.RecordInputStream;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.poifs.crypt.Decryptor;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.ole.CompoundFile.Entry;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Office files that are encrypted ([MS-OFFCRYPTO]): opened with the password that Office tries by itself, {@code VelvetSweatshop}, then
 * with the words of the mail. What can be opened is judged in the clear; what cannot is <em>unscannable: encrypted</em>.
 *
 * <p>Limits: {@value #MAX_TRIES} passwords, {@value #MAX_SPIN} rounds of key derivation, {@value #MAX_SIZE} bytes of a binary document.
 */
final class Protection {
    static final String DEFAULT_PASSWORD = Decryptor.DEFAULT_PASSWORD;
    private static final int MAX_TRIES = 33;
    private static final int MAX_SPIN = 1_000_000;
    private static final long MAX_SIZE = 64L << 20;

    private final Item item;
    private final Examination examination;

    Protection(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    private List<String> passwords() {
        List<String> passwords = new ArrayList<>();
        passwords.add(DEFAULT_PASSWORD);
        passwords.add("");
        passwords.addAll(examination.passwords());
        return passwords.subList(0, Math.min(MAX_TRIES, passwords.size()));
    }

    private void opened(String password) {
        if (password.equals(DEFAULT_PASSWORD)) {
            examination.finding(item, "office.encrypted.default", password);
        } else {
            examination.finding(item, "office.encrypted.password", "opened with a word of the mail");
        }
    }

    private void closed(String detail) {
        examination.unscannable(item, Reason.ENCRYPTED, detail);
    }

    /** A package in an {@code EncryptedPackage} stream. */
    void judgePackage() throws IOException, LimitExceeded {
        try (POIFSFileSystem file = open(item.content())) {
            EncryptionInfo info = new EncryptionInfo(file);
            if (info.getVerifier() != null && info.getVerifier().getSpinCount() > MAX_SPIN) {
                closed("Office document with a password");
                return;
            }
            Decryptor decryptor = info.getDecryptor();
            for (String password : passwords()) {
                examination.checkTime();
                if (decryptor.verifyPassword(password)) {
                    opened(password);
                    try (InputStream plain = decryptor.getDataStream(file)) {
                        examination.child(item, item.name(), "", plain, -1);
                    }
                    return;
                }
            }
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            closed("Office document with protection that cannot be read");
            return;
        }
        closed("Office document with a password");
    }

    /** A workbook stream with a FilePass record ([MS-XLS] 2.4.117). */
    void judgeWorkbook(CompoundFile file, Entry entry) throws IOException, LimitExceeded {
        byte[] stream = file.head(entry, (int) Math.min(entry.size(), MAX_SIZE));
        EncryptionInfo info = null;
        int initial = 0;
        for (int at = 0; at + 4 <= stream.length && at < 4096; at += 4 + Bytes.u16(stream, at + 2)) {
            if (Bytes.u16(stream, at) == 0x2f) {
                try {
                    RecordInputStream record = new RecordInputStream(new java.io.ByteArrayInputStream(stream, at, 4 + Bytes.u16(stream, at + 2)));
                    record.nextRecord();
                    info = new FilePassRecord(record).getEncryptionInfo();
                } catch (RuntimeException e) {
                    closed("workbook with protection that cannot be read");
                    return;
                }
                initial = at + 4 + Bytes.u16(stream, at + 2);
                break;
            }
        }
        if (info == null) {
            closed("workbook with a password");
            return;
        }
        for (String password : passwords()) {
            examination.checkTime();
            try {
                Decryptor decryptor = info.getDecryptor();
                if (decryptor.verifyPassword(password)) {
                    opened(password);
                    workbook(stream, initial, info);
                    return;
                }
            } catch (GeneralSecurityException | RuntimeException e) {
                break;
            }
        }
        closed("workbook with a password");
    }

    private void workbook(byte[] stream, int initial, EncryptionInfo info) throws IOException, LimitExceeded {
        Biff biff = new Biff(item, examination);
        RecordInputStream records = new RecordInputStream(new java.io.ByteArrayInputStream(stream, initial, stream.length - initial), info, initial);
        int count = 0;
        try {
            while (records.hasNextRecord()) {
                if ((++count & 0xfff) == 0) {
                    examination.checkTime();
                }
                records.nextRecord();
                biff.record(records.getSid(), records.readRemainder());
            }
        } catch (RuntimeException e) {
            examination.unscannable(item, Reason.MALFORMED, "encrypted workbook: " + e.getClass().getSimpleName());
        }
        biff.conclude();
    }

    /** A Word document whose FIB says encrypted or obfuscated ([MS-DOC] 2.2.6). */
    void judgeDocument() throws LimitExceeded {
        if (item.content().size() <= MAX_SIZE) {
            for (String password : passwords()) {
                examination.checkTime();
                Biff8EncryptionKey.setCurrentUserPassword(password);
                try (POIFSFileSystem file = open(item.content()); HWPFDocument document = new HWPFDocument(file.getRoot())) {
                    opened(password);
                    new WordStream(item, examination).fields(document.getMainStream());
                    return;
                } catch (IOException | RuntimeException e) {
                    // Not this password, or not readable at all: then none will do.
                } finally {
                    Biff8EncryptionKey.setCurrentUserPassword(null);
                }
            }
        }
        closed("Word document with a password");
    }

    /** A presentation with an encryption session ([MS-PPT] 2.3.7). */
    void judgePresentation() throws IOException, LimitExceeded {
        if (item.content().size() <= MAX_SIZE) {
            for (String password : passwords()) {
                examination.checkTime();
                Biff8EncryptionKey.setCurrentUserPassword(password);
                HSLFObjectData[] objects;
                try (POIFSFileSystem file = open(item.content()); HSLFSlideShowImpl show = new HSLFSlideShowImpl(file)) {
                    objects = show.getEmbeddedObjects();
                } catch (IOException | RuntimeException e) {
                    continue;
                } finally {
                    Biff8EncryptionKey.setCurrentUserPassword(null);
                }
                opened(password);
                for (HSLFObjectData object : objects) {
                    try (InputStream in = object.getInputStream()) {
                        examination.child(item, "object", "", in, -1);
                    }
                }
                return;
            }
        }
        closed("presentation with a password");
    }

    private static POIFSFileSystem open(Content content) throws IOException {
        return new POIFSFileSystem(new Channel(content.channel()));
    }

    /** POI wants the abstract class; it only reads. */
    private static final class Channel extends FileChannel {
        private final SeekableByteChannel in;

        Channel(SeekableByteChannel in) {
            this.in = in;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return in.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            long all = 0;
            for (int i = offset; i < offset + length; i++) {
                int got = in.read(targets[i]);
                if (got < 0) {
                    return all == 0 ? -1 : all;
                }
                all += got;
            }
            return all;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            in.position(position);
            return in.read(target);
        }

        @Override
        public long position() throws IOException {
            return in.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            in.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return in.size();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            in.position(position);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
            long all = 0;
            while (all < count) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), count - all));
                int got = in.read(buffer);
                if (got <= 0) {
                    break;
                }
                target.write(buffer.flip());
                all += got;
            }
            return all;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public void force(boolean metaData) {
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException("not a file");
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException("not a file");
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException("not a file");
        }

        @Override
        protected void implCloseChannel() throws IOException {
            in.close();
        }
    }
}
