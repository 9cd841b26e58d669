package org.lazaret.quarantine.store;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.lazaret.quarantine.RecordId;

/**
 * Passwords of released zips: 130 bits each, in letters and digits that cannot be taken for one another, in groups of five.
 *
 * <p>Derived from a secret of the store by record and recipient, not drawn: so the copies of an interrupted release have the same password,
 * the portal can show it at any time, and none is kept anywhere.
 */
final class Passwords {
    /** Bytes of a key. */
    static final int KEY_BYTES = 32;
    private static final String ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz";
    private static final int CHARACTERS = 26;
    private static final int GROUP = 5;

    private final SecretKeySpec key;

    Passwords(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    String of(RecordId record, String recipient) {
        BigInteger number;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            number = new BigInteger(1, mac.doFinal(("lazaret zip\n" + record + "\n" + recipient.toLowerCase(Locale.ROOT))
                .getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
        StringBuilder password = new StringBuilder();
        for (int count = 0; count < CHARACTERS; count++) {
            if (count > 0 && count % GROUP == 0) {
                password.append('-');
            }
            BigInteger[] next = number.divideAndRemainder(BigInteger.valueOf(ALPHABET.length()));
            password.append(ALPHABET.charAt(next[1].intValue()));
            number = next[0];
        }
        return password.toString();
    }
}
