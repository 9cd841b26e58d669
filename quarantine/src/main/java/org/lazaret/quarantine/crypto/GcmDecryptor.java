package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.operator.InputAEADDecryptor;

/**
 * AES-256-GCM in constant memory. The JDK's own decryption keeps the whole message on the heap until the tag is checked; here the content
 * is decrypted with AES-CTR, which is what GCM does, and encrypted again beside it with the JDK's streaming GCM for the tag alone: equal
 * content under the same key and nonce has an equal tag.
 *
 * <p>The stream hands out bytes before the tag is checked and throws at its end when it is wrong: only {@link Envelopes#open}, which keeps
 * everything back until then, may use it.
 */
final class GcmDecryptor implements InputAEADDecryptor {
    private static final int CHUNK = 1 << 16;

    private final AlgorithmIdentifier algorithm;
    private final Cipher counter;
    private final Cipher tagger;

    GcmDecryptor(AlgorithmIdentifier algorithm, Key contentKey) throws CMSException {
        this.algorithm = algorithm;
        if (!CMSAlgorithm.AES256_GCM.equals(algorithm.getAlgorithm())) {
            throw new CMSException("content is not encrypted with AES-256-GCM");
        }
        GCMParameters parameters = GCMParameters.getInstance(algorithm.getParameters());
        byte[] nonce = parameters.getNonce();
        if (nonce.length != GcmEncryptor.NONCE_BYTES || parameters.getIcvLen() != GcmEncryptor.TAG_BYTES) {
            throw new CMSException("nonce or tag has another length than ours");
        }
        byte[] bytes = contentKey.getEncoded();
        if (bytes == null || bytes.length != 32) {
            throw new CMSException("content key has another length than ours");
        }
        SecretKeySpec key = new SecretKeySpec(bytes, "AES");
        try {
            // NIST SP 800-38D: with a 96 bit nonce, content starts at counter 2.
            counter = Cipher.getInstance("AES/CTR/NoPadding");
            counter.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(ByteBuffer.allocate(16).put(nonce).putInt(2).array()));
            tagger = Cipher.getInstance("AES/GCM/NoPadding");
            tagger.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(GcmEncryptor.TAG_BYTES * 8, nonce));
        } catch (GeneralSecurityException e) {
            throw new CMSException("AES is not available", e);
        }
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        return algorithm;
    }

    /** Authenticated attributes are not ours: whatever came in here is missing from the tag, which then differs. */
    @Override
    public OutputStream getAADStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public byte[] getMAC() {
        return new byte[0];
    }

    /** @param in the encrypted content followed by the tag, as BouncyCastle's parser hands it on */
    @Override
    public InputStream getInputStream(InputStream in) {
        return new InputStream() {
            private final byte[] encrypted = new byte[CHUNK + GcmEncryptor.TAG_BYTES];
            private final byte[] discarded = new byte[CHUNK + 32];
            private byte[] plain = new byte[0];
            private int kept;
            private int position;
            private boolean checked;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                while (position == plain.length) {
                    if (checked) {
                        return -1;
                    }
                    fill();
                }
                int count = Math.min(length, plain.length - position);
                System.arraycopy(plain, position, target, from, count);
                position += count;
                return count;
            }

            private void fill() throws IOException {
                int read = in.readNBytes(encrypted, kept, encrypted.length - kept);
                int available = kept + read;
                int content = available - GcmEncryptor.TAG_BYTES;
                if (content < 0) {
                    throw new ContentTamperedException("The content is cut");
                }
                try {
                    plain = content == 0 ? new byte[0] : counter.update(encrypted, 0, content);
                    if (plain == null) {
                        plain = new byte[0];
                    }
                    position = 0;
                    tagger.update(plain, 0, plain.length, discarded);
                    System.arraycopy(encrypted, content, encrypted, 0, GcmEncryptor.TAG_BYTES);
                    kept = GcmEncryptor.TAG_BYTES;
                    if (available < encrypted.length) {
                        byte[] last = tagger.doFinal();
                        byte[] expected = Arrays.copyOfRange(last, last.length - GcmEncryptor.TAG_BYTES, last.length);
                        if (!MessageDigest.isEqual(expected, Arrays.copyOf(encrypted, GcmEncryptor.TAG_BYTES))) {
                            throw new ContentTamperedException("The content was changed after it was stored");
                        }
                        checked = true;
                    }
                } catch (GeneralSecurityException e) {
                    throw new IOException("Decryption failed", e);
                }
            }
        };
    }
}
