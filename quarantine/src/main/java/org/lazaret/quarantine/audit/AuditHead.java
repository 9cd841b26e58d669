package org.lazaret.quarantine.audit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of the chain at some moment. Noted down elsewhere, it proves later that nothing up to it was changed or cut off: whoever can write
 * to the database can also compute a whole new chain, but not one that runs through a head he cannot reach.
 *
 * @param sequence of the last link; 0 for an empty audit
 */
public record AuditHead(long sequence, String hash) {
    /** The head of an empty audit. */
    public static final AuditHead NONE = new AuditHead(0, ChainedEntry.FIRST);

    private static final Pattern FORM = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

    /** @throws IllegalArgumentException when it is not {@code sequence:hash} */
    public static AuditHead parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("A head is a sequence, a colon and 64 lower-case hexadecimal digits");
        }
        return new AuditHead(Long.parseLong(matcher.group(1)), matcher.group(2));
    }

    @Override
    public String toString() {
        return sequence + ":" + hash;
    }
}
