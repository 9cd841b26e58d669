package org.lazaret.portal.view;

/**
 * The readable part of a held mail.
 *
 * @param header   all header fields
 * @param to       header To
 * @param date     header Date
 * @param text     plain text; may be empty
 * @param frame    path of the frame with the formatted text; empty when there is none
 * @param complete whether this is all
 * @param readable whether the mail could be opened at all
 * @param kept     whether it still exists
 * @param allowed  whether the reader may see it
 */
public record TextView(Shown header, Shown to, Shown date, Shown text, String frame, boolean complete, boolean readable, boolean kept,
                       boolean allowed) {
    private static final Shown NOTHING = Shown.line("");
    public static final TextView UNREADABLE = new TextView(NOTHING, NOTHING, NOTHING, NOTHING, "", true, false, true, true);
    public static final TextView GONE = new TextView(NOTHING, NOTHING, NOTHING, NOTHING, "", true, false, false, true);
    public static final TextView NOT_ALLOWED = new TextView(NOTHING, NOTHING, NOTHING, NOTHING, "", true, false, true, false);
}
