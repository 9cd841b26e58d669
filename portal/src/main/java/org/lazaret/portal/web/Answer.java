package org.lazaret.portal.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A response. The headers that protect every page are added when it is sent, unless it brings its own of the same name.
 */
public record Answer(int status, List<Header> headers, byte[] body) {

    /** A header field; the value has no line breaks. */
    public record Header(String name, String value) {
        public Header {
            if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("A header field is one line");
            }
        }
    }

    public Answer {
        headers = List.copyOf(headers);
    }

    public static Answer html(int status, String page) {
        return new Answer(status, List.of(new Header("Content-Type", "text/html; charset=utf-8")), page.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the browser on with a GET; the location is a path of ours. */
    public static Answer seeOther(String location) {
        if (!location.startsWith("/") || location.startsWith("//")) {
            throw new IllegalArgumentException("Only to pages of ours");
        }
        return new Answer(303, List.of(new Header("Location", location)), new byte[0]);
    }

    public Answer with(String name, String value) {
        List<Header> all = new ArrayList<>(headers);
        all.add(new Header(name, value));
        return new Answer(status, all, body);
    }

    public boolean has(String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }
}
