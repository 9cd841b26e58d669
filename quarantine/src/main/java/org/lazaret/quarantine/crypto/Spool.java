package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait: written once, then read any number of times and from anywhere, also concurrently. The first {@value #MEMORY} bytes stay
 * in memory; more goes to a temporary file that has no name any more once it is open (so that nothing is left after a crash) and is
 * encrypted with a key that only this object knows, so that held mail never lies on a disk in the clear. Once closed it reads as an error.
 */
public final class Spool extends OutputStream implements Bytes {
    /** Bytes kept in memory. */
    public static final int MEMORY = 1 << 20;
    private static final int BLOCK = 16;
    private static final int CHUNK = 1 << 16;

    private final Path folder;
    private byte[] memory = new byte[8192];
    private long size;
    private boolean complete;
    private volatile boolean closed;
    private @Nullable FileChannel file;
    private @Nullable SecretKeySpec key;
    private @Nullable Cipher writer;

    public Spool(Path folder) {
        this.folder = folder;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (complete) {
            throw new IOException("The spool is complete");
        }
        int head = 0;
        if (file == null) {
            head = (int) Math.min(length, MEMORY - size);
            if (size + head > memory.length) {
                memory = Arrays.copyOf(memory, Math.min(MEMORY, Math.max(memory.length * 2, (int) size + head)));
            }
            System.arraycopy(bytes, from, memory, (int) size, head);
        }
        if (head < length) {
            overflow(bytes, from + head, length - head);
        }
        size += length;
    }

    /** For writers that close what they write to: closing it leaves the spool open. */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                Spool.this.write(value);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                Spool.this.write(bytes, from, length);
            }
        };
    }

    /** No more is written; from now on it can be read. */
    public void complete() {
        complete = true;
        writer = null;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream input(long from, long to) {
        if (!complete || from < 0 || to < from || to > size) {
            throw new IllegalArgumentException(from + " to " + to + " of " + size);
        }
        return new Reader(from, to);
    }

    @Override
    public void close() throws IOException {
        complete = true;
        closed = true;
        Arrays.fill(memory, (byte) 0);
        if (file != null) {
            file.close();
        }
    }

    private void overflow(byte[] bytes, int from, int length) throws IOException {
        try {
            if (file == null) {
                byte[] secret = new byte[32];
                new SecureRandom().nextBytes(secret);
                key = new SecretKeySpec(secret, "AES");
                writer = cipher(key, 0);
                PrivateFiles.folder(folder);
                Path name = Files.createTempFile(folder, "spool", "");
                file = FileChannel.open(name, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
            }
            FileChannel channel = file;
            Cipher cipher = writer;
            if (channel == null || cipher == null) {
                throw new IOException("The spool is complete");
            }
            for (int done = 0; done < length; done += CHUNK) {
                byte[] encrypted = cipher.update(bytes, from + done, Math.min(CHUNK, length - done));
                if (encrypted != null) {
                    ByteBuffer buffer = ByteBuffer.wrap(encrypted);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                }
            }
        } catch (IOException e) {
            throw new SpoolException(e);
        }
    }

    /** AES-CTR can start at any block: the nonce may be zero, since each spool has a key of its own. */
    private static Cipher cipher(SecretKeySpec key, long block) throws IOException {
        try {
            byte[] start = new byte[BLOCK];
            byte[] number = BigInteger.valueOf(block).toByteArray();
            System.arraycopy(number, 0, start, BLOCK - number.length, number.length);
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IOException("AES is not available", e);
        }
    }

    private final class Reader extends InputStream {
        private final long end;
        private long position;
        private byte[] chunk = new byte[0];
        private int next;
        private @Nullable Cipher cipher;

        private Reader(long from, long to) {
            this.position = from;
            this.end = to;
        }

        @Override
        public int read() throws IOException {
            if (next == chunk.length && !fill()) {
                return -1;
            }
            return chunk[next++] & 0xFF;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (next == chunk.length && !fill()) {
                return -1;
            }
            int count = Math.min(length, chunk.length - next);
            System.arraycopy(chunk, next, target, from, count);
            next += count;
            return count;
        }

        private boolean fill() throws IOException {
            if (position >= end) {
                return false;
            }
            if (closed) {
                throw new IOException("The spool is closed");
            }
            int count = (int) Math.min(CHUNK, end - position);
            next = 0;
            if (position < MEMORY) {
                count = (int) Math.min(count, MEMORY - position);
                chunk = Arrays.copyOfRange(memory, (int) position, (int) position + count);
            } else {
                chunk = fromFile(position - MEMORY, count);
            }
            position += count;
            return true;
        }

        private byte[] fromFile(long offset, int count) throws IOException {
            FileChannel channel = file;
            SecretKeySpec secret = key;
            if (channel == null || secret == null) {
                throw new IOException("The spool has no file");
            }
            try {
                if (cipher == null) {
                    cipher = cipher(secret, offset / BLOCK);
                    cipher.update(new byte[(int) (offset % BLOCK)]);
                }
                ByteBuffer buffer = ByteBuffer.allocate(count);
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer, offset + buffer.position()) < 0) {
                        throw new IOException("The temporary file was cut");
                    }
                }
                byte[] plain = cipher.update(buffer.array());
                return plain == null ? new byte[0] : plain;
            } catch (IOException e) {
                throw new SpoolException(e);
            }
        }
    }
}
