package org.lazaret.portal.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A response. The headers that protect every page are added when it is sent, unless it brings its own of the same name.
 *
 * @param body   empty when there is a writer
 * @param writer writes what is too large to be kept
 */
public record Answer(int status, List<Header> headers, byte[] body, Optional<Writer> writer) {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}(?:\\.[a-z]{1,8})?");

    /** A header field; the value has no line breaks. */
    public record Header(String name, String value) {
        public Header {
            if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("A header field is one line");
            }
        }
    }

    /** Writes a body. Should it throw before anything was written, the answer is an error; afterwards, the connection breaks off. */
    @FunctionalInterface
    public interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    public Answer {
        headers = List.copyOf(headers);
    }

    public Answer(int status, List<Header> headers, byte[] body) {
        this(status, headers, body, Optional.empty());
    }

    public static Answer html(int status, String page) {
        return new Answer(status, List.of(new Header("Content-Type", "text/html; charset=utf-8")), page.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A file to be kept, never shown.
     *
     * @param name of the file: letters, digits, hyphens, and one extension
     */
    public static Answer file(String type, String name, Writer writer) {
        if (!FILE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("No name for a file: " + name);
        }
        return new Answer(200, List.of(new Header("Content-Type", type), new Header("Content-Disposition", "attachment; filename=\"" + name + "\""),
            new Header("Content-Security-Policy", "default-src 'none'; sandbox")), new byte[0], Optional.of(writer));
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
        return new Answer(status, all, body, writer);
    }

    public boolean has(String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }
}
