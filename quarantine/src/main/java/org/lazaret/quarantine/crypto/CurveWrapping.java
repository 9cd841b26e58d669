package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.Key;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.generators.KDF2BytesGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.KDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.util.Pack;
import org.jspecify.annotations.Nullable;

/**
 * Wraps content keys for the elliptic curve key of a certificate as RFC 5753 says: an ephemeral key for each message, ECDH, the KDF of X9.63 over
 * SHA-384, and AES-256 key wrap (RFC 3394).
 *
 * <p>It does what {@code JceKeyAgreeRecipientInfoGenerator} does, but for one point that is always the same: its multiples are put into a table
 * once ({@link FixedPointCombMultiplier}, which reads the table in constant time). The general multiplication took a third of the processor
 * time of holding a mail of 1 MB.
 */
final class CurveWrapping {
    private static final int KEK_BITS = 256;

    private final ECPublicKeyParameters key;
    private final KeyAgreeRecipientIdentifier recipient;
    private final SecureRandom random;

    /** @throws IOException when the certificate's key is not of a named curve, or not on it */
    CurveWrapping(X509Certificate certificate, SecureRandom random) throws IOException {
        // Made once, since the table hangs on the point. Its constructor refuses points that are not on the curve.
        this.key = (ECPublicKeyParameters) PublicKeyFactory.createKey(certificate.getPublicKey().getEncoded());
        this.recipient = new KeyAgreeRecipientIdentifier(
            new IssuerAndSerialNumber(X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded()), certificate.getSerialNumber()));
        this.random = random;
    }

    /** For one message. */
    RecipientInfoGenerator generator() throws IOException {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(key.getParameters(), random));
        AsymmetricCipherKeyPair ephemeral = generator.generateKeyPair();
        return new Generator(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(ephemeral.getPublic()),
            ((ECPrivateKeyParameters) ephemeral.getPrivate()).getD());
    }

    private final class Generator extends KeyAgreeRecipientInfoGenerator {
        private final BigInteger secret;

        private Generator(SubjectPublicKeyInfo ephemeral, BigInteger secret) {
            super(CMSAlgorithm.ECDH_SHA384KDF, ephemeral, CMSAlgorithm.AES256_WRAP);
            this.secret = secret;
        }

        @Override
        protected ASN1Sequence generateRecipientEncryptedKeys(AlgorithmIdentifier agreement, AlgorithmIdentifier wrap, GenericKey contentKey)
            throws CMSException {
            byte[] kek = kek(wrap);
            try {
                AESWrapEngine engine = new AESWrapEngine();
                engine.init(true, new KeyParameter(kek));
                byte[] plain = contentKey.getRepresentation() instanceof Key known ? known.getEncoded() : (byte[]) contentKey.getRepresentation();
                return new DERSequence(new RecipientEncryptedKey(recipient, new DEROctetString(engine.wrap(plain, 0, plain.length))));
            } finally {
                Arrays.fill(kek, (byte) 0);
            }
        }

        private byte[] kek(AlgorithmIdentifier wrap) throws CMSException {
            ECPoint shared = new FixedPointCombMultiplier().multiply(key.getQ(), secret).normalize();
            if (shared.isInfinity()) {
                throw new CMSException("The key agreement has no result");
            }
            byte[] z = shared.getAffineXCoord().getEncoded();
            try {
                KDF2BytesGenerator kdf = new KDF2BytesGenerator(new SHA384Digest());
                kdf.init(new KDFParameters(z, new ECCCMSSharedInfo(wrap, Pack.intToBigEndian(KEK_BITS)).getEncoded(ASN1Encoding.DER)));
                byte[] kek = new byte[KEK_BITS / 8];
                kdf.generateBytes(kek, 0, kek.length);
                return kek;
            } catch (IOException e) {
                throw new CMSException("The key agreement's information cannot be encoded", e);
            } finally {
                Arrays.fill(z, (byte) 0);
            }
        }

        @Override
        protected byte @Nullable [] getUserKeyingMaterial(AlgorithmIdentifier agreement) {
            return null;
        }
    }
}
