package org.lazaret.scan.mime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file names that readers can take out of one field: RFC 2231 first as RFC 6266 has it, then plain and encoded-word forms. */
final class FileNames {
    private static final Pattern DOTTED = Pattern.compile("[^\\s;\"'=,<>()\\[\\]*?/\\\\]+\\.[A-Za-z0-9]{1,12}(?![A-Za-z0-9])");
    private static final Pattern AFTER_NAME = Pattern.compile("(?i)name[^=;]{0,16}=(.{1,2000})", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
    private static final int MAX_SUSPECTS = 12;

    private FileNames() {
    }

    static List<String> of(Parameters parameters, String key) {
        Set<String> names = new LinkedHashSet<>();
        TreeMap<Integer, Parameters.Parameter> sections = new TreeMap<>();
        for (Parameters.Parameter parameter : parameters.list()) {
            String name = parameter.name();
            if (name.equals(key + "*")) {
                names.add(Words.decodeExtended(parameter.value()));
            } else if (name.startsWith(key + "*") && name.substring(key.length() + 1).matches("\\d{1,3}\\*?")) {
                sections.putIfAbsent(Integer.valueOf(name.replaceAll("\\D", "")), parameter);
            }
        }
        if (!sections.isEmpty()) {
            names.add(joined(sections));
        }
        for (String value : parameters.values(key)) {
            names.add(Words.decodeWords(value));
        }
        for (String value : parameters.values(key.equals("name") ? "filename" : "name")) {
            names.add(Words.decodeWords(value));
        }
        names.removeIf(String::isEmpty);
        return new ArrayList<>(names);
    }

    private static String joined(TreeMap<Integer, Parameters.Parameter> sections) {
        boolean extended = sections.values().stream().anyMatch(p -> p.name().endsWith("*"));
        StringBuilder joined = new StringBuilder();
        if (!extended) {
            sections.values().forEach(p -> joined.append(p.value()));
            return Words.decodeWords(joined.toString());
        }
        for (Parameters.Parameter section : sections.values()) {
            String value = section.value();
            joined.append(section.name().endsWith("*") ? value : value.replace("%", "%25"));
        }
        return Words.decodeExtended(joined.toString());
    }

    /** What a sloppier or stricter reader could take for a name in a field that does not follow the grammar. */
    static List<String> suspects(String field) {
        if (field.indexOf('.') < 0 || !Fields.lower(field).contains("name")) {
            return List.of();
        }
        String unquoted = QUOTED.matcher(field).replaceAll("");
        boolean odd = !Parameters.parse(field).clean() || unquoted.indexOf('(') >= 0 || field.indexOf('\\') >= 0 || unquoted.contains("='")
                || field.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127);
        if (!odd) {
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>();
        Matcher after = AFTER_NAME.matcher(field);
        if (after.find()) {
            String rest = after.group(1);
            String[] spellings = {rest, rest.replaceAll("\\([^()]*\\)", ""), rest.replaceAll("[\\\\\"']", ""),
                rest.replaceAll("[\\x00-\\x1f\\x7f]", ""), Words.decodeWords(rest)};
            for (String spelling : spellings) {
                Matcher matcher = DOTTED.matcher(spelling);
                while (matcher.find() && names.size() < MAX_SUSPECTS) {
                    names.add(Words.text(matcher.group()));
                }
            }
        }
        return new ArrayList<>(names);
    }

    /** What stands behind the last dot, lower case; empty when that is no ending. */
    static String ending(String name) {
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : Fields.lower(name.substring(dot + 1).strip());
        return ending.length() <= 10 && ending.chars().allMatch(Character::isLetterOrDigit) ? ending : "";
    }

    /** A description that is a file name: some programs save under it when there is no other. */
    static List<String> described(String field) {
        String text = Words.decodeWords(field).strip();
        return text.length() <= 255 && DOTTED.matcher(text).matches() ? List.of(text) : List.of();
    }
}
