package org.lazaret.quarantine.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.cms.CMSAuthEnvelopedDataParser;
import org.bouncycastle.cms.CMSException;

/**
 * The first bytes of an envelope, up to and a little into the encrypted content, with the place where its recipients are.
 *
 * <p>{@link Envelopes#seal} writes the outer structures with indefinite length (X.690, 8.1.3.6), so that the set of recipients can be
 * exchanged without touching anything before or behind it. An envelope that begins in another way is not one of ours.
 */
final class EnvelopeHead {
    /** ContentInfo, id-ct-authEnvelopedData, [0], AuthEnvelopedData, version 0, and the tag of the set of recipients. */
    private static final byte[] START = HexFormat.of().parseHex("3080060b2a864886f70d0109100117a0803080020100" + "31");
    /** A wrapped key takes at most 1 KB with the longest key and a usual name; the rest of the head a hundred bytes. */
    private static final int MAX = 1 << 17;

    private final byte[] bytes;
    private final int recipientsEnd;

    private EnvelopeHead(byte[] bytes, int recipientsEnd) {
        this.bytes = bytes;
        this.recipientsEnd = recipientsEnd;
    }

    /** @param in stands behind {@link #bytes} afterwards */
    static EnvelopeHead read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX);
        if (bytes.length < START.length + 1 || !Arrays.equals(bytes, 0, START.length, START, 0, START.length)) {
            throw new ContentTamperedException("The content is no envelope of ours");
        }
        int at = START.length;
        int length = bytes[at++] & 0xFF;
        if (length > 0x80) {
            int digits = length & 0x7F;
            if (digits > 3 || at + digits > bytes.length) {
                throw new ContentTamperedException("The content is no envelope of ours: its recipients are too many");
            }
            length = 0;
            for (int digit = 0; digit < digits; digit++) {
                length = length << 8 | bytes[at++] & 0xFF;
            }
        } else if (length == 0x80) {
            throw new ContentTamperedException("The content is no envelope of ours: its recipients have no length");
        }
        if (length > bytes.length - at) {
            throw new ContentTamperedException("The content is no envelope of ours: its recipients are too many, or it is cut");
        }
        return new EnvelopeHead(bytes, at + length);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** For the recipients; the content that it shows is cut. */
    CMSAuthEnvelopedDataParser parser() throws IOException, CMSException {
        return new CMSAuthEnvelopedDataParser(new ByteArrayInputStream(bytes));
    }

    /** @param recipients a whole DER set, tag and length included */
    EnvelopeHead with(byte[] recipients) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(bytes, 0, START.length - 1);
        head.writeBytes(recipients);
        head.write(bytes, recipientsEnd, bytes.length - recipientsEnd);
        return new EnvelopeHead(head.toByteArray(), START.length - 1 + recipients.length);
    }
}
