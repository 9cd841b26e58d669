package org.lazaret.portal.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as the pages see it. Host, Forwarded and X-Forwarded headers are left out on purpose: no page may depend on them.
 *
 * @param method    GET or POST (HEAD is answered like GET, without the body)
 * @param path      segments below the portal's address, as sent, none for the root
 * @param origin    header Origin
 * @param fetchSite header Sec-Fetch-Site
 * @param acceptLanguage header Accept-Language
 * @param address   network address of the peer, which may be a proxy's
 */
public record Call(String method, List<String> path, Fields query, Fields form, Map<String, String> cookies, Optional<String> origin,
                   Optional<String> fetchSite, Optional<String> acceptLanguage, String address) {

    public String segment(int index) {
        return path.get(index);
    }

    public Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }
}
