package org.lazaret.quarantine;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The links in notices: signed, expiring capabilities for one record and one recipient.
 *
 * <p>A token is unpadded base64url of {@code version (1 byte), purpose (1), expiry in epoch seconds (8), record id (16), recipient (UTF-8)}
 * followed by the HMAC-SHA-256 of all that. It carries everything needed, so verifying touches no store.
 *
 * <h2>Security guarantees</h2>
 * Without the key nobody can make a token, change one, or move it to another recipient; only one spelling of a token is accepted;
 * comparison takes constant time. A token does not say whether the record still exists.
 *
 * <h2>Restrictions</h2>
 * Whoever has the link has the right, until it expires: a link is as private as the mailbox it was delivered to. It cannot be revoked
 * one by one; a new key revokes all.
 */
public final class Links {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    private static final byte VERSION = 1;
    private static final byte PURPOSE_MAIL = 1;
    private static final int FIXED_BYTES = 1 + 1 + 8 + 16;
    private static final int MAC_BYTES = 32;
    /** Longest token looked at; an address has at most 320 characters. */
    private static final int MAX_TOKEN = 4_096;

    private final SecretKeySpec key;
    private final Supplier<URI> portalUrl;
    private final Supplier<Duration> validity;
    private final Clock clock;

    /**
     * @param portalUrl how recipients reach the portal, without a slash at the end; asked each time, since the portal may get its port late
     * @param validity  how long after its receipt the links of a mail work; those that were made keep what they say
     */
    public Links(byte[] key, Supplier<URI> portalUrl, Supplier<Duration> validity, Clock clock) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("A link key has " + KEY_BYTES + " bytes, not " + key.length);
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.portalUrl = portalUrl;
        this.validity = validity;
        this.clock = clock;
    }

    /** The link for one recipient: {@code {portal}/m/{token}}. The same for the same mail and recipient as long as the validity is. */
    public URI url(HeldMail mail, String recipient) {
        return URI.create(portalUrl.get() + "/m/" + token(new Capability(mail.id(), recipient, expires(mail))));
    }

    /** Until when the links of a mail work. */
    public Instant expires(HeldMail mail) {
        return mail.received().plus(validity.get());
    }

    /** The administrators' page of a mail, {@code {portal}/admin/mail/{record}}; needs signing in. */
    public URI adminUrl(RecordId record) {
        return URI.create(portalUrl.get() + "/admin/mail/" + record);
    }

    /** The token of a capability; its expiry is kept in whole seconds. */
    public String token(Capability capability) {
        byte[] recipient = capability.recipient().getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(FIXED_BYTES + recipient.length)
            .put(VERSION)
            .put(PURPOSE_MAIL)
            .putLong(capability.expires().getEpochSecond())
            .put(HexFormat.of().parseHex(capability.record().value()))
            .put(recipient)
            .array();
        ByteArrayOutputStream token = new ByteArrayOutputStream();
        token.writeBytes(payload);
        token.writeBytes(mac(payload));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.toByteArray());
    }

    /** What a token from a request is worth: empty when it is not ours, was changed, or is out of date. */
    public Optional<Capability> verify(String token) {
        if (token.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length <= FIXED_BYTES + MAC_BYTES) {
            return Optional.empty();
        }
        byte[] payload = Arrays.copyOf(bytes, bytes.length - MAC_BYTES);
        byte[] mac = Arrays.copyOfRange(bytes, bytes.length - MAC_BYTES, bytes.length);
        if (!MessageDigest.isEqual(mac, mac(payload))) {
            return Optional.empty();
        }
        // The decoder takes padding and stray low bits: one capability shall have one spelling.
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token)) {
            return Optional.empty();
        }
        return capability(payload).filter(capability -> clock.instant().isBefore(capability.expires()));
    }

    private static Optional<Capability> capability(byte[] payload) {
        ByteBuffer buffer = ByteBuffer.wrap(payload);
        if (buffer.get() != VERSION || buffer.get() != PURPOSE_MAIL) {
            return Optional.empty();
        }
        try {
            Instant expires = Instant.ofEpochSecond(buffer.getLong());
            byte[] record = new byte[16];
            buffer.get(record);
            byte[] recipient = new byte[buffer.remaining()];
            buffer.get(recipient);
            return Optional.of(new Capability(new RecordId(HexFormat.of().formatHex(record)), new String(recipient, StandardCharsets.UTF_8),
                expires));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private byte[] mac(byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // Keeps these apart from anything else that might be signed with the same key.
            mac.update("lazaret link\n".getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
