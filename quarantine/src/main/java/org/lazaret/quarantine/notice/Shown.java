package org.lazaret.quarantine.notice;

import org.lazaret.scan.name.Misleading;

/**
 * Text from a held mail (sender, subject, file names) made harmless for showing: what is invisible or turns the reading direction becomes
 * visible as {@code [U+202E]}, and nothing is left that a mail program would turn into a link: {@code hxxp[:]//evil[.]example}.
 */
public final class Shown {
    private static final int MAX = 200;

    private Shown() {
    }

    /** At most {@value #MAX} characters of the text before they are made visible; one line. */
    public static String defanged(String raw) {
        StringBuilder visible = new StringBuilder();
        int count = 0;
        for (int at = 0; at < raw.length(); count++) {
            if (count == MAX) {
                visible.append('…');
                break;
            }
            int point = raw.codePointAt(at);
            at += Character.charCount(point);
            if (Misleading.is(point)) {
                visible.append(String.format("[U+%04X]", point));
            } else {
                visible.appendCodePoint(point);
            }
        }
        return visible.toString()
            .replace("://", "[:]//")
            .replaceAll("(?i)h(tt)ps?(?=\\[:\\])", "hxxp")
            .replaceAll("(?i)\\b(mailto|javascript|file|data|tel):", "$1[:]")
            .replaceAll("(?<=[\\p{L}\\p{N}_-])\\.(?=[\\p{L}\\p{N}])", "[.]");
    }

    /** For HTML text and quoted attribute values. */
    public static String html(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(character);
            }
        }
        return escaped.toString();
    }
}
