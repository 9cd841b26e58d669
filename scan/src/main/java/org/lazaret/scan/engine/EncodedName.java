package org.lazaret.scan.engine;

import java.nio.charset.StandardCharsets;

/**
 * The name of an attachment for the header of a protocol: the sender chose it, so nothing of it may end a line, a quoted string or a path.
 * Of a long name the last {@value #MAX_LENGTH} characters are kept, since its extension says more than its beginning.
 */
public final class EncodedName {
    private static final int MAX_LENGTH = 150;
    private static final String UNNAMED = "attachment";

    private EncodedName() {
    }

    /** ASCII letters, digits, space and {@code . _ -}; an underscore for each other character. Fits into a quoted string. */
    public static String ascii(String name) {
        return cut(name).replaceAll("[^A-Za-z0-9._ -]", "_");
    }

    /** UTF-8 with percent signs for everything but ASCII letters, digits and {@code . _ -}: fits into a URI (RFC 3986) and RFC 8187. */
    public static String percent(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : cut(name).getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z' || octet >= '0' && octet <= '9' || ".-_".indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append(String.format("%%%02X", octet));
            }
        }
        return encoded.toString();
    }

    private static String cut(String name) {
        if (name.isEmpty()) {
            return UNNAMED;
        }
        int start = Math.max(0, name.length() - MAX_LENGTH);
        return name.substring(start > 0 && Character.isLowSurrogate(name.charAt(start)) ? start + 1 : start);
    }
}
