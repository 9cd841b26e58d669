package org.lazaret.scan.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A structured field value: the value proper and its parameters (RFC 2045, section 5.1), read leniently, with a note of whatever was
 * not as the grammar has it.
 *
 * @param main   lower case, without comments
 * @param list   in order; names lower case, quotes and escapes undone
 * @param clean  whether the grammar was followed
 */
record Parameters(String main, List<Parameter> list, boolean clean) {
    private static final int MAX_UNCLOSED = 8;
    /** A name without a semicolon before it: readers show it all the same. */
    private static final Pattern UNSEPARATED = Pattern.compile("[\\s:,]((?:file)?name)\\s{0,8}=\\s{0,8}(?:\"([^\"]{0,1000})\"?|(\\S{1,1000}))",
        Pattern.CASE_INSENSITIVE);

    /** @param value as written, without quotes */
    record Parameter(String name, String value, boolean quoted) {
    }

    static Parameters parse(String field) {
        return new Parser(field).parse();
    }

    /** The values of one name, in order; continuations and encodings of RFC 2231 are names of their own. */
    List<String> values(String name) {
        List<String> values = new ArrayList<>(1);
        for (Parameter parameter : list) {
            if (parameter.name().equals(name)) {
                values.add(parameter.value());
            }
        }
        return values;
    }

    private static final class Parser {
        private final String text;
        private int position;
        private boolean clean = true;
        private int unclosed;

        Parser(String text) {
            this.text = text;
        }

        Parameters parse() {
            String first = token(false).strip();
            String main = Fields.lower(first);
            List<Parameter> list = new ArrayList<>();
            if (first.indexOf('=') > 0) {
                Matcher name = UNSEPARATED.matcher(first);
                if (name.find()) {
                    boolean quoted = name.group(2) != null;
                    list.add(new Parameter(Fields.lower(name.group(1)), quoted ? name.group(2) : name.group(3), quoted));
                }
            }
            while (position < text.length()) {
                position++;
                skipBlank();
                if (position >= text.length()) {
                    break;
                }
                String name = Fields.lower(token(true)).strip();
                if (position < text.length() && text.charAt(position) == '=') {
                    position++;
                    skipBlank();
                    if (position < text.length() && text.charAt(position) == '"') {
                        list.add(new Parameter(name, quoted(), true));
                        String rest = token(false).strip();
                        clean &= rest.isEmpty();
                    } else {
                        String value = token(false).strip();
                        clean &= !value.isEmpty() && value.chars().noneMatch(c -> c <= ' ' || c == '"' || c == 127);
                        list.add(new Parameter(name, value, false));
                    }
                } else {
                    clean &= name.isEmpty();
                }
            }
            return new Parameters(main, list, clean);
        }

        /** Up to a semicolon, or also an equals sign; comments left out. */
        private String token(boolean untilEquals) {
            StringBuilder token = new StringBuilder();
            while (position < text.length()) {
                char c = text.charAt(position);
                if (c == ';' || untilEquals && c == '=') {
                    break;
                }
                if (c == '(') {
                    int end = comment(position);
                    if (end > 0) {
                        position = end;
                        continue;
                    }
                    clean = false;
                }
                token.append(c);
                position++;
            }
            return token.toString();
        }

        /** The end of the comment that begins here; -1 when it does not end, or too many before it did not. */
        private int comment(int start) {
            if (unclosed > MAX_UNCLOSED) {
                return -1;
            }
            int depth = 0;
            for (int i = start; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    i++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')' && --depth == 0) {
                    return i + 1;
                }
            }
            unclosed++;
            return -1;
        }

        private void skipBlank() {
            while (position < text.length()) {
                char c = text.charAt(position);
                int end = c == '(' ? comment(position) : -1;
                if (end > 0) {
                    position = end;
                } else if (c == ' ' || c == '\t') {
                    position++;
                } else {
                    return;
                }
            }
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            position++;
            while (position < text.length()) {
                char c = text.charAt(position++);
                if (c == '"') {
                    return value.toString();
                }
                if (c == '\\' && position < text.length()) {
                    c = text.charAt(position++);
                }
                value.append(c);
            }
            clean = false;
            return value.toString();
        }
    }
}
