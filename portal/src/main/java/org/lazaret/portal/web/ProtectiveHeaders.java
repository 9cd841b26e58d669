package org.lazaret.portal.web;

import java.util.List;
import org.lazaret.portal.web.Answer.Header;

/**
 * The headers of every response.
 *
 * <p>The referrer policy is {@code same-origin}, not {@code no-referrer}: with the latter browsers send {@code Origin: null} with our own
 * forms, and the check of the origin would be worth nothing. A link's token does not leave in a Referer either way.
 */
public final class ProtectiveHeaders {
    public static final List<Header> ALL = List.of(
        new Header("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-src 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'"),
        new Header("X-Content-Type-Options", "nosniff"),
        new Header("X-Frame-Options", "DENY"),
        new Header("Referrer-Policy", "same-origin"),
        new Header("Cache-Control", "no-store"),
        new Header("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
        new Header("Cross-Origin-Opener-Policy", "same-origin"),
        new Header("Cross-Origin-Resource-Policy", "same-origin"),
        new Header("X-Robots-Tag", "noindex, nofollow"));

    private ProtectiveHeaders() {
    }
}
