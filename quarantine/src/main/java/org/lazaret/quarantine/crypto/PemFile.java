package org.lazaret.quarantine.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468) of at most {@value #MAX_FILE} bytes. What stands between them is passed over. */
public final class PemFile {
    static final int MAX_FILE = 1 << 20;

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]*?)\\s*-----END \\1-----");

    private PemFile() {
    }

    /**
     * The first block with this label.
     *
     * @param what should be in the file, for messages
     * @throws UnusableKeyException when there is none, saying what is there instead and how it is converted
     */
    public static byte[] first(Path file, String label, String what) throws IOException {
        return all(file, label, what).get(0);
    }

    /**
     * All blocks with this label, at least one.
     *
     * @throws UnusableKeyException as {@link #first}
     */
    public static List<byte[]> all(Path file, String label, String what) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UnusableKeyException(file, "does not exist; it should hold " + what, null);
        }
        if (!Files.isReadable(file)) {
            throw new UnusableKeyException(file, "cannot be read by this user; it should hold " + what, null);
        }
        if (Files.size(file) > MAX_FILE) {
            throw new UnusableKeyException(file, "is too large to hold " + what, null);
        }
        Matcher block = BLOCK.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        List<byte[]> found = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        while (block.find()) {
            if (block.group(1).equals(label)) {
                try {
                    found.add(Base64.getMimeDecoder().decode(block.group(2)));
                } catch (IllegalArgumentException e) {
                    throw new UnusableKeyException(file, "has broken base64 where " + what + " should be", e);
                }
            }
            seen.add(block.group(1));
        }
        if (!found.isEmpty()) {
            return found;
        }
        String hint = seen.contains("EC PRIVATE KEY") || seen.contains("RSA PRIVATE KEY")
            ? "; convert it with: openssl pkcs8 -topk8 -nocrypt"
            : seen.contains("ENCRYPTED PRIVATE KEY") ? "; remove its passphrase with: openssl pkcs8 -topk8 -nocrypt" : "";
        throw new UnusableKeyException(file, "holds " + (seen.isEmpty() ? "no PEM block" : seen.toString()) + ", not " + what + hint, null);
    }
}
