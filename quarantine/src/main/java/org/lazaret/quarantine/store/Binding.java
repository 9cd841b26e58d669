package org.lazaret.quarantine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.lazaret.policy.verdict.VerdictCodec;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.Spool;

/**
 * The block of header fields in front of the original message inside of the sealed content. It binds the content to its record, makes the
 * file readable by itself once it is decrypted, and holds what is needed to build the index anew.
 *
 * <pre>
 * X-Quarantine-ID: 0123456789abcdef0123456789abcdef
 * X-Quarantine-Received: 2026-11-23T12:00:00Z
 * X-Envelope-From: &lt;sender@example.com&gt;
 * X-Envelope-To: &lt;alice@example.org&gt;,
 *  &lt;bob@example.org&gt;
 * X-Lazaret-Verdict: score=9.0; json=
 *  eyJ2IjoxLC…
 * X-Quarantine-Original: size=1234; sha256=…
 * </pre>
 *
 * <p>The original begins right behind the line end of {@code X-Quarantine-Original}, which is never folded. The block is a function of the
 * record, so opening compares it as a whole. Addresses that are not plain ASCII are encoded words (RFC 2047) inside of the brackets; the
 * verdict is its JSON in base64, folded.
 */
final class Binding {
    private static final String NEWLINE = "\r\n";
    private static final int LINE = 72;
    private static final int WORD_BYTES = 39;

    private Binding() {
    }

    static byte[] block(HeldMail mail) {
        StringBuilder block = new StringBuilder();
        block.append("X-Quarantine-ID: ").append(mail.id()).append(NEWLINE);
        block.append("X-Quarantine-Received: ").append(mail.received()).append(NEWLINE);
        block.append("X-Envelope-From: ").append(address(mail.envelope().sender())).append(NEWLINE);
        block.append("X-Envelope-To: ");
        String separator = "";
        for (String recipient : mail.envelope().recipients()) {
            block.append(separator).append(address(recipient));
            separator = "," + NEWLINE + " ";
        }
        block.append(NEWLINE);
        block.append("X-Lazaret-Verdict: score=").append(mail.verdict().score()).append("; json=");
        String json = Base64.getEncoder().encodeToString(VerdictCodec.toJson(mail.verdict()).getBytes(StandardCharsets.US_ASCII));
        for (int at = 0; at < json.length(); at += LINE) {
            block.append(NEWLINE).append(' ').append(json, at, Math.min(json.length(), at + LINE));
        }
        block.append(NEWLINE);
        block.append("X-Quarantine-Original: size=").append(mail.size()).append("; sha256=").append(mail.sha256()).append(NEWLINE);
        return block.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Checks that opened content is the record's.
     *
     * @return where the original begins
     * @throws ContentTamperedException when it is another mail's, or not what was stored
     */
    static long check(HeldMail mail, Spool content) throws IOException {
        byte[] expected = block(mail);
        if (content.size() != expected.length + mail.size()) {
            throw new ContentTamperedException("The content of " + mail.id() + " is not the record's: its length differs");
        }
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        try (InputStream in = content.input()) {
            if (!Arrays.equals(expected, in.readNBytes(expected.length))) {
                throw new ContentTamperedException("The content of " + mail.id() + " is not the record's: id, envelope or verdict differ");
            }
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(mail.sha256())) {
            throw new ContentTamperedException("The content of " + mail.id() + " is not the record's: its SHA-256 differs");
        }
        return expected.length;
    }

    private static String address(String address) {
        boolean plain = address.length() <= LINE && address.chars().allMatch(character -> character > ' ' && character <= '~' && character != '<'
            && character != '>' && character != ',') && !address.contains("=?");
        if (plain) {
            return "<" + address + ">";
        }
        StringBuilder words = new StringBuilder("<");
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += WORD_BYTES) {
            words.append(at == 0 ? "" : NEWLINE + " ").append("=?UTF-8?B?")
                .append(Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + WORD_BYTES)))).append("?=");
        }
        return words.append('>').toString();
    }
}
