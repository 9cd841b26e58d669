package org.lazaret.scan.engine.icap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fields of a header or trailer. A folded value keeps its lines, since {@code X-Violations-Found} gives them a meaning. */
final class Headers {
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*?)[ \t]*");
    private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0A-\\x1F\\x7F]");

    private record Field(String name, String value) {
    }

    private final List<Field> fields = new ArrayList<>();

    /** @param lines without their ends */
    static Headers of(List<String> lines) throws IOException {
        Headers headers = new Headers();
        for (String line : lines) {
            if (CONTROLS.matcher(line).find()) {
                throw new IOException("The ICAP server sent a header with control characters");
            }
            if (line.startsWith(" ") || line.startsWith("\t")) {
                headers.fold(line);
                continue;
            }
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new IOException("The ICAP server sent a header that is none: " + Answers.printable(line));
            }
            headers.fields.add(new Field(field.group(1).toLowerCase(Locale.ROOT), field.group(2)));
        }
        return headers;
    }

    /** @param name in lower case */
    List<String> all(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).toList();
    }

    /** The first one; {@code name} in lower case. */
    Optional<String> first(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).findFirst();
    }

    /** The members of a comma-separated list, in lower case; {@code name} in lower case. */
    List<String> list(String name) {
        List<String> members = new ArrayList<>();
        for (String value : all(name)) {
            for (String member : value.split(",", -1)) {
                if (!member.isBlank()) {
                    members.add(member.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return members;
    }

    private void fold(String line) throws IOException {
        if (fields.isEmpty()) {
            throw new IOException("The ICAP server sent a header that begins with a space");
        }
        Field last = fields.removeLast();
        fields.add(new Field(last.name(), last.value() + "\n" + line.strip()));
    }
}
