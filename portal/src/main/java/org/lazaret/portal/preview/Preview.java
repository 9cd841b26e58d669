package org.lazaret.portal.preview;

/**
 * What may be shown of a mail. Everything is as found in the mail, so escape it before display.
 *
 * @param header   the whole header as it stands there, read as UTF-8 where it is, else as Latin-1
 * @param to       header To, decoded; empty when missing
 * @param date     header Date as sent; empty when missing
 * @param text     its plain text; empty when it has none
 * @param html     its HTML, not sanitised; empty when it has none
 * @param complete whether text and HTML were read to their ends
 */
public record Preview(String header, String to, String date, String text, String html, boolean complete) {
}
