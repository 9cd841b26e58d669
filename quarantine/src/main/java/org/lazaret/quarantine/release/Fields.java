package org.lazaret.quarantine.release;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The header of a message or part, as bytes (kept as ISO-8859-1, one character each).
 *
 * @param fields     in the order of the header
 * @param wellFormed whether every line belongs to a field; when not, readers may disagree on where the header ends or what is in it
 */
public record Fields(List<Field> fields, boolean wellFormed) {

    /**
     * One field.
     *
     * @param name  lower case
     * @param value unfolded, without the name
     * @param raw   the whole field with its folds and line ends
     */
    public record Field(String name, String value, String raw) {
    }

    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    /** @param header up to the empty line, which may be included */
    public static Fields parse(byte[] header) {
        String text = new String(header, BYTES);
        List<Field> fields = new ArrayList<>();
        boolean wellFormed = text.indexOf('\0') < 0;
        int at = 0;
        while (at < text.length()) {
            int end = lineEnd(text, at);
            String line = text.substring(at, end);
            if (stripped(line).isEmpty()) {
                break;
            }
            while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
                end = lineEnd(text, end);
            }
            String raw = text.substring(at, end);
            int colon = raw.indexOf(':');
            String name = colon < 0 ? "" : raw.substring(0, colon);
            if (!name.isEmpty() && name.chars().allMatch(character -> character > ' ' && character <= '~') && bareReturn(raw) < 0) {
                fields.add(new Field(name.toLowerCase(Locale.ROOT), raw.substring(colon + 1).replaceAll("\\r?\\n", "").strip(), raw));
            } else {
                wellFormed = false;
            }
            at = end;
        }
        return new Fields(List.copyOf(fields), wellFormed);
    }

    /** All fields of a name. */
    public List<Field> all(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).toList();
    }

    public Optional<String> first(String name) {
        return all(name).stream().findFirst().map(Field::value);
    }

    private static int lineEnd(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    private static String stripped(String line) {
        String shorter = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        return shorter.endsWith("\r") ? shorter.substring(0, shorter.length() - 1) : shorter;
    }

    private static int bareReturn(String raw) {
        for (int at = raw.indexOf('\r'); at >= 0; at = raw.indexOf('\r', at + 1)) {
            if (at + 1 >= raw.length() || raw.charAt(at + 1) != '\n') {
                return at;
            }
        }
        return -1;
    }
}
