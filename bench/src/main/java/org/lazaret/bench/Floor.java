package org.lazaret.bench;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The least that must be done to an attachment: line ends stripped, base64 decoded by the JDK's basic decoder on blocks, SHA-256 by the JDK.
 * It trusts the bytes: every line is expected to be as long as the one before, and nothing but line ends is left out.
 */
final class Floor {
    private static final int BLOCK = 76 * 800;

    private final byte[] packed = new byte[BLOCK];
    private final byte[] decoded = new byte[BLOCK];
    private final Base64.Decoder decoder = Base64.getDecoder();

    /** @return the SHA-256 of the decoded body that stands between two positions */
    byte[] digest(byte[] mail, int begin, int end) {
        MessageDigest digest = sha256();
        int line = 76;
        int filled = 0;
        for (int at = begin; at < end;) {
            int stop = at + line;
            if (stop >= end || mail[stop] != '\r') {
                stop = at;
                while (stop < end && mail[stop] != '\r') {
                    stop++;
                }
                line = Math.max(1, stop - at);
            }
            if (filled + (stop - at) > BLOCK) {
                filled = flush(digest, filled);
            }
            System.arraycopy(mail, at, packed, filled, stop - at);
            filled += stop - at;
            at = stop + 2;
        }
        flush(digest, filled);
        return digest.digest();
    }

    private int flush(MessageDigest digest, int filled) {
        int whole = filled & ~3;
        byte[] block = whole == BLOCK ? packed : Arrays.copyOf(packed, whole);
        digest.update(decoded, 0, decoder.decode(block, decoded));
        System.arraycopy(packed, whole, packed, 0, filled - whole);
        return filled - whole;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
