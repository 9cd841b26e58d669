package org.lazaret.portal.preview;

import java.util.Base64;
import org.apache.commons.codec.digest.DigestUtils;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * HTML of a held mail as a document of its own, for a sandboxed frame.
 *
 * <h2>Security guarantees</h2>
 * An allowlist of elements that only structure text; no link target, no image, no style, no form, nothing remote. The policy of the response
 * forbids the same once more: no script, no load, no form, and only the one style sheet whose hash it names.
 */
public final class SafeHtml {
    private static final PolicyFactory POLICY = new HtmlPolicyBuilder()
        .allowElements("p", "br", "hr", "div", "span", "b", "i", "u", "s", "em", "strong", "small", "sub", "sup", "blockquote", "pre", "code",
            "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "thead", "tbody", "tfoot", "tr", "td",
            "th", "center", "address")
        .allowWithoutAttributes("span")
        .toFactory();

    private static final String STYLE = ":root{color-scheme:light dark}"
        + "body{margin:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;background:#fff;color:#1b2430}"
        + "table{border-collapse:collapse}td,th{padding:.125rem .5rem .125rem 0;text-align:start;vertical-align:top}"
        + "blockquote{margin:0;padding-inline-start:1rem;border-inline-start:3px solid #c3ccd6}"
        + "@media(prefers-color-scheme:dark){body{background:#161d26;color:#e4e9ef}blockquote{border-color:#435161}}";

    /** The policy that the document must be sent with. */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-" + hash(STYLE)
        + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";

    private SafeHtml() {
    }

    /** The whole document. */
    public static String document(String html) {
        return "<!DOCTYPE html>\n<html lang=\"\"><head><meta charset=\"utf-8\"><title>.</title><style>" + STYLE + "</style></head><body dir=\"auto\">"
            + POLICY.sanitize(html) + "</body></html>\n";
    }

    private static String hash(String text) {
        return Base64.getEncoder().encodeToString(DigestUtils.sha256(text));
    }
}
