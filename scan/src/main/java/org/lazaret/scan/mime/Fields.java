package org.lazaret.scan.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one header that matter to a walk, unfolded (RFC 5322, section 2.2.3). Others are passed over, so a header of megabytes
 * costs no memory. Values are kept as ISO 8859-1, one character a byte.
 */
final class Fields {
    static final String TYPE = "content-type";
    static final String ENCODING = "content-transfer-encoding";
    static final String DISPOSITION = "content-disposition";
    static final String DESCRIPTION = "content-description";
    static final String SUBJECT = "subject";
    private static final List<String> STRUCTURAL = List.of(TYPE, ENCODING, DISPOSITION);
    private static final List<String> KEPT = List.of(TYPE, ENCODING, DISPOSITION, DESCRIPTION, SUBJECT);
    private static final int MAX_VALUE = 1 << 16;
    private static final int MAX_FIELDS = 64;

    /**
     * @param name    lower case
     * @param certain whether every reader takes it for this field; else it has junk around its name or stands on a folded line
     */
    record Field(String name, String value, boolean certain) {
    }

    private final List<Field> fields = new ArrayList<>();
    private @Nullable String open;
    private boolean openCertain;
    private final ByteArrayOutputStream value = new ByteArrayOutputStream(128);
    private boolean cut;

    /** The same fields again, for a reader that takes what follows for more of the header. */
    Fields copy() {
        Fields copy = new Fields();
        copy.fields.addAll(fields);
        return copy;
    }

    void begin(@Nullable String name, boolean certain, byte[] bytes, int from, int to) {
        finish();
        if (name != null) {
            if (fields.size() < MAX_FIELDS) {
                open = name;
                openCertain = certain;
                append(bytes, from, to);
            } else {
                cut = true;
            }
        }
    }

    void append(byte[] bytes, int from, int to) {
        if (open != null) {
            int room = Math.min(to - from, MAX_VALUE - value.size());
            value.write(bytes, from, room);
            cut |= room < to - from && STRUCTURAL.contains(open);
        }
    }

    void finish() {
        if (open != null) {
            fields.add(new Field(open, value.toString(StandardCharsets.ISO_8859_1), openCertain));
            value.reset();
            open = null;
        }
    }

    /** Whether a field was too long to be kept whole, or there were too many. */
    boolean cut() {
        return cut;
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    /** In order; those that not every reader sees only on request. */
    List<Field> all(String name, boolean uncertain) {
        List<Field> found = new ArrayList<>(1);
        for (Field field : fields) {
            if (field.name().equals(name) && (uncertain || field.certain())) {
                found.add(field);
            }
        }
        return found;
    }

    /** The name of a kept field that these bytes spell, in any case; null for any other. */
    static @Nullable String known(byte[] line, int from, int to) {
        int length = to - from;
        for (String name : KEPT) {
            if (name.length() == length && matches(line, from, to, name)) {
                return name;
            }
        }
        return null;
    }

    /** The name of a structural field that a line begins with, whatever follows it. */
    static @Nullable String structural(byte[] line, int from, int to) {
        for (String name : STRUCTURAL) {
            if (matches(line, from, to, name)) {
                return name;
            }
        }
        return null;
    }

    static boolean matches(byte[] line, int from, int to, String lowerCase) {
        if (to - from < lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            int c = line[from + i];
            if (c >= 'A' && c <= 'Z') {
                c += 'a' - 'A';
            }
            if (c != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
