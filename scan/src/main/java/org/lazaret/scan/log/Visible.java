package org.lazaret.scan.log;

import org.lazaret.scan.name.Misleading;

/**
 * Text from outside made fit for one line: what could begin another line, move the cursor, recolour the screen or reorder what is read is written
 * as {@code \}{@code u{202E}}. That is every control, format, surrogate, private and unassigned character, line and paragraph separators, and every
 * space but the common one.
 */
public final class Visible {
    private Visible() {
    }

    /**
     * @param longest characters of the text, from where on an ellipsis stands for the rest
     * @param unicode whether characters outside of ASCII can be shown; they are written as the others are where not
     */
    public static String line(String text, int longest, boolean unicode) {
        if (text.length() <= longest && isVisible(text, unicode)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(Math.min(text.length(), longest) + 16);
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (i >= longest) {
                return shown.append(unicode ? "…" : "...").toString();
            }
            int c = text.codePointAt(i);
            if (isVisible(c, unicode)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\u{%04X}", c));
            }
        }
        return shown.toString();
    }

    private static boolean isVisible(String text, boolean unicode) {
        return text.codePoints().allMatch(c -> isVisible(c, unicode));
    }

    private static boolean isVisible(int c, boolean unicode) {
        if (c < 0x7F) {
            return c >= 0x20;
        }
        return unicode && !Misleading.is(c);
    }
}
