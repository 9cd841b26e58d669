package org.lazaret.quarantine.crypto;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataParser;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipientInformation;
import org.bouncycastle.cms.KeyTransRecipientInformation;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientId;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientInformationStore;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.bouncycastle.operator.jcajce.JceGenericKey;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.log.Log;

/**
 * Seals bytes into CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), and opens them.
 *
 * <p>One RecipientInfo per certificate: ECDH with a fresh key per envelope, SHA-384 key derivation and AES-256 key wrap for elliptic curves
 * (RFC 5753), RSAES-OAEP with SHA-256 for RSA (RFC 8017). There are no authenticated attributes: OpenSSL 3.0 cannot read them streamed.
 * {@code openssl cms -decrypt -inform DER -inkey key.pem -in file} opens what is sealed here.
 *
 * <h2>Security guarantees</h2>
 * A fresh content key and nonce for each envelope. Opening reads to the end and checks the tag before a single byte is handed on; what is
 * waiting for that lies in a {@link Spool}. An envelope that is cut anywhere is refused, and a damaged one unless the damage is to a part of
 * the frame that nothing depends on: what is handed on is always what was sealed.
 *
 * <h2>Restrictions</h2>
 * An envelope says nothing about who made it: anybody with the certificate can. What belongs to which record must be checked on the
 * content. At most 64 GB per envelope.
 */
public final class Envelopes {
    private static final Log LOGGER = Log.of(Envelopes.class);
    private static final int BUFFER = 1 << 16;

    private final KeyRing keys;
    private final Path temporary;
    private final SecureRandom random = new SecureRandom();
    private final Map<X509Certificate, CurveWrapping> curves = new ConcurrentHashMap<>();

    /** @param temporary folder for the spools of large content */
    public Envelopes(KeyRing keys, Path temporary) {
        this.keys = keys;
        this.temporary = temporary;
    }

    /** Whether a private key is here. */
    public boolean canOpen() {
        return keys.canOpen();
    }

    /** Returns where to write the plain bytes; closing it finishes the envelope and leaves {@code out} open. */
    public OutputStream seal(OutputStream out) throws IOException {
        try {
            CMSAuthEnvelopedDataStreamGenerator generator = new CMSAuthEnvelopedDataStreamGenerator();
            generator.setBufferSize(BUFFER);
            for (X509Certificate certificate : keys.certificates()) {
                generator.addRecipientInfoGenerator(recipient(certificate));
            }
            return generator.open(new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                @Override
                public void close() throws IOException {
                    flush();
                }
            }, new GcmEncryptor(random));
        } catch (CMSException | GeneralSecurityException e) {
            throw new IOException("The content could not be encrypted", e);
        }
    }

    /**
     * Opens an envelope, reading it to the end.
     *
     * @return the plain bytes, for the caller to close
     * @throws ContentTamperedException when it is no envelope of ours, or anything in it was changed
     * @throws IOException              when there is no private key here, or reading fails
     */
    public Spool open(InputStream in) throws IOException {
        currentKey();
        Spool spool = new Spool(temporary);
        try {
            // The structure itself is not covered by the tag: whatever was inserted, removed or appended shows as bytes left over or missing.
            CMSAuthEnvelopedDataParser parser = new CMSAuthEnvelopedDataParser(in);
            try (InputStream plain = unwrap(parser, keys.privateKeys()).orElseThrow(Envelopes::noneOpens).content()) {
                byte[] buffer = new byte[BUFFER];
                for (int read = plain.read(buffer); read >= 0; read = plain.read(buffer)) {
                    spool.write(buffer, 0, read);
                }
            }
            if (parser.getUnauthAttrs() != null || in.read() >= 0) {
                throw new ContentTamperedException("Something follows the encrypted content");
            }
            spool.complete();
            return spool;
        } catch (ContentTamperedException | SpoolException e) {
            spool.close();
            throw e;
        } catch (CMSException | IOException | RuntimeException e) {
            spool.close();
            throw new ContentTamperedException("The content is not what was stored: " + e.getMessage(), e);
        }
    }

    /**
     * Whether an envelope is encrypted to exactly the certificates that are sealed to now, and the private key here opens it.
     *
     * @param in not read to the end
     * @throws IOException when there is no private key here, reading fails, or it is no envelope of ours
     */
    public boolean isCurrent(InputStream in) throws IOException {
        PrivateKey current = currentKey();
        EnvelopeHead head = EnvelopeHead.read(in);
        try {
            List<RecipientId> wanted = keys.certificates().stream().map(Envelopes::recipientId).toList();
            RecipientInformationStore infos = head.parser().getRecipientInfos();
            return infos.size() == wanted.size() && wanted.stream().noneMatch(id -> infos.getRecipients(id).isEmpty())
                && unwrap(head.parser(), List.of(current)).isPresent();
        } catch (CMSException | RuntimeException e) {
            throw new ContentTamperedException("The content is not what was stored: " + e.getMessage(), e);
        }
    }

    /**
     * Writes an envelope anew such that the certificates sealed to now open it, and no others. Only the wrapped content key is another; the
     * encrypted content, its nonce and its tag are copied, so that nothing is decrypted and whatever was wrong with the content stays
     * visible. Before the first byte is written, the private key here has opened the new wrapping.
     *
     * @throws ContentTamperedException when it is no envelope of ours, or none of the private keys here opens it
     * @throws IOException              when there is no private key here, or reading or writing fails
     */
    public void rewrap(InputStream in, OutputStream out) throws IOException {
        PrivateKey current = currentKey();
        EnvelopeHead head = EnvelopeHead.read(in);
        EnvelopeHead wrapped;
        try {
            Key contentKey = unwrap(head.parser(), keys.privateKeys()).orElseThrow(Envelopes::noneOpens).key();
            ASN1EncodableVector infos = new ASN1EncodableVector();
            for (X509Certificate certificate : keys.certificates()) {
                infos.add(recipient(certificate).generate(new JceGenericKey(new AlgorithmIdentifier(CMSAlgorithm.AES256_GCM), contentKey)));
            }
            wrapped = head.with(new DERSet(infos).getEncoded());
            Key again = unwrap(wrapped.parser(), List.of(current)).orElseThrow(() -> new IOException("The new wrapping cannot be opened")).key();
            if (!MessageDigest.isEqual(contentKey.getEncoded(), again.getEncoded())) {
                throw new IOException("The new wrapping holds another key");
            }
        } catch (ContentTamperedException e) {
            throw e;
        } catch (CMSException | GeneralSecurityException | RuntimeException e) {
            throw new IOException("The content's key could not be wrapped anew: " + e.getMessage(), e);
        }
        out.write(wrapped.bytes());
        in.transferTo(out);
    }

    private PrivateKey currentKey() throws IOException {
        return keys.privateKey().orElseThrow(() -> new IOException("No private key is configured here: this node can hold mail, not open it"));
    }

    private static ContentTamperedException noneOpens() {
        return new ContentTamperedException("The content was encrypted to other certificates than those of the private keys here, or its wrapped"
            + " keys were changed");
    }

    /** The content key, and the content that it opens. */
    private record Unwrapped(Key key, InputStream content) {
    }

    /** Tries each key on each wrapping of its kind: key wrap and OAEP both check what they unwrap, and the tag proves it in the end. */
    private static Optional<Unwrapped> unwrap(CMSAuthEnvelopedDataParser parser, List<PrivateKey> keys) throws IOException {
        for (PrivateKey key : keys) {
            for (RecipientInformation info : parser.getRecipientInfos().getRecipients()) {
                AtomicReference<Key> found = new AtomicReference<>();
                Recipient recipient;
                if (info instanceof KeyAgreeRecipientInformation && key instanceof ECPrivateKey) {
                    recipient = new CurveRecipient(key, found);
                } else if (info instanceof KeyTransRecipientInformation && key instanceof RSAPrivateKey) {
                    recipient = new RsaRecipient(key, found);
                } else {
                    continue;
                }
                try {
                    InputStream content = info.getContentStream(recipient).getContentStream();
                    return Optional.of(new Unwrapped(Objects.requireNonNull(found.get()), content));
                } catch (CMSException | RuntimeException e) {
                    LOGGER.debug("A wrapped key is not for this private key", e);
                }
            }
        }
        return Optional.empty();
    }

    private static RecipientId recipientId(X509Certificate certificate) {
        return certificate.getPublicKey() instanceof ECPublicKey ? new JceKeyAgreeRecipientId(certificate) : new JceKeyTransRecipientId(certificate);
    }

    private RecipientInfoGenerator recipient(X509Certificate certificate) throws GeneralSecurityException, IOException {
        if (certificate.getPublicKey() instanceof ECPublicKey) {
            @Nullable CurveWrapping known = curves.get(certificate);
            CurveWrapping curve = known == null ? new CurveWrapping(certificate, random) : known;
            curves.put(certificate, curve);
            return curve.generator();
        }
        AlgorithmIdentifier oaep = new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP,
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        return new JceKeyTransRecipientInfoGenerator(certificate, oaep).setProvider(KeyRing.BOUNCY_CASTLE);
    }

    private static final class CurveRecipient extends JceKeyAgreeRecipient {
        private final AtomicReference<Key> found;

        private CurveRecipient(PrivateKey key, AtomicReference<Key> found) {
            super(key);
            this.found = found;
            setProvider(KeyRing.BOUNCY_CASTLE);
        }

        @Override
        public RecipientOperator getRecipientOperator(AlgorithmIdentifier keyEncryption, AlgorithmIdentifier contentEncryption,
                                                      SubjectPublicKeyInfo sender, ASN1OctetString keyingMaterial,
                                                      byte[] encryptedKey) throws CMSException {
            Key key = extractSecretKey(keyEncryption, contentEncryption, sender, keyingMaterial, encryptedKey);
            found.set(key);
            return new RecipientOperator(new GcmDecryptor(contentEncryption, key));
        }
    }

    private static final class RsaRecipient extends JceKeyTransRecipient {
        private final AtomicReference<Key> found;

        private RsaRecipient(PrivateKey key, AtomicReference<Key> found) {
            super(key);
            this.found = found;
            setProvider(KeyRing.BOUNCY_CASTLE);
        }

        @Override
        public RecipientOperator getRecipientOperator(AlgorithmIdentifier keyEncryption, AlgorithmIdentifier contentEncryption,
                                                      byte[] encryptedKey) throws CMSException {
            Key key = extractSecretKey(keyEncryption, contentEncryption, encryptedKey);
            found.set(key);
            return new RecipientOperator(new GcmDecryptor(contentEncryption, key));
        }
    }
}
