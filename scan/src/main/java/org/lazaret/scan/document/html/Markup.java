package org.lazaret.scan.document.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tags, attributes and script bodies of markup, read leniently and in one pass: comments are looked into as well, since conditional ones
 * are live in some programs. No tree is built, so that size and nesting of the input do not matter.
 *
 * <p>Limits: {@value #MAX_TAGS} tags kept, {@value #MAX_VALUE} characters of an attribute.
 */
final class Markup {
    private static final int MAX_TAGS = 200_000;
    private static final int MAX_ATTRIBUTES = 64;
    private static final int MAX_VALUE = 32 << 20;

    /** @param attributes names in lower case, values with character references resolved */
    record Tag(String name, Map<String, String> attributes) {
        String get(String attribute) {
            return attributes.getOrDefault(attribute, "");
        }
    }

    /** A script with the attributes of its tag; {@code source} is empty for one that is loaded. */
    record Script(Tag tag, String source) {
    }

    final List<Tag> tags = new ArrayList<>();
    final List<Script> scripts = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    private final String markup;

    private Markup(String markup) {
        this.markup = markup;
    }

    static Markup read(String text) {
        Markup markup = new Markup(text);
        markup.read();
        return markup;
    }

    private void read() {
        int at = 0;
        int length = markup.length();
        while (at < length) {
            int open = markup.indexOf('<', at);
            if (open < 0) {
                text(at, length);
                return;
            }
            text(at, open);
            at = open + 1;
            if (at < length && (Character.isLetter(markup.charAt(at)) || markup.charAt(at) == '?')) {
                at = tag(at);
            }
        }
    }

    private void text(int from, int to) {
        for (int i = from; i < to && text.length() < 20_000; i++) {
            char c = markup.charAt(i);
            boolean space = c <= ' ';
            if (!space || !text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
                text.append(space ? ' ' : c);
            }
        }
    }

    private int tag(int from) {
        int at = from;
        int length = markup.length();
        while (at < length && !isSpace(markup.charAt(at)) && markup.charAt(at) != '>' && markup.charAt(at) != '/') {
            at++;
        }
        String name = markup.substring(from, Math.min(at, from + 64)).toLowerCase(Locale.ROOT);
        Map<String, String> attributes = new LinkedHashMap<>();
        while (at < length && markup.charAt(at) != '>') {
            char c = markup.charAt(at);
            if (isSpace(c) || c == '/') {
                at++;
                continue;
            }
            int key = at;
            while (at < length && "=>/".indexOf(markup.charAt(at)) < 0 && !isSpace(markup.charAt(at))) {
                at++;
            }
            String attribute = markup.substring(key, Math.min(at, key + 64)).toLowerCase(Locale.ROOT);
            int equals = at;
            while (equals < length && isSpace(markup.charAt(equals))) {
                equals++;
            }
            String value = "";
            if (equals < length && markup.charAt(equals) == '=') {
                at = equals + 1;
                while (at < length && isSpace(markup.charAt(at))) {
                    at++;
                }
                int start = at;
                char quote = at < length ? markup.charAt(at) : ' ';
                if (quote == '"' || quote == '\'') {
                    start++;
                    int end = markup.indexOf(quote, start);
                    end = end < 0 ? length : end;
                    value = markup.substring(start, Math.min(end, start + MAX_VALUE));
                    at = Math.min(end + 1, length);
                } else {
                    while (at < length && !isSpace(markup.charAt(at)) && markup.charAt(at) != '>') {
                        at++;
                    }
                    value = markup.substring(start, Math.min(at, start + MAX_VALUE));
                }
            } else if (at == key) {
                at++;
            }
            if (attributes.size() < MAX_ATTRIBUTES) {
                attributes.putIfAbsent(attribute, References.resolve(value));
            }
        }
        boolean closed = at > from && at < length && markup.charAt(at - 1) == '/';
        Tag tag = new Tag(name.equals("hta:application") ? name : name.substring(name.indexOf(':') + 1), attributes);
        if (tags.size() < MAX_TAGS) {
            tags.add(tag);
        }
        at = Math.min(at + 1, length);
        if (tag.name.equals("script") || tag.name.equals("handler")) {
            int end = closed ? at : closing(at, name);
            scripts.add(new Script(tag, closed ? "" : markup.substring(at, end)));
            return end;
        }
        if (tag.name.equals("style")) {
            return closed ? at : closing(at, name);
        }
        return at;
    }

    private int closing(int from, String name) {
        String wanted = "</" + name;
        int at = markup.indexOf("</", from);
        while (at >= 0) {
            if (markup.regionMatches(true, at, wanted, 0, wanted.length())) {
                return at;
            }
            at = markup.indexOf("</", at + 2);
        }
        return markup.length();
    }

    private static boolean isSpace(char c) {
        return c <= ' ';
    }
}
