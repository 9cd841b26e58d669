package org.lazaret.scan.examine;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.inspect.Content;

/**
 * Where one scan keeps the content of its items: on the heap while an item is small and the scan as a whole keeps few bytes there, else
 * in a temporary file shared by all items. The file has no name once it is open (POSIX), so a crash leaves nothing behind.
 *
 * <p>For one thread. Contents are readable until {@link #close()} or {@link #release}.
 */
public final class Spool implements Closeable {
    private static final int FIRST_BUFFER = 4096;
    private static final int FILE_BLOCK = 1 << 17;

    private final Path folder;
    private final int itemMemory;
    private final long totalMemory;
    private final List<FileChannel> channels = new ArrayList<>();
    private @Nullable FileChannel shared;
    private boolean sharedBusy;
    private long sharedEnd;
    private long heap;

    /** @param itemMemory bytes of one item on the heap; the scan as a whole keeps four times as much there */
    public Spool(Path folder, int itemMemory) {
        this.folder = folder;
        this.itemMemory = itemMemory;
        this.totalMemory = 4L * itemMemory;
    }

    public Writer writer() {
        return new Writer(DigestUtils.getSha256Digest());
    }

    /** For content that is hashed only when it is asked for its hash, which most text never is. */
    public Writer unhashed() {
        return new Writer(null);
    }

    /** A content that needs no copy. */
    public static Content of(byte[] bytes) {
        return new HeapContent(bytes, bytes.length, sha256(bytes));
    }

    /** Gives back the room of a content that nobody reads any more. */
    public void release(Content content) {
        if (content instanceof HeapContent held) {
            heap -= held.bytes.length;
        } else if (content instanceof FileContent filed && filed.channel == shared && !sharedBusy
                && filed.start + filed.size == sharedEnd) {
            sharedEnd = filed.start;
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : channels) {
            channel.close();
        }
        channels.clear();
        shared = null;
    }

    private FileChannel create() throws IOException {
        Path file = Files.createTempFile(folder, "lazaret-scan", ".tmp");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        channels.add(channel);
        return channel;
    }

    private static String sha256(byte[] bytes) {
        return DigestUtils.sha256Hex(bytes);
    }

    /** Takes the bytes of one item and hashes them on the way. */
    public final class Writer extends OutputStream {
        private final @Nullable MessageDigest digest;
        private final Eicar eicar = new Eicar();
        private byte[] buffer = new byte[0];
        private int buffered;
        private @Nullable FileChannel file;
        private long start;
        private long size;
        private long written;

        private Writer(@Nullable MessageDigest digest) {
            this.digest = digest;
        }

        public long size() {
            return size;
        }

        /** Whether the EICAR test string has passed. */
        public boolean testStringSeen() {
            return eicar.found();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (digest != null) {
                digest.update(bytes, offset, length);
            }
            eicar.update(bytes, offset, length);
            if (file == null && !fits(length)) {
                spill();
            }
            if (file == null) {
                System.arraycopy(bytes, offset, buffer, buffered, length);
                buffered += length;
            } else {
                gather(file, bytes, offset, length);
            }
            size += length;
        }

        /** Into the file in blocks of its page cache, which is twice as fast as in those that decoders hand on. */
        private void gather(FileChannel target, byte[] bytes, int offset, int length) throws IOException {
            int position = offset;
            int end = offset + length;
            while (position < end) {
                int count = Math.min(end - position, buffer.length - buffered);
                System.arraycopy(bytes, position, buffer, buffered, count);
                buffered += count;
                position += count;
                if (buffered == buffer.length) {
                    put(target, buffer, 0, buffered, start + written);
                    written += buffered;
                    buffered = 0;
                }
            }
        }

        private boolean fits(int length) {
            long needed = (long) buffered + length;
            if (needed > itemMemory) {
                return false;
            }
            if (needed > buffer.length) {
                int grown = (int) Math.min(itemMemory, Math.max(needed, Math.max(FIRST_BUFFER, 2L * buffer.length)));
                if (heap + grown - buffer.length > totalMemory) {
                    return false;
                }
                heap += grown - buffer.length;
                buffer = Arrays.copyOf(buffer, grown);
            }
            return true;
        }

        private void spill() throws IOException {
            FileChannel target;
            if (sharedBusy) {
                target = create();
                start = 0;
            } else {
                if (shared == null) {
                    shared = create();
                }
                target = shared;
                start = sharedEnd;
                sharedBusy = true;
            }
            file = target;
            put(target, buffer, 0, buffered, start);
            written = buffered;
            heap -= buffer.length;
            buffer = new byte[FILE_BLOCK];
            buffered = 0;
        }

        private static void put(FileChannel target, byte[] bytes, int offset, int length, long position) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
            long at = position;
            while (source.hasRemaining()) {
                at += target.write(source, at);
            }
        }

        /** Ends the item. Nothing can be written behind it. */
        public Content finish() throws IOException {
            @Nullable String sha256 = digest == null ? null : HexFormat.of().formatHex(digest.digest());
            if (file == null) {
                if (buffered < buffer.length / 2) {
                    heap -= buffer.length - buffered;
                    buffer = Arrays.copyOf(buffer, buffered);
                }
                return new HeapContent(buffer, buffered, sha256);
            }
            put(file, buffer, 0, buffered, start + written);
            buffer = new byte[0];
            if (file == shared) {
                sharedBusy = false;
                sharedEnd = start + size;
            }
            return new FileContent(file, start, size, sha256);
        }
    }

    private abstract static class Bytes implements Content {
        private @Nullable String sha256;

        Bytes(@Nullable String sha256) {
            this.sha256 = sha256;
        }

        @Override
        public String sha256() {
            String known = sha256;
            if (known == null) {
                known = hash();
                sha256 = known;
            }
            return known;
        }

        private String hash() {
            MessageDigest digest = DigestUtils.getSha256Digest();
            byte[] block = new byte[1 << 15];
            try (InputStream in = open()) {
                for (int count = in.read(block); count >= 0; count = in.read(block)) {
                    digest.update(block, 0, count);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public byte[] range(long position, int length) throws IOException {
            if (position >= size() || length <= 0) {
                return new byte[0];
            }
            byte[] range = new byte[(int) Math.min(length, size() - position)];
            int filled = 0;
            while (filled < range.length) {
                int read = read(position + filled, range, filled, range.length - filled);
                if (read < 0) {
                    return Arrays.copyOf(range, filled);
                }
                filled += read;
            }
            return range;
        }

        @Override
        public InputStream open() throws IOException {
            return new Stream(this);
        }

        @Override
        public SeekableByteChannel channel() throws IOException {
            return new Channel(this);
        }
    }

    private static final class HeapContent extends Bytes {
        private final byte[] bytes;
        private final int size;

        HeapContent(byte[] bytes, int size, @Nullable String sha256) {
            super(sha256);
            this.bytes = bytes;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int read(long position, byte[] target, int offset, int length) {
            if (position >= size) {
                return -1;
            }
            int count = (int) Math.min(length, size - position);
            System.arraycopy(bytes, (int) position, target, offset, count);
            return count;
        }
    }

    private static final class FileContent extends Bytes {
        private final FileChannel channel;
        private final long start;
        private final long size;

        FileContent(FileChannel channel, long start, long size, @Nullable String sha256) {
            super(sha256);
            this.channel = channel;
            this.start = start;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int read(long position, byte[] target, int offset, int length) throws IOException {
            if (position >= size) {
                return -1;
            }
            return channel.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, size - position)), start + position);
        }
    }

    private static final class Stream extends InputStream {
        private final Content content;
        private long position;
        private long marked;

        Stream(Content content) {
            this.content = content;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = content.read(position, target, offset, length);
            if (count > 0) {
                position += count;
            }
            return count;
        }

        @Override
        public long skip(long count) {
            long skipped = Math.clamp(count, 0, Math.max(0, content.size() - position));
            position += skipped;
            return skipped;
        }

        @Override
        public int available() {
            return (int) Math.clamp(content.size() - position, 0, Integer.MAX_VALUE);
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        @Override
        public synchronized void mark(int limit) {
            marked = position;
        }

        @Override
        public synchronized void reset() {
            position = marked;
        }
    }

    private static final class Channel implements SeekableByteChannel {
        private final Content content;
        private long position;
        private boolean open = true;

        Channel(Content content) {
            this.content = content;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            byte[] block = content.range(position, Math.min(target.remaining(), 1 << 16));
            if (block.length == 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            target.put(block);
            position += block.length;
            return block.length;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            if (newPosition < 0) {
                throw new IllegalArgumentException("Position " + newPosition);
            }
            position = newPosition;
            return this;
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
