package org.lazaret.scan.mime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The file names that readers can take out of one field: RFC 2231 first as RFC 6266 has it, then plain and encoded-word forms. */
final class FileNames {
    private FileNames() {
    }

    static List<String> of(Parameters parameters, String key) {
        Set<String> names = new LinkedHashSet<>();
        TreeMap<Integer, String> sections = new TreeMap<>();
        boolean extended = false;
        for (Parameters.Parameter parameter : parameters.list()) {
            String name = parameter.name();
            if (name.equals(key + "*")) {
                names.add(Words.decodeExtended(parameter.value()));
            } else if (name.startsWith(key + "*")) {
                String section = name.substring(key.length() + 1);
                boolean encoded = section.endsWith("*");
                String number = encoded ? section.substring(0, section.length() - 1) : section;
                if (number.matches("\\d{1,3}")) {
                    extended |= encoded;
                    sections.putIfAbsent(Integer.valueOf(number), parameter.value());
                }
            }
        }
        if (!sections.isEmpty()) {
            String joined = String.join("", sections.values());
            names.add(extended ? Words.decodeExtended(joined) : Words.decodeWords(joined));
        }
        for (String value : parameters.values(key)) {
            names.add(Words.decodeWords(value));
        }
        names.removeIf(String::isEmpty);
        return new ArrayList<>(names);
    }
}
