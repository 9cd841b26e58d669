package org.lazaret.scan.mime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text out of header bytes: raw 8-bit, encoded-words (RFC 2047), percent-encoding (RFC 2231). */
final class Words {
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?([^?\\s]{1,64})\\?([BbQq])\\?([^?]*)\\?=");
    private static final Pattern BETWEEN = Pattern.compile("(=\\?[^?\\s]{1,64}\\?[BbQq]\\?[^?]*\\?=)\\s+(?==\\?)");

    private Words() {
    }

    /** Bytes kept as ISO 8859-1 are taken for UTF-8 when they are valid. */
    static String text(String latin) {
        boolean ascii = true;
        for (int i = 0; i < latin.length() && ascii; i++) {
            ascii = latin.charAt(i) < 128;
        }
        return ascii ? latin : decode(latin.getBytes(StandardCharsets.ISO_8859_1), "utf-8");
    }

    static boolean encoded(String text) {
        return text.contains("=?") && ENCODED_WORD.matcher(text).find();
    }

    /** Encoded-words decoded wherever they stand, also inside quotes, as mail programs do. */
    static String decodeWords(String text) {
        if (!text.contains("=?")) {
            return text(text);
        }
        String joined = BETWEEN.matcher(text).replaceAll("$1");
        Matcher matcher = ENCODED_WORD.matcher(joined);
        StringBuilder decoded = new StringBuilder();
        int end = 0;
        while (matcher.find()) {
            decoded.append(text(joined.substring(end, matcher.start())));
            byte[] bytes = matcher.group(2).equalsIgnoreCase("b") ? base64(matcher.group(3)) : quoted(matcher.group(3));
            decoded.append(decode(bytes, matcher.group(1)));
            end = matcher.end();
        }
        return decoded.append(text(joined.substring(end))).toString();
    }

    /** {@code charset'language'percent-encoded} of RFC 2231, section 4. */
    static String decodeExtended(String value) {
        int first = value.indexOf('\'');
        int second = value.indexOf('\'', first + 1);
        String charset = first > 0 ? value.substring(0, first) : "utf-8";
        String encoded = second > 0 ? value.substring(second + 1) : value;
        return decode(percent(encoded), charset);
    }

    static byte[] percent(String encoded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            int high = c == '%' && i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(encoded.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    private static byte[] base64(String text) {
        StringBuilder stripped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128 && (Character.isLetterOrDigit(c) || c == '+' || c == '/')) {
                stripped.append(c);
            }
        }
        int usable = stripped.length() % 4 == 1 ? stripped.length() - 1 : stripped.length();
        return Base64.getDecoder().decode(stripped.substring(0, usable));
    }

    private static byte[] quoted(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '=' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(c == '_' ? ' ' : c);
            }
        }
        return out.toByteArray();
    }

    /** In the charset named if there is one, else UTF-8 where valid, else ISO 8859-1. */
    static String decode(byte[] bytes, String charset) {
        String name = charset.contains("*") ? charset.substring(0, charset.indexOf('*')) : charset;
        if (name.equalsIgnoreCase("utf-7") || name.equalsIgnoreCase("unicode-1-1-utf-7")) {
            return Utf7.decode(bytes);
        }
        try {
            Charset known = Charset.forName(name);
            if (!known.equals(StandardCharsets.UTF_8) && !known.equals(StandardCharsets.US_ASCII)) {
                return new String(bytes, known);
            }
        } catch (IllegalArgumentException e) {
            // falls to the guess
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
