package org.lazaret.scan.engine.icap;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;
import org.lazaret.scan.inspect.Content;

/** Tells whether the bytes that come back are those that were sent, without keeping them. Stops at the first byte too many. */
final class Comparison implements IcapConnection.Sink {
    private final MessageDigest digest;
    private final long expected;
    private long size;

    Comparison(long expected) {
        this.expected = expected;
        digest = DigestUtils.getSha256Digest();
    }

    @Override
    public boolean take(byte[] bytes, int length) {
        size += length;
        digest.update(bytes, 0, length);
        return size <= expected;
    }

    /** Asked once, at the end. */
    boolean same(Content content) {
        return size == content.size() && HexFormat.of().formatHex(digest.digest()).equals(content.sha256());
    }
}
