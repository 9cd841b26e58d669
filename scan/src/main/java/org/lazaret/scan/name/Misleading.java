package org.lazaret.scan.name;

/** Characters that are not what they look like, in text that people judge a mail by. */
public final class Misleading {
    private Misleading() {
    }

    /**
     * Whether a character is invisible, changes the order of others, breaks the line or has no meaning that everybody shares: controls,
     * format characters, halves of surrogate pairs, private and unassigned ones, line separators, every space but the common one, and letters
     * without a shape. Joiners are among them, which Persian, Indic scripts and emoji need.
     */
    public static boolean is(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SPACE_SEPARATOR -> codePoint != ' ';
            // Combining grapheme joiner, Hangul fillers, blank Braille pattern.
            default -> codePoint == 0x034F || codePoint == 0x115F || codePoint == 0x1160 || codePoint == 0x3164 || codePoint == 0xFFA0
                || codePoint == 0x2800;
        };
    }
}
