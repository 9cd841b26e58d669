package org.lazaret.scan.engine.yara;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of {@code yara --print-namespace --print-meta}: {@code namespace:rule [name="text",name=5,name=true] file}.
 *
 * <p>The command escapes quotes, backslashes and whatever is not printable ASCII in texts, so nothing of a rule ends a line or a text but
 * what is meant to. Versions differ in whether a blank stands before the equals sign of a number.
 *
 * @param meta in order; the same name may stand there twice
 */
record Match(String namespace, String rule, List<Meta> meta) {
    private static final String ESCAPES = "abtnvfr";
    private static final String ESCAPED = "\u0007\b\t\n\u000B\f\r";

    /** @param value numbers and truth values as written */
    record Meta(String name, String value) {
    }

    Match {
        meta = List.copyOf(meta);
    }

    /**
     * @param line a character for each byte, without its end
     * @param file as given to the command
     * @throws IOException when it is no such line to the last character
     */
    static Match parse(String line, String file) throws IOException {
        return new Parser(line).match(file);
    }

    private static final class Parser {
        private final String line;
        private int position;

        Parser(String line) {
            this.line = line;
        }

        Match match(String file) throws IOException {
            String namespace = identifier();
            expect(":");
            String rule = identifier();
            expect(" [");
            List<Meta> meta = new ArrayList<>();
            if (!next("]")) {
                do {
                    meta.add(meta());
                } while (next(","));
                expect("]");
            }
            expect(" " + file);
            if (position != line.length()) {
                throw broken();
            }
            return new Match(namespace, rule, meta);
        }

        private Meta meta() throws IOException {
            String name = identifier();
            next(" ");
            expect("=");
            if (next("\"")) {
                return new Meta(name, text());
            }
            int start = position;
            if (!next("true") && !next("false")) {
                next("-");
                int digits = position;
                while (position < line.length() && isDigit(line.charAt(position))) {
                    position++;
                }
                if (position == digits) {
                    throw broken();
                }
            }
            return new Meta(name, line.substring(start, position));
        }

        /** Up to its closing quote, which is passed as well. */
        private String text() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (!next("\"")) {
                char c = take();
                if (c < ' ' || c > '~') {
                    throw broken();
                }
                bytes.write(c == '\\' ? escaped() : c);
            }
            return bytes.toString(StandardCharsets.UTF_8);
        }

        private int escaped() throws IOException {
            char c = take();
            int letter = ESCAPES.indexOf(c);
            if (letter >= 0) {
                return ESCAPED.charAt(letter);
            }
            if (c == '"' || c == '\'' || c == '\\') {
                return c;
            }
            int value = octal(c) * 64 + octal(take()) * 8 + octal(take());
            if (value > 255) {
                throw broken();
            }
            return value;
        }

        private int octal(char c) throws IOException {
            if (c < '0' || c > '7') {
                throw broken();
            }
            return c - '0';
        }

        private String identifier() throws IOException {
            int start = position;
            while (position < line.length() && isIdentifier(line.charAt(position), position == start)) {
                position++;
            }
            if (position == start) {
                throw broken();
            }
            return line.substring(start, position);
        }

        private static boolean isIdentifier(char c, boolean first) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || !first && isDigit(c);
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private char take() throws IOException {
            if (position == line.length()) {
                throw broken();
            }
            return line.charAt(position++);
        }

        private boolean next(String expected) {
            if (!line.startsWith(expected, position)) {
                return false;
            }
            position += expected.length();
            return true;
        }

        private void expect(String expected) throws IOException {
            if (!next(expected)) {
                throw broken();
            }
        }

        private IOException broken() {
            return new IOException("Not an answer of yara: " + (line.length() > 100 ? line.substring(0, 100) + "…" : line));
        }
    }
}
