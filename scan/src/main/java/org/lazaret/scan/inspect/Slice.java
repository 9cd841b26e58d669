package org.lazaret.scan.inspect;

import java.io.IOException;
import java.io.InputStream;

/** A stretch of content as a stream, with a position that readers can ask for. */
public final class Slice extends InputStream {
    private final Content content;
    private final long end;
    private final byte[] buffer = new byte[16 * 1024];
    private long position;
    private int filled;
    private int at;

    /** From {@code start} to before {@code end}; both are cut to the content. */
    public Slice(Content content, long start, long end) {
        this.content = content;
        this.position = Math.clamp(start, 0, content.size());
        this.end = Math.clamp(end, position, content.size());
    }

    @Override
    public int read() throws IOException {
        if (at == filled && !fill()) {
            return -1;
        }
        return buffer[at++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at < filled) {
            int count = Math.min(length, filled - at);
            System.arraycopy(buffer, at, target, offset, count);
            at += count;
            return count;
        }
        if (length >= buffer.length) {
            int wanted = (int) Math.min(length, end - position);
            int count = wanted == 0 ? -1 : content.read(position, target, offset, wanted);
            position += Math.max(count, 0);
            return count;
        }
        return fill() ? read(target, offset, length) : -1;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - position + filled - at);
    }

    private boolean fill() throws IOException {
        int wanted = (int) Math.min(buffer.length, end - position);
        int count = wanted == 0 ? -1 : content.read(position, buffer, 0, wanted);
        at = 0;
        filled = Math.max(count, 0);
        position += filled;
        return filled > 0;
    }
}
