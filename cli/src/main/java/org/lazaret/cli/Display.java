package org.lazaret.cli;

import org.lazaret.scan.name.Misleading;

/**
 * Text from mails made fit for a terminal: what could move the cursor, recolour the screen or reorder what is read is written as
 * {@code \}{@code u{202E}}. That is every control, format, surrogate, private and unassigned character, and line and paragraph separators;
 * on a terminal that does not speak UTF-8 also everything outside of ASCII.
 *
 * @param unicode whether characters outside of ASCII can be shown
 */
record Display(boolean unicode) {
    private static final int LONGEST = 300;

    String escape(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 16);
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (i >= LONGEST) {
                return shown.append(ellipsis()).toString();
            }
            int c = text.codePointAt(i);
            if (showable(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\u{%04X}", c));
            }
        }
        return shown.toString();
    }

    String branch() {
        return unicode ? "├─ " : "|- ";
    }

    String lastBranch() {
        return unicode ? "└─ " : "`- ";
    }

    String trunk() {
        return unicode ? "│  " : "|  ";
    }

    private String ellipsis() {
        return unicode ? "…" : "...";
    }

    private boolean showable(int c) {
        if (c < 0x7F) {
            return c >= 0x20;
        }
        return unicode && !Misleading.is(c);
    }
}
