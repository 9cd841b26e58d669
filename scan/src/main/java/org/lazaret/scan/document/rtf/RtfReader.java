package org.lazaret.scan.document.rtf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Splits RTF into the few destinations that matter. Hexadecimal object data is gathered over white space, unknown control words, nested
 * groups and binary runs, in two readings: with what nested groups hold and without, since Word takes either depending on the group.
 *
 * <p>Limits: {@value #MAX_OBJECT} bytes of one object, {@value #MAX_TEXT} characters of one field, {@value #MAX_OBJECTS} objects, groups
 * {@value #MAX_DEPTH} deep.
 */
final class RtfReader {
    static final int MAX_OBJECT = 32 << 20;
    static final int MAX_OBJECTS = 1000;
    private static final int MAX_TEXT = 16 << 10;
    private static final int MAX_DEPTH = 10_000;
    private static final Set<String> DATA = Set.of("objdata", "datastore", "objhtml");
    private static final Set<String> TEXTS = Set.of("fldinst", "template", "objclass", "objname", "nextfile", "filetbl", "file", "linkval",
        "datafield",
        "hlsrc", "hlfr", "hlloc", "mailmergedatasource", "mmdatasource", "mmheadersource");

    /**
     * @param all   every hexadecimal digit below the destination
     * @param outer only those that no nested group holds
     */
    record ObjectData(String destination, String className, byte[] all, byte[] outer) {
    }

    record Text(String destination, String text) {
    }

    private static final class Group {
        final String destination;
        final boolean owner;

        Group(String destination, boolean owner) {
            this.destination = destination;
            this.owner = owner;
        }
    }

    private final InputStream in;
    private final Deque<Group> groups = new ArrayDeque<>();
    private int pushed = -2;
    private String destination = "";
    private boolean owner;
    private Digits all = new Digits();
    private Digits outer = new Digits();
    private final StringBuilder text = new StringBuilder();
    private String className = "";
    private int skip;
    private int unicodeSkip = 1;
    final List<ObjectData> objects = new ArrayList<>();
    final List<Text> texts = new ArrayList<>();
    boolean update;
    boolean linked;
    boolean overLimit;
    boolean hiddenTemplate;

    RtfReader(InputStream in) {
        this.in = in;
    }

    private int next() throws IOException {
        if (pushed != -2) {
            int c = pushed;
            pushed = -2;
            return c;
        }
        return in.read();
    }

    void read() throws IOException {
        int c;
        while ((c = next()) >= 0) {
            if (c == '{') {
                if (groups.size() < MAX_DEPTH) {
                    groups.push(new Group(destination, owner));
                }
                owner = false;
            } else if (c == '}') {
                close();
            } else if (c == '\\') {
                control();
            } else if (c != '\r' && c != '\n') {
                take(c);
            }
        }
        while (!groups.isEmpty()) {
            close();
        }
        finish();
    }

    private void close() {
        if (owner) {
            finish();
        }
        Group group = groups.poll();
        destination = group == null ? "" : group.destination;
        owner = group != null && group.owner;
    }

    private void finish() {
        if (DATA.contains(destination)) {
            if (all.size() > 0 && objects.size() < MAX_OBJECTS) {
                objects.add(new ObjectData(destination, className, all.bytes(), outer.bytes()));
            }
            overLimit |= all.full || objects.size() >= MAX_OBJECTS;
            all = new Digits();
            outer = new Digits();
        } else if (TEXTS.contains(destination)) {
            if (destination.equals("objclass")) {
                className = text.toString().strip();
            }
            if (!text.isEmpty() && texts.size() < MAX_OBJECTS * 10) {
                texts.add(new Text(destination, text.toString()));
            }
            text.setLength(0);
        }
        owner = false;
    }

    private void take(int c) {
        if (skip > 0) {
            skip--;
            return;
        }
        if (DATA.contains(destination)) {
            int digit = Character.digit(c, 16);
            if (digit >= 0) {
                all.add(digit);
                if (owner) {
                    outer.add(digit);
                }
            }
        } else if (TEXTS.contains(destination) && text.length() < MAX_TEXT) {
            text.append((char) c);
        }
    }

    private void control() throws IOException {
        int c = next();
        if (c == '\'') {
            int high = Character.digit(next(), 16);
            int low = Character.digit(next(), 16);
            if (skip > 0) {
                skip--;
            } else if (TEXTS.contains(destination) && high >= 0 && low >= 0 && text.length() < MAX_TEXT) {
                text.append((char) (high << 4 | low));
            }
            return;
        }
        if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
            if ((c == '\\' || c == '{' || c == '}') && TEXTS.contains(destination) && text.length() < MAX_TEXT) {
                text.append((char) c);
            }
            return;
        }
        StringBuilder word = new StringBuilder();
        while (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
            if (word.length() < 64) {
                word.append((char) c);
            }
            c = next();
        }
        boolean negative = c == '-';
        if (negative) {
            c = next();
        }
        long number = 0;
        boolean numbered = false;
        while (c >= '0' && c <= '9') {
            numbered = true;
            number = Math.min(number * 10 + c - '0', Integer.MAX_VALUE);
            c = next();
        }
        if (c != ' ') {
            pushed = c;
        }
        word(word.toString(), negative ? -number : number, numbered);
    }

    private void word(String word, long number, boolean numbered) throws IOException {
        switch (word) {
            case "bin" -> binary(number);
            case "u" -> {
                if (numbered) {
                    if (TEXTS.contains(destination) && text.length() < MAX_TEXT) {
                        text.append((char) (number & 0xffff));
                        // Writers escape what is not ASCII; ASCII that is escaped is meant to be overlooked.
                        hiddenTemplate |= destination.equals("template") && (number & 0xffff) < 0x80;
                    }
                    skip = unicodeSkip;
                }
            }
            case "uc" -> unicodeSkip = (int) Math.clamp(number, 0, 100);
            case "objupdate", "objautlink" -> {
                update |= word.equals("objupdate");
                linked |= word.equals("objautlink");
            }
            case "objlink" -> linked = true;
            default -> {
                skip = 0;
                if (DATA.contains(word) || TEXTS.contains(word)) {
                    if (owner) {
                        finish();
                    }
                    destination = word;
                    owner = true;
                } else if (word.equals("pict") || word.equals("fldrslt") || word.equals("result") || word.equals("fonttbl")
                    || word.equals("themedata")) {
                    destination = word;
                    owner = true;
                }
            }
        }
    }

    private void binary(long length) throws IOException {
        boolean data = DATA.contains(destination);
        for (long i = 0; i < length; i++) {
            int c = next();
            if (c < 0) {
                return;
            }
            if (data) {
                all.add(c >> 4);
                all.add(c & 15);
                if (owner) {
                    outer.add(c >> 4);
                    outer.add(c & 15);
                }
            }
        }
    }

    private static final class Digits {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int high = -1;
        boolean full;

        void add(int digit) {
            if (high < 0) {
                high = digit;
            } else {
                if (out.size() < MAX_OBJECT) {
                    out.write(high << 4 | digit);
                } else {
                    full = true;
                }
                high = -1;
            }
        }

        int size() {
            return out.size();
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
