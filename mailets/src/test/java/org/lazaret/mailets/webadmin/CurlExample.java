package org.lazaret.mailets.webadmin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of documentation that calls curl, in words as a shell takes them apart: the options that the examples use, and no others.
 *
 * @param headers names and values in turn
 */
record CurlExample(List<String> words, String method, String target, String body, String... headers) {
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");

    /** All lines of a document that begin with curl, not yet filled in. */
    static List<CurlExample> read(Path document) throws IOException {
        return Files.readAllLines(document).stream().filter(line -> line.startsWith("curl "))
            .map(line -> new CurlExample(split(line), "", "", "")).toList();
    }

    /** Quotes, and a comment at the end; variables stay. */
    private static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int at = 0; at < line.length(); at++) {
            char character = line.charAt(at);
            if (quote == 0 && character == '#' && word.isEmpty()) {
                break;
            }
            if (quote == '"' && character == '\\') {
                at++;
                word.append(line.charAt(at));
            } else if (quote == 0 && (character == '"' || character == '\'')) {
                quote = character;
            } else if (character == quote) {
                quote = 0;
            } else if (quote == 0 && character == ' ') {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(character);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    /**
     * What would be sent.
     *
     * @param file what stands in files
     */
    CurlExample with(Map<String, String> variables, String file) {
        List<String> filled = words.stream().map(word -> filled(word, variables)).toList();
        String verb = "GET";
        String address = "";
        String content = "";
        List<String> fields = new ArrayList<>();
        Iterator<String> rest = filled.iterator();
        rest.next();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case "-X" -> verb = rest.next();
                case "-d", "--data-binary" -> content = rest.next();
                case "-H" -> fields.addAll(List.of(rest.next().split(": ", 2)));
                case "-T" -> {
                    verb = "PUT";
                    content = file;
                    rest.next();
                }
                case "-o", "-D" -> rest.next();
                case "-i" -> { }
                default -> address = word;
            }
        }
        if (!content.isEmpty() && !content.equals(file) && fields.stream().noneMatch("Content-Type"::equals)) {
            fields.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        }
        return new CurlExample(filled, verb, address, content, fields.toArray(String[]::new));
    }

    private static String filled(String word, Map<String, String> variables) {
        return VARIABLE.matcher(word).replaceAll(match -> {
            if (!variables.containsKey(match.group(1))) {
                throw new IllegalArgumentException("No value for " + match.group());
            }
            return Matcher.quoteReplacement(variables.get(match.group(1)));
        });
    }
}
