package org.lazaret.quarantine.notice;

import java.util.List;
import org.lazaret.policy.language.Language;

/**
 * The content of a mail of ours, written as plain text and as HTML at the same time, so that both say the same. Everything given is text and
 * is escaped here.
 *
 * <p>The HTML is for phones first (readable at 320 px): one column, styles inline since many mail programs drop the rest, no pictures, no
 * fonts, nothing from elsewhere. A style block adds dark colours where it is honoured.
 */
final class Sheet {
    private static final String DARK = "@media (prefers-color-scheme:dark){"
        + ".page{background:#10161d!important}"
        + ".card{background:#19212b!important;border-color:#303b48!important}"
        + ".ink{color:#e6ebf0!important}"
        + ".quiet{color:#a3afbc!important}"
        + ".line{border-color:#303b48!important}"
        + ".button{background:#7db4f0!important;color:#0c1a2a!important}"
        + ".link{color:#7db4f0!important}}";
    private static final String INK = "color:#1b2430";
    private static final String QUIET = "color:#55616f";

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder html = new StringBuilder();

    /** A paragraph; line breaks stay. */
    Sheet paragraph(String words) {
        text.append(words).append("\n\n");
        html.append("<p class=\"ink\" style=\"margin:0 0 16px;").append(INK).append("\">").append(Shown.html(words).replace("\n", "<br>\n"))
            .append("</p>\n");
        return this;
    }

    Sheet quiet(String words) {
        text.append(words).append("\n");
        html.append("<p class=\"quiet\" style=\"margin:0 0 8px;font-size:14px;").append(QUIET).append("\">").append(Shown.html(words))
            .append("</p>\n");
        return this;
    }

    /** What something is, and the thing. */
    Sheet row(String label, String value) {
        text.append(label).append(": ").append(value).append('\n');
        html.append("<p class=\"ink\" style=\"margin:0 0 12px;overflow-wrap:anywhere;word-break:break-word;").append(INK)
            .append("\"><span class=\"quiet\" style=\"display:block;font-size:14px;").append(QUIET).append("\">").append(Shown.html(label))
            .append("</span><bdi>").append(Shown.html(value)).append("</bdi></p>\n");
        return this;
    }

    /** The one thing to press. */
    Sheet button(String words, String address) {
        text.append('\n').append(words).append(":\n").append(address).append("\n\n");
        html.append("<p style=\"margin:20px 0\"><a href=\"").append(Shown.html(address)).append("\" class=\"button\" style=\"display:block;")
            .append("padding:14px 20px;background:#1f5fa8;color:#ffffff;text-align:center;text-decoration:none;font-weight:bold;border-radius:8px\">")
            .append(Shown.html(words)).append("</a></p>\n");
        return this;
    }

    Sheet link(String words, String address) {
        text.append(words).append(":\n").append(address).append("\n\n");
        html.append("<p style=\"margin:0 0 16px\"><a href=\"").append(Shown.html(address)).append("\" class=\"link\" style=\"color:#1f5fa8\">")
            .append(Shown.html(words)).append("</a></p>\n");
        return this;
    }

    /** One of several: what it is, lines about it, and its link. */
    Sheet item(String title, List<String> details, String words, String address) {
        title(title);
        html.append("<br>\n");
        for (String detail : details) {
            text.append("  ").append(detail).append('\n');
            html.append("<span class=\"quiet\" style=\"font-size:14px;").append(QUIET).append("\"><bdi>").append(Shown.html(detail))
                .append("</bdi></span><br>\n");
        }
        text.append("  ").append(address).append("\n\n");
        html.append("<a href=\"").append(Shown.html(address)).append("\" class=\"link\" style=\"display:inline-block;padding:8px 0;color:#1f5fa8\">")
            .append(Shown.html(words)).append("</a></p>\n");
        return this;
    }

    /** One of several, without a link. */
    Sheet item(String title) {
        title(title);
        text.append('\n');
        html.append("</p>\n");
        return this;
    }

    private void title(String title) {
        text.append("- ").append(title).append('\n');
        html.append("<p class=\"ink line\" style=\"margin:0;padding:12px 0;border-top:1px solid #d5dbe2;overflow-wrap:anywhere;")
            .append("word-break:break-word;").append(INK).append("\"><b><bdi>").append(Shown.html(title)).append("</bdi></b>");
    }

    Sheet heading(String words) {
        text.append(words).append("\n\n");
        html.append("<h2 class=\"ink\" style=\"margin:20px 0 8px;font-size:17px;line-height:1.3;overflow-wrap:anywhere;").append(INK).append("\">")
            .append(Shown.html(words)).append("</h2>\n");
        return this;
    }

    String text() {
        return text.toString();
    }

    /**
     * The whole document.
     *
     * @param organisation who writes, above all; empty for nothing
     */
    String html(Language language, String title, String organisation) {
        String above = organisation.isEmpty() ? "" : "<p class=\"quiet\" style=\"margin:0 0 12px;font-size:14px;" + QUIET + "\">"
            + Shown.html(organisation) + "</p>\n";
        return "<!DOCTYPE html>\n<html lang=\"" + language.tag() + "\">\n<head>\n<meta charset=\"utf-8\">\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            + "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
            + "<title>" + Shown.html(title) + "</title>\n<style>" + DARK + "</style>\n</head>\n"
            + "<body class=\"page\" style=\"margin:0;padding:0;background:#f4f6f8\">\n"
            + "<div class=\"page\" style=\"background:#f4f6f8;padding:16px 12px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,"
            + "'Noto Sans',sans-serif;font-size:16px;line-height:1.5\">\n"
            + "<div style=\"max-width:560px;margin:0 auto\">\n" + above
            + "<div class=\"card\" style=\"background:#ffffff;border:1px solid #d5dbe2;border-radius:12px;padding:20px 16px\">\n"
            + "<h1 class=\"ink\" style=\"margin:0 0 12px;font-size:21px;line-height:1.3;overflow-wrap:anywhere;" + INK + "\"><bdi>"
            + Shown.html(title) + "</bdi></h1>\n" + html + "</div>\n</div>\n</div>\n</body>\n</html>\n";
    }
}
