package org.lazaret.quarantine;

import java.util.regex.Pattern;

/**
 * Names a held mail: 32 lower-case hexadecimal digits, the first half of its idempotency key.
 */
public record RecordId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    public RecordId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("A record id is 32 lower-case hexadecimal digits");
        }
    }

    public static boolean isRecordId(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
