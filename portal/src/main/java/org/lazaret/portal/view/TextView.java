package org.lazaret.portal.view;

/**
 * The readable part of a held mail.
 *
 * @param to       header To
 * @param date     header Date
 * @param text     plain text; may be empty
 * @param frame    path of the frame with the formatted text; empty when there is none
 * @param complete whether this is all
 * @param readable whether the mail could be opened at all
 * @param kept     whether it still exists
 */
public record TextView(Shown to, Shown date, Shown text, String frame, boolean complete, boolean readable, boolean kept) {
    public static final TextView UNREADABLE = new TextView(Shown.line(""), Shown.line(""), Shown.line(""), "", true, false, true);
    public static final TextView GONE = new TextView(Shown.line(""), Shown.line(""), Shown.line(""), "", true, false, false);
}
