package org.lazaret.policy.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A line of a {@link Properties} file and where it stands. A file read as a whole does not tell lines, nor keys that are given twice.
 *
 * @param number of its first line in the file, from 1
 * @param value  without spaces at its ends
 * @param defect what is wrong with how the line is written; then key and value are empty
 */
public record PropertyLine(int number, String key, String value, @Nullable String defect) {

    /** All lines but comments and empty ones, in order. */
    public static List<PropertyLine> parse(String text) {
        String[] natural = text.split("\r\n|\r|\n", -1);
        List<PropertyLine> lines = new ArrayList<>();
        for (int next = 0; next < natural.length;) {
            int number = next + 1;
            String first = natural[next++];
            String start = first.stripLeading();
            if (start.isEmpty() || start.startsWith("#") || start.startsWith("!")) {
                continue;
            }
            StringBuilder logical = new StringBuilder(first);
            while (goesOn(natural[next - 1]) && next < natural.length) {
                logical.append('\n').append(natural[next++]);
            }
            lines.add(parse(number, logical.toString()));
        }
        return lines;
    }

    private static boolean goesOn(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end--;
        }
        return (line.length() - end) % 2 == 1;
    }

    private static PropertyLine parse(int number, String logical) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(logical));
        } catch (IllegalArgumentException e) {
            return new PropertyLine(number, "", "", e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String key = one.stringPropertyNames().iterator().next();
        return new PropertyLine(number, key, one.getProperty(key, "").strip(), null);
    }
}
