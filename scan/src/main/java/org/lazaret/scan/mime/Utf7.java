package org.lazaret.scan.mime;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** UTF-7 (RFC 2152), which the JDK does not know and some mail programs do: a file name's dangerous end can hide in it. */
final class Utf7 {
    private Utf7() {
    }

    static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        StringBuilder decoded = new StringBuilder(text.length());
        int position = 0;
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c != '+') {
                decoded.append(c);
                continue;
            }
            int end = position;
            while (end < text.length() && base64(text.charAt(end))) {
                end++;
            }
            if (end == position) {
                decoded.append('+');
            } else {
                String block = text.substring(position, (end - position) % 4 == 1 ? end - 1 : end);
                byte[] units = Base64.getDecoder().decode(block);
                decoded.append(new String(units, 0, units.length & ~1, StandardCharsets.UTF_16BE));
            }
            position = end < text.length() && text.charAt(end) == '-' ? end + 1 : end;
        }
        return decoded.toString();
    }

    private static boolean base64(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
    }
}
