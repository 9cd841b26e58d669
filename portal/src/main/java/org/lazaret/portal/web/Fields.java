package org.lazaret.portal.web;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Fields of a form or a query, {@code application/x-www-form-urlencoded} in UTF-8.
 */
public record Fields(Map<String, List<String>> values) {
    public static final Fields NONE = new Fields(Map.of());
    /** An administrator decides for at most this many recipients at once. */
    public static final int MAX_FIELDS = 2_000;

    /**
     * Reads fields.
     *
     * @throws IllegalArgumentException when it is malformed or has too many fields
     */
    public static Fields parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        int count = 0;
        for (String pair : text.split("&", MAX_FIELDS + 1)) {
            if (++count > MAX_FIELDS) {
                throw new IllegalArgumentException("More than " + MAX_FIELDS + " fields");
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.computeIfAbsent(decode(name), key -> new ArrayList<>()).add(decode(value));
        }
        return new Fields(values);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** As a query. */
    @Override
    public String toString() {
        return values.entrySet().stream()
            .flatMap(field -> field.getValue().stream().map(value -> encode(field.getKey()) + "=" + encode(value)))
            .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The first value; empty when the field is missing. */
    public String first(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? "" : all.get(0);
    }

    /** The first value without leading and trailing blanks and control characters, cut to a length. */
    public String line(String name, int maxLength) {
        String value = first(name).replaceAll("\\p{Cntrl}+", " ").strip();
        return value.length() <= maxLength ? value : value.substring(0, maxLength);
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
