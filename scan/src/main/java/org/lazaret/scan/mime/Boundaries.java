package org.lazaret.scan.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The boundaries that readers can take out of one Content-Type (RFC 2046, section 5.1.1). */
final class Boundaries {
    private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");
    private static final Pattern OUTER_BLANKS = Pattern.compile("[\\x00-\\x20\\x7f]+$|^[\\x00-\\x20\\x7f]+");
    private static final Pattern FOLDS = Pattern.compile("[\\r\\n\\t\\x00]");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\x00]");
    private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]");
    private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");
    private static final Pattern ANYWHERE = Pattern.compile("(?i)boundary[^=;]{0,16}=\\s*(.{1,1024})", Pattern.DOTALL);
    private static final int MAX = 32;

    private Boundaries() {
    }

    /** The one that most readers take; empty for none. */
    static String first(Parameters type) {
        List<String> values = type.values("boundary");
        if (!values.isEmpty()) {
            return values.getFirst();
        }
        List<String> extended = extended(type);
        return extended.isEmpty() ? "" : extended.getFirst();
    }

    /** Whether there is exactly one way to read it. */
    static boolean certain(Parameters type) {
        return type.clean() && extended(type).isEmpty() && type.values("boundary").size() == 1
                && PLAIN.matcher(type.values("boundary").getFirst()).matches() && !Words.encoded(type.values("boundary").getFirst());
    }

    /** Every one that some reader could take, as bytes in ISO 8859-1. */
    static List<String> all(String field) {
        Set<String> all = new LinkedHashSet<>();
        Parameters type = Parameters.parse(field);
        List<String> values = type.values("boundary");
        if (!values.isEmpty()) {
            variants(values.getFirst(), all);
            variants(values.getLast(), all);
        }
        extended(type).forEach(value -> variants(value, all));
        Set<String> others = new LinkedHashSet<>(values);
        for (Parameters.Parameter parameter : type.list()) {
            if (parameter.name().startsWith("boundary*") || letters(parameter.name()).endsWith("boundary")) {
                others.add(parameter.value());
            }
        }
        others.stream().limit(MAX).forEach(value -> variants(value, all));
        Matcher matcher = ANYWHERE.matcher(field);
        int tried = 0;
        for (int at = 0; at < field.length() && tried < MAX && matcher.find(at); at = matcher.start() + 1) {
            tried++;
            String rest = matcher.group(1);
            variants(rest, all);
            variants(until(rest, ";"), all);
            variants(until(rest, "; \t\r\n"), all);
            variants(until(rest, "; \t\r\n,"), all);
            variants(until(rest, "("), all);
            variants(until(rest, ";("), all);
            variants(COMMENT.matcher(rest).replaceAll(""), all);
            if (rest.startsWith("\"")) {
                variants(until(rest.substring(1), "\""), all);
                variants(until(rest.substring(1), ";"), all);
            }
            int quote = rest.indexOf('"');
            if (quote > 0) {
                variants(rest.substring(0, quote), all);
                variants(until(rest.substring(quote + 1), "\""), all);
            }
        }
        all.removeIf(String::isEmpty);
        List<String> list = new ArrayList<>(all);
        return list.size() > MAX ? list.subList(0, MAX) : list;
    }

    private static String letters(String name) {
        return NO_LETTERS.matcher(name).replaceAll("");
    }

    private static String until(String text, String stops) {
        for (int i = 0; i < text.length(); i++) {
            if (stops.indexOf(text.charAt(i)) >= 0) {
                return text.substring(0, i);
            }
        }
        return text;
    }

    private static void variants(String value, Set<String> all) {
        all.add(value);
        all.add(value.strip());
        all.add(value.stripTrailing());
        String bare = OUTER_BLANKS.matcher(value).replaceAll("");
        all.add(bare);
        all.add(bare.replace("\"", ""));
        all.add(bare.replace("\\", ""));
        all.add(FOLDS.matcher(bare).replaceAll(""));
        all.add(BLANKS.matcher(bare).replaceAll(""));
        if (Words.encoded(bare)) {
            all.add(Words.decodeWords(bare));
        }
        if (bare.contains("%")) {
            all.add(new String(Words.percent(bare), StandardCharsets.ISO_8859_1));
        }
        for (char stop : new char[] {' ', ';', ',', '\0', '\t', '\'', '"'}) {
            int at = bare.indexOf(stop);
            if (at > 0) {
                all.add(bare.substring(0, at));
            }
        }
        if (bare.length() > 70) {
            all.add(bare.substring(0, 70));
        }
    }

    /** RFC 2231: continuations joined, percent-encoding and charset undone. */
    private static List<String> extended(Parameters type) {
        List<String> found = new ArrayList<>(1);
        TreeMap<Integer, Parameters.Parameter> sections = new TreeMap<>();
        for (Parameters.Parameter parameter : type.list()) {
            String name = parameter.name();
            if (name.equals("boundary*")) {
                found.add(plain(parameter.value()));
            } else if (name.matches("boundary\\*\\d{1,3}\\*?")) {
                sections.putIfAbsent(Integer.valueOf(name.replaceAll("\\D", "")), parameter);
            }
        }
        if (!sections.isEmpty()) {
            StringBuilder joined = new StringBuilder();
            sections.values().forEach(p -> joined.append(p.name().endsWith("*") ? plain(p.value()) : p.value()));
            found.add(joined.toString());
        }
        return found;
    }

    private static String plain(String value) {
        int second = value.indexOf('\'', value.indexOf('\'') + 1);
        return new String(Words.percent(second >= 0 ? value.substring(second + 1) : value), StandardCharsets.ISO_8859_1);
    }
}
