package org.lazaret.scan.mime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.InflaterInputStream;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * S/MIME (RFC 8551) and PGP (RFC 3156, RFC 9580). What is signed or compressed is opened; what is encrypted is meant to be unreadable on
 * the way, which policy tells apart from a locked archive.
 */
public final class SecureMessageAnalyser implements Analyser {
    private static final Set<String> CMS = Set.of("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pkcs7-signature",
            "application/x-pkcs7-signature");
    private static final byte[] PKCS7 = {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 7};
    private static final byte[] SMIME = {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 9, 16, 1};
    private static final int SIGNED = 2;
    private static final int ENVELOPED = 3;
    private static final int ENCRYPTED = 6;
    private static final int COMPRESSED = 9;
    private static final int AUTH_ENVELOPED = 23;
    private static final int HEAD = 4096;

    @Override
    public boolean handles(Item item) {
        String name = Fields.lower(item.name());
        return CMS.contains(item.declaredType()) || item.is(Type.PKCS7) || name.endsWith(".p7m") || name.endsWith(".p7s") || item.is(Type.PGP)
                || item.declaredType().startsWith("application/pgp") || name.endsWith(".asc") || name.endsWith(".pgp") || name.endsWith(".gpg");
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        byte[] head = item.content().range(0, HEAD);
        if (head.length > 1 && head[0] == 0x30) {
            try (InputStream in = item.content().open()) {
                cms(item, new Ber(in), examination);
            }
        } else if (new String(head, StandardCharsets.ISO_8859_1).contains("-----BEGIN PGP MESSAGE-----") || packets(item, head)) {
            examination.unscannable(item, Reason.END_TO_END_ENCRYPTED, "PGP");
        }
    }

    /** Session keys (tags 1 and 3) or encrypted data (9, 18, 20) at the beginning. */
    private static boolean packets(Item item, byte[] head) {
        if (head.length == 0 || (head[0] & 0x80) == 0 || !item.is(Type.PGP)) {
            return false;
        }
        int tag = (head[0] & 0x40) != 0 ? head[0] & 0x3F : head[0] >> 2 & 0x0F;
        return tag == 1 || tag == 3 || tag == 9 || tag == 18 || tag == 20;
    }

    private static void cms(Item item, Ber ber, Examination examination) throws IOException, LimitExceeded {
        ber.enter(0x30);
        byte[] type = ber.value(0x06);
        switch (kind(type)) {
            case SIGNED, COMPRESSED -> {
                ber.enter(0xA0);
                ber.enter(0x30);
                ber.skip();
                ber.skip();
                long end = ber.enter(0x30);
                ber.skip();
                InputStream content = ber.octets(end);
                if (content != null) {
                    boolean compressed = kind(type) == COMPRESSED;
                    examination.child(item, "smime.eml", "message/rfc822", compressed ? new InflaterInputStream(content) : content, -1);
                }
            }
            case ENVELOPED, AUTH_ENVELOPED, ENCRYPTED -> examination.unscannable(item, Reason.END_TO_END_ENCRYPTED, "S/MIME");
            default -> {
                if (CMS.contains(item.declaredType()) || item.is(Type.PKCS7)) {
                    examination.unscannable(item, Reason.UNSUPPORTED, "CMS content of an unknown kind");
                }
            }
        }
    }

    /** The last arc of the object identifiers for kinds of CMS content; -1 for any other. */
    private static int kind(byte[] type) {
        if (type.length == PKCS7.length + 1 && Arrays.equals(type, 0, PKCS7.length, PKCS7, 0, PKCS7.length)) {
            return type[PKCS7.length];
        }
        boolean smime = type.length == SMIME.length + 1 && Arrays.equals(type, 0, SMIME.length, SMIME, 0, SMIME.length);
        return smime && (type[SMIME.length] == COMPRESSED || type[SMIME.length] == AUTH_ENVELOPED) ? type[SMIME.length] : -1;
    }
}
