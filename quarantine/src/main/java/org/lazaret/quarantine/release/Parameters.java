package org.lazaret.quarantine.release;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;

/**
 * A field such as {@code Content-Type} read by the letter of RFC 2045: {@code value; name=value; name="value"}. Anything that leaves room
 * for two readings, such as comments, repeated names or unquoted blanks, is no reading at all.
 *
 * @param value lower case
 */
record Parameters(String value, Map<String, String> parameters) {
    private static final String SPECIALS = "()<>@,;:\\\"/[]?=";

    static Optional<Parameters> parse(String field) {
        Reader reader = new Reader(field);
        String value = reader.token();
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (reader.take('/')) {
            String subtype = reader.token();
            if (subtype.isEmpty()) {
                return Optional.empty();
            }
            value = value + "/" + subtype;
        }
        Map<String, String> parameters = new HashMap<>();
        while (true) {
            reader.blanks();
            if (reader.atEnd()) {
                return Optional.of(new Parameters(value.toLowerCase(Locale.ROOT), Map.copyOf(parameters)));
            }
            if (!reader.take(';')) {
                return Optional.empty();
            }
            reader.blanks();
            if (reader.atEnd()) {
                continue;
            }
            String name = reader.token().toLowerCase(Locale.ROOT);
            reader.blanks();
            if (name.isEmpty() || !reader.take('=')) {
                return Optional.empty();
            }
            reader.blanks();
            Optional<String> parameter = reader.value();
            if (parameter.isEmpty() || parameters.put(name, parameter.get()) != null) {
                return Optional.empty();
            }
        }
    }

    /** Whether the parameter is there in any of the forms of RFC 2231. */
    boolean has(String name) {
        return parameters.keySet().stream().anyMatch(key -> key.equals(name) || key.startsWith(name + "*"));
    }

    /** The decoded parameter (RFC 2231, or RFC 2047 as it is found in practice); empty when it is missing. */
    String decoded(String name) {
        String extended = parameters.get(name + "*");
        if (extended != null) {
            return extended(extended);
        }
        if (parameters.containsKey(name + "*0") || parameters.containsKey(name + "*0*")) {
            StringBuilder whole = new StringBuilder();
            boolean encoded = parameters.containsKey(name + "*0*");
            for (int section = 0; ; section++) {
                String plain = parameters.get(name + "*" + section);
                String coded = parameters.get(name + "*" + section + "*");
                if (plain == null && coded == null) {
                    break;
                }
                // A plain section among encoded ones means its characters, also where it looks encoded.
                whole.append(coded != null ? coded : encoded && plain != null ? plain.replace("%", "%25") : plain);
            }
            return encoded ? extended(whole.toString()) : utf8(whole.toString());
        }
        String plain = parameters.get(name);
        if (plain == null) {
            return "";
        }
        return plain.contains("=?") ? DecoderUtil.decodeEncodedWords(plain, DecodeMonitor.SILENT) : utf8(plain);
    }

    private static String extended(String value) {
        String[] pieces = value.split("'", 3);
        if (pieces.length < 3) {
            return value;
        }
        byte[] bytes = new byte[pieces[2].length()];
        int count = 0;
        for (int at = 0; at < pieces[2].length(); at++) {
            char character = pieces[2].charAt(at);
            if (character == '%' && at + 3 <= pieces[2].length() && pieces[2].substring(at + 1, at + 3).matches("[0-9A-Fa-f]{2}")) {
                bytes[count++] = (byte) Integer.parseInt(pieces[2].substring(at + 1, at + 3), 16);
                at += 2;
            } else {
                bytes[count++] = (byte) character;
            }
        }
        Charset charset;
        try {
            charset = Charset.forName(pieces[0]);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            charset = StandardCharsets.UTF_8;
        }
        return new String(bytes, 0, count, charset);
    }

    /** Raw bytes in a header: UTF-8 when they are that, Latin 1 otherwise. */
    static String utf8(String bytes) {
        String decoded = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return decoded.indexOf('\uFFFD') < 0 ? decoded : bytes;
    }

    private static final class Reader {
        private final String text;
        private int at;

        private Reader(String text) {
            this.text = text;
        }

        private boolean atEnd() {
            return at >= text.length();
        }

        private void blanks() {
            while (!atEnd() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private boolean take(char expected) {
            if (!atEnd() && text.charAt(at) == expected) {
                at++;
                return true;
            }
            return false;
        }

        private String token() {
            int start = at;
            while (!atEnd() && text.charAt(at) > ' ' && text.charAt(at) <= '~' && SPECIALS.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private Optional<String> value() {
            if (!take('"')) {
                String token = token();
                return token.isEmpty() ? Optional.empty() : Optional.of(token);
            }
            StringBuilder value = new StringBuilder();
            while (!atEnd()) {
                char character = text.charAt(at++);
                if (character == '"') {
                    return Optional.of(value.toString());
                }
                if (character == '\\' && !atEnd()) {
                    character = text.charAt(at++);
                }
                value.append(character);
            }
            return Optional.empty();
        }
    }
}
