package org.lazaret.scan.mime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.inspect.Content;

/**
 * Files written into text: uuencode and base64 between {@code begin} and {@code end} (POSIX), yEnc, BinHex 4 (RFC 1741), and bare base64
 * that begins with the magic of a kind of file that can hurt.
 */
final class TextBlocks {

    /** Takes what is found. */
    interface Found {
        /** A file begins; hands back what takes its bytes. */
        Output begin(String rule, String name) throws IOException;

        void end() throws IOException;
    }

    static final String UUENCODE = "mime.text.uuencode";
    static final String YENC = "mime.text.yenc";
    static final String BINHEX = "mime.text.binhex";
    static final String BASE64 = "mime.text.base64";

    private static final Pattern BEGIN = Pattern.compile("begin(-base64)? [0-7]{3,4} ?(.{0,1000})");
    private static final Pattern NAME = Pattern.compile("name=(.{0,1000})");
    private static final String BINHEX_ALPHABET = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    private static final List<String> MAGICS = List.of("TVqQ", "TVo", "TVp", "TVr", "TVNDRg", "UEsDB", "UmFyIR", "JVBERi", "0M8R4KGx", "N3q8ry",
        "H4sI", "e1xydG", "WDVPIV", "f0VMRg", "yv66vg", "TAAAAAEUAg");
    private static final int WINDOW = 1 << 16;

    private TextBlocks() {
    }

    /** Whether a line of the text begins like one of the blocks; cheap. */
    static boolean hinted(Content content, byte[] head) throws IOException {
        if (hinted(content, head, head.length, 0)) {
            return true;
        }
        byte[] window = new byte[head.length < content.size() ? WINDOW : 0];
        for (long at = head.length; at < content.size();) {
            int count = content.read(at, window, 0, window.length);
            if (count <= 0 || hinted(content, window, count, at)) {
                return count > 0;
            }
            at += count;
        }
        return false;
    }

    private static boolean hinted(Content content, byte[] window, int count, long at) throws IOException {
        boolean lineStart = true;
        for (int i = 0; i < count; i++) {
            byte c = window[i];
            if (c == '\n') {
                lineStart = true;
            } else if (lineStart && c != ' ' && c != '\r') {
                lineStart = false;
                if (hint(c) && (i + 1 == count || second(c).indexOf(window[i + 1]) >= 0)) {
                    byte[] line = content.range(at + i, 48);
                    if (block(line) || base64(line)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean hint(byte c) {
        return switch (c) {
            case 'b', '=', '(', 'T', 'U', 'J', '0', 'N', 'H', 'e', 'W', 'f', 'y' -> true;
            default -> false;
        };
    }

    /** What can follow the first character of a block. */
    private static String second(byte first) {
        return switch (first) {
            case 'b' -> "e";
            case '=' -> "y";
            case '(' -> "T";
            case 'T' -> "VA";
            case 'U' -> "Em";
            case 'J' -> "V";
            case '0' -> "M";
            case 'N' -> "3";
            case 'H' -> "4";
            case 'e' -> "1";
            case 'W' -> "D";
            case 'f' -> "0";
            default -> "v";
        };
    }

    private static boolean block(byte[] line) {
        return Texts.startsWith(line, 0, "begin ") || Texts.startsWith(line, 0, "begin-base64 ") || Texts.startsWith(line, 0, "=ybegin ")
                || Texts.startsWith(line, 0, "(This file must be converted");
    }

    private static boolean base64(byte[] line) {
        for (String magic : MAGICS) {
            if (Texts.startsWith(line, 0, magic)) {
                int run = 0;
                while (run < line.length && alphabet(line[run])) {
                    run++;
                }
                return run >= 24 || run == line.length;
            }
        }
        return false;
    }

    private static boolean alphabet(byte c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=';
    }

    /** Hands on every file in the text. */
    static void extract(Content content, Found found) throws IOException {
        Lines lines = new Lines(content.open());
        byte @Nullable [] line = lines.next();
        while (line != null) {
            line = indented(line);
            String text = line.length < 2000 ? Texts.latin(line) : "";
            Matcher begin = BEGIN.matcher(text);
            if (begin.matches()) {
                String name = Words.text(begin.group(2).strip());
                line = begin.group(1) == null ? uuencode(lines, name, found) : beginBase64(lines, name, found);
            } else if (text.startsWith("=ybegin ")) {
                line = yenc(lines, text, found);
            } else if (text.startsWith("(This file must be converted with BinHex")) {
                line = binhex(lines, found);
            } else if (line.length > 0 && hint(line[0]) && base64(line)) {
                line = bare(lines, line, found);
            } else {
                line = lines.next();
            }
        }
    }

    private static byte[] indented(byte[] line) {
        int blank = 0;
        while (blank < line.length && line[blank] == ' ') {
            blank++;
        }
        return blank == 0 ? line : Arrays.copyOfRange(line, blank, line.length);
    }

    private static byte @Nullable [] uuencode(Lines lines, String name, Found found) throws IOException {
        byte @Nullable [] line = lines.next();
        if (line == null || !uuLine(line)) {
            return line;
        }
        Output output = found.begin(UUENCODE, name);
        while (line != null && uuLine(line)) {
            int length = (line[0] - ' ') & 63;
            byte[] decoded = new byte[length];
            for (int i = 0; i < length; i++) {
                int at = 1 + i / 3 * 4;
                int a = six(line, at + i % 3);
                int b = six(line, at + i % 3 + 1);
                decoded[i] = (byte) (a << 2 * (i % 3 + 1) | b >> 4 - 2 * (i % 3));
            }
            output.write(decoded, 0, length);
            line = lines.next();
        }
        found.end();
        return line;
    }

    /** A length and about as many characters as it calls for; a line with none ends the block. */
    private static boolean uuLine(byte[] line) {
        if (line.length == 0 || line[0] <= ' ' || line[0] > '`' || line[0] == '`') {
            return false;
        }
        int length = (line[0] - ' ') & 63;
        int needed = (length + 2) / 3 * 4;
        if (line.length - 1 < needed - 4 || line.length - 1 > needed + 2) {
            return false;
        }
        for (int i = 1; i < line.length; i++) {
            if (line[i] < ' ' || line[i] > '`') {
                return false;
            }
        }
        return true;
    }

    private static int six(byte[] line, int at) {
        return at < line.length ? (line[at] - ' ') & 63 : 0;
    }

    private static byte @Nullable [] beginBase64(Lines lines, String name, Found found) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        Output output = found.begin(UUENCODE, name);
        byte @Nullable [] line = lines.next();
        while (line != null && !Texts.startsWith(line, 0, "====") && encodedLine(line)) {
            encoded.write(line, 0, line.length);
            if (encoded.size() % 4 == 0 && encoded.size() > WINDOW) {
                flush(encoded, output);
            }
            line = lines.next();
        }
        flush(encoded, output);
        found.end();
        return line;
    }

    private static boolean encodedLine(byte[] line) {
        for (byte c : line) {
            if (!alphabet(c) && c != ' ' && c != '\t') {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] bare(Lines lines, byte[] first, Found found) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        Output output = found.begin(BASE64, "");
        byte @Nullable [] line = first;
        boolean blank = false;
        while (line != null && encodedLine(line) && !(blank && line.length > 0 && line.length < 4)) {
            blank = line.length == 0;
            encoded.write(line, 0, line.length);
            if (encoded.size() % 4 == 0 && encoded.size() > WINDOW) {
                flush(encoded, output);
            }
            line = lines.next();
        }
        if (line != null) {
            int run = 0;
            while (run < line.length && alphabet(line[run])) {
                run++;
            }
            encoded.write(line, 0, run);
            line = lines.next();
        }
        flush(encoded, output);
        found.end();
        return line;
    }

    private static void flush(ByteArrayOutputStream encoded, Output output) throws IOException {
        Base64Variant.CONCATENATED.decode(new ByteArrayInputStream(encoded.toByteArray()), output);
        encoded.reset();
    }

    private static byte @Nullable [] yenc(Lines lines, String begin, Found found) throws IOException {
        Matcher matcher = NAME.matcher(begin);
        Output output = found.begin(YENC, matcher.find() ? Words.text(matcher.group(1).strip()) : "");
        byte @Nullable [] line = lines.next();
        boolean escaped = false;
        while (line != null && !Texts.startsWith(line, 0, "=yend")) {
            if (!Texts.startsWith(line, 0, "=ypart ")) {
                byte[] decoded = new byte[line.length];
                int count = 0;
                for (byte b : line) {
                    if (b == '=' && !escaped) {
                        escaped = true;
                    } else {
                        decoded[count++] = (byte) (b - 42 - (escaped ? 64 : 0));
                        escaped = false;
                    }
                }
                output.write(decoded, 0, count);
            }
            line = lines.next();
        }
        found.end();
        return line;
    }

    private static byte @Nullable [] binhex(Lines lines, Found found) throws IOException {
        BinHex file = new BinHex(found);
        int bits = 0;
        int held = 0;
        int colons = 0;
        byte @Nullable [] line = lines.next();
        while (line != null && colons < 2) {
            for (byte b : line) {
                int value = BINHEX_ALPHABET.indexOf(b & 0xFF);
                if (b == ':') {
                    colons++;
                } else if (value >= 0 && colons == 1) {
                    bits = bits << 6 | value;
                    held += 6;
                    if (held >= 8) {
                        held -= 8;
                        file.packed(bits >> held & 0xFF);
                    }
                }
            }
            line = lines.next();
        }
        file.end();
        return line;
    }

    /** The header and the data fork, out of run-length encoding: 0x90 and a count repeat the byte before, 0x90 and 0 is 0x90. */
    private static final class BinHex {
        private static final int REPEAT = 0x90;
        private final Found found;
        private final byte[] block = new byte[1 << 12];
        private int count;
        private int last;
        private boolean repeats;
        private int need = 1;
        private long left = -1;
        private @Nullable Output output;

        BinHex(Found found) {
            this.found = found;
        }

        void packed(int b) throws IOException {
            if (repeats) {
                repeats = false;
                if (b == 0) {
                    plain(REPEAT);
                }
                for (int i = 1; i < b; i++) {
                    plain(last);
                }
            } else if (b == REPEAT) {
                repeats = true;
            } else {
                plain(b);
            }
        }

        private void plain(int b) throws IOException {
            last = b;
            if (output != null) {
                if (left-- > 0) {
                    block[count++] = (byte) b;
                    if (count == block.length) {
                        output.write(block, 0, count);
                        count = 0;
                    }
                }
                return;
            }
            block[count++] = (byte) b;
            if (count == 1) {
                need = 1 + b + 1 + 4 + 4 + 2 + 4 + 4 + 2;
            }
            if (count == need) {
                int name = block[0] & 0xFF;
                left = ByteBuffer.wrap(block).getInt(1 + name + 1 + 4 + 4 + 2) & 0xFFFFFFFFL;
                output = found.begin(BINHEX, Words.text(Texts.latin(Arrays.copyOfRange(block, 1, 1 + name))));
                count = 0;
            }
        }

        void end() throws IOException {
            if (output != null) {
                output.write(block, 0, count);
                found.end();
            }
        }
    }
}
