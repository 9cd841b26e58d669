package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.jcajce.JceGenericKey;

/** AES-256-GCM of the JDK (about forty times as fast as BouncyCastle's) for BouncyCastle's CMS generator. One envelope each. */
final class GcmEncryptor implements OutputAEADEncryptor {
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;
    private static final int CHUNK = 1 << 16;

    private final AlgorithmIdentifier algorithm;
    private final SecretKey key;
    private final Cipher cipher;
    private byte[] tag = new byte[0];

    GcmEncryptor(SecureRandom random) throws GeneralSecurityException {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        key = new SecretKeySpec(bytes, "AES");
        algorithm = new AlgorithmIdentifier(CMSAlgorithm.AES256_GCM, new GCMParameters(nonce, TAG_BYTES));
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        return algorithm;
    }

    @Override
    public GenericKey getKey() {
        return new JceGenericKey(algorithm, key);
    }

    /** Nothing but the content is authenticated, so this stays empty. */
    @Override
    public OutputStream getAADStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public byte[] getMAC() {
        return tag.clone();
    }

    /** Closing it leaves {@code out} open: BouncyCastle closes that itself, and a second time would write its end twice. */
    @Override
    public OutputStream getOutputStream(OutputStream out) {
        return new OutputStream() {
            private final byte[] encrypted = new byte[CHUNK + 32];
            private boolean closed;

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                try {
                    for (int done = 0; done < length; done += CHUNK) {
                        int count = cipher.update(bytes, from + done, Math.min(CHUNK, length - done), encrypted);
                        out.write(encrypted, 0, count);
                    }
                } catch (GeneralSecurityException e) {
                    throw new IOException("Encryption failed", e);
                }
            }

            @Override
            public void close() throws IOException {
                if (closed) {
                    return;
                }
                closed = true;
                try {
                    byte[] last = cipher.doFinal();
                    int content = last.length - TAG_BYTES;
                    out.write(last, 0, content);
                    tag = Arrays.copyOfRange(last, content, last.length);
                } catch (GeneralSecurityException e) {
                    throw new IOException("Encryption failed", e);
                }
            }
        };
    }
}
