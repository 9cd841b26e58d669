package org.lazaret.scan.document.outlook;

import java.io.IOException;
import java.io.InputStream;
import org.lazaret.scan.inspect.Content;

/** Bytes of a content from a position on. */
final class ContentRange extends InputStream {
    private final Content content;
    private long at;
    private long left;

    ContentRange(Content content, long start, long length) {
        this.content = content;
        this.at = start;
        this.left = Math.min(length, Math.max(0, content.size() - start));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left <= 0) {
            return -1;
        }
        int got = content.read(at, target, offset, (int) Math.min(length, left));
        if (got > 0) {
            at += got;
            left -= got;
        }
        return got;
    }
}
