package org.lazaret.scan.document.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads values the way lenient viewers do: what is missing is taken as present, what is broken as ended. Bounded: nesting of
 * {@value #MAX_DEPTH}, {@value #MAX_ELEMENTS} elements of one array, {@value #MAX_TEXT} bytes of one string.
 */
final class Parser {
    static final int MAX_DEPTH = 64;
    static final int MAX_ELEMENTS = 100_000;
    static final int MAX_TEXT = 4 << 20;
    private static final int MAX_NAME = 256;

    private final Source source;
    private long at;

    Parser(Source source, long at) {
        this.source = source;
        this.at = at;
    }

    long position() {
        return at;
    }

    static boolean isSpace(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
    }

    static boolean isDelimiter(int c) {
        return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '/' || c == '%' || c < 0;
    }

    void skipSpace() throws IOException {
        while (true) {
            int c = source.get(at);
            if (isSpace(c)) {
                at++;
            } else if (c == '%') {
                while (c >= 0 && c != '\n' && c != '\r') {
                    c = source.get(++at);
                }
            } else {
                return;
            }
        }
    }

    Value value() throws IOException {
        return value(0);
    }

    private Value value(int depth) throws IOException {
        skipSpace();
        int c = source.get(at);
        if (c == '/') {
            return name();
        }
        if (c == '(') {
            return literal();
        }
        if (c == '<') {
            return source.get(at + 1) == '<' ? depth > MAX_DEPTH ? skip(2) : dictionary(depth) : hexadecimal();
        }
        if (c == '[') {
            return depth > MAX_DEPTH ? skip(1) : array(depth);
        }
        if (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.') {
            return number();
        }
        if (c < 0 || isDelimiter(c)) {
            return Value.Other.OTHER;
        }
        while (!isSpace(c) && !isDelimiter(c)) {
            c = source.get(++at);
        }
        return Value.Other.OTHER;
    }

    private Value skip(int bytes) {
        at += bytes;
        return Value.Other.OTHER;
    }

    private Value number() throws IOException {
        long number = digits();
        long after = at;
        if (number >= 0 && number < Integer.MAX_VALUE && isSpace(source.get(at))) {
            skipSpace();
            int c = source.get(at);
            if (c >= '0' && c <= '9') {
                digits();
                skipSpace();
                int next = source.get(at + 1);
                if (source.get(at) == 'R' && (isSpace(next) || isDelimiter(next))) {
                    at++;
                    return new Value.Reference((int) number);
                }
            }
        }
        at = after;
        return new Value.Number(number);
    }

    private long digits() throws IOException {
        long number = 0;
        boolean negative = false;
        boolean fraction = false;
        while (true) {
            int c = source.get(at);
            if (c >= '0' && c <= '9') {
                if (!fraction && number < Long.MAX_VALUE / 20) {
                    number = number * 10 + c - '0';
                }
            } else if (c == '-') {
                negative = true;
            } else if (c == '.') {
                fraction = true;
            } else if (c != '+') {
                break;
            }
            at++;
        }
        return negative ? -number - 1 : number;
    }

    private Value.Name name() throws IOException {
        StringBuilder text = new StringBuilder();
        boolean escaped = false;
        int c = source.get(++at);
        while (!isSpace(c) && !isDelimiter(c)) {
            int high = c == '#' ? Character.digit(source.get(at + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(source.get(at + 2), 16) : -1;
            if (low >= 0) {
                c = high << 4 | low;
                escaped |= Character.isLetterOrDigit(c) && c < 0x80;
                at += 2;
            }
            if (text.length() < MAX_NAME) {
                text.append((char) c);
            }
            c = source.get(++at);
        }
        return new Value.Name(text.toString(), escaped);
    }

    private Value.Text literal() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(32);
        int depth = 1;
        at++;
        while (true) {
            int c = source.get(at++);
            if (c < 0) {
                at--;
                break;
            }
            if (c == '\\') {
                c = escape();
                if (c < 0) {
                    continue;
                }
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                break;
            }
            if (text.size() < MAX_TEXT) {
                text.write(c);
            }
        }
        return new Value.Text(text.toByteArray());
    }

    private int escape() throws IOException {
        int c = source.get(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '\r' -> {
                if (source.get(at) == '\n') {
                    at++;
                }
                yield -1;
            }
            case '\n' -> -1;
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int number = c - '0';
                for (int i = 0; i < 2; i++) {
                    int digit = source.get(at) - '0';
                    if (digit < 0 || digit > 7) {
                        break;
                    }
                    number = number * 8 + digit;
                    at++;
                }
                yield number & 0xff;
            }
            default -> c;
        };
    }

    private Value.Text hexadecimal() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(32);
        int high = -1;
        int c = source.get(++at);
        while (c >= 0 && c != '>') {
            int digit = Character.digit(c, 16);
            if (digit >= 0) {
                if (high < 0) {
                    high = digit;
                } else {
                    if (text.size() < MAX_TEXT) {
                        text.write(high << 4 | digit);
                    }
                    high = -1;
                }
            }
            c = source.get(++at);
        }
        if (high >= 0) {
            text.write(high << 4);
        }
        at++;
        return new Value.Text(text.toByteArray());
    }

    private Value array(int depth) throws IOException {
        List<Value> elements = new ArrayList<>();
        at++;
        while (true) {
            skipSpace();
            int c = source.get(at);
            if (c == ']') {
                at++;
                break;
            }
            if (c < 0 || c == '>' && source.get(at + 1) == '>' || source.startsWith("endobj", at)) {
                break;
            }
            long before = at;
            Value value = value(depth + 1);
            at += at == before ? 1 : 0;
            if (elements.size() < MAX_ELEMENTS && !(value instanceof Value.Other) && !(value instanceof Value.Number && elements.size() > 8)) {
                elements.add(value);
            }
        }
        return new Value.Array(elements);
    }

    private Value dictionary(int depth) throws IOException {
        Map<String, Value> entries = new LinkedHashMap<>();
        at += 2;
        while (true) {
            skipSpace();
            int c = source.get(at);
            if (c == '>') {
                at += source.get(at + 1) == '>' ? 2 : 1;
                break;
            }
            if (c < 0 || source.startsWith("endobj", at) || source.startsWith("stream", at)) {
                break;
            }
            if (c != '/') {
                long before = at;
                value(depth + 1);
                at += at == before ? 1 : 0;
                continue;
            }
            Value.Name key = name();
            Value value = value(depth + 1);
            if (entries.size() < MAX_ELEMENTS) {
                put(entries, key, value);
            }
        }
        return new Value.Dictionary(entries, null);
    }

    /** Of a key given twice both values are kept, since viewers differ in which they take. */
    private static void put(Map<String, Value> entries, Value.Name key, Value value) {
        Value before = entries.putIfAbsent(key.text(), value);
        if (before != null) {
            entries.put(key.text(), value instanceof Value.Number ? value : new Value.Array(List.of(before, value)));
        }
        if (key.escaped()) {
            entries.put("\nescaped", key);
        }
    }
}
