package org.lazaret.scan.document.outlook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.ole.Bytes;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Type;

/**
 * OneNote sections: every FileDataStoreObject ([MS-ONESTORE] 2.6.13) is a file that a double click opens. Their names stand elsewhere in
 * the section; every text that is nothing but a file name is judged as one, when there is a file that is no picture.
 */
public final class OneNoteAnalyser implements Analyser {
    private static final byte[] OBJECT = {(byte) 0xe7, 0x16, (byte) 0xe3, (byte) 0xbd, 0x65, 0x26, 0x11, 0x45, (byte) 0xa4, (byte) 0xc4, (byte) 0x8d,
        0x4d, 0x0b, 0x7a, (byte) 0x9e, (byte) 0xac};
    /** guidFileFormat of sections that come from a server ([MS-ONESTORE] 2.8): their files lie in the clear, without an object around them. */
    private static final byte[] SERVED = {0x2f, (byte) 0xe9, (byte) 0x8d, 0x63, (byte) 0xd4, (byte) 0xa6, (byte) 0xc1, 0x4b};
    private static final byte[][] FILES = {{'M', 'Z'}, {'P', 'K', 3, 4}, {'%', 'P', 'D', 'F', '-'}, {'{', '\\', 'r', 't'},
        {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1}, {'L', 0, 0, 0, 1, 0x14, 2, 0},
        {'R', 'a', 'r', '!'}, {'<', 'h', 't', 'm', 'l'}, {'<', 's', 'c', 'r', 'i', 'p', 't'}, {'<', 'j', 'o', 'b'}};
    private static final int DATA = 36;
    private static final int WINDOW = 1 << 20;
    private static final int MAX_OBJECTS = 2000;
    private static final int MAX_NAMES = 32;
    private static final int MAX_CARVED = 16;
    private static final Pattern NAME = Pattern.compile("(?<![\\x20-\\x7e])[\\w .()\\[\\]&+,-]{1,80}\\.[A-Za-z][A-Za-z0-9-]{1,14}(?![\\x20-\\x7e])");

    @Override
    public boolean handles(Item item) {
        return item.is(Type.ONENOTE);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        examination.finding(item, "office.onenote", "OneNote section");
        Content content = item.content();
        Set<String> names = new LinkedHashSet<>();
        int objects = 0;
        boolean served = Bytes.startsWith(content.range(48, SERVED.length), SERVED);
        boolean others = served;
        long size = content.size();
        for (long start = 0; start < size; start += WINDOW) {
            examination.checkTime();
            byte[] window = content.range(start, WINDOW + 512);
            int at = 0;
            while ((at = Bytes.indexOf(window, OBJECT, at)) >= 0 && at < WINDOW) {
                if (++objects > MAX_OBJECTS) {
                    examination.unscannable(item, Reason.OVER_LIMIT, "OneNote section with more than " + MAX_OBJECTS + " files");
                    return;
                }
                others |= object(item, content, start + at, objects, examination);
                at += OBJECT.length;
            }
            names(window, names);
            if (served) {
                objects += carve(item, content, window, start, objects, examination);
            }
        }
        if (others) {
            for (String name : names) {
                examination.nameOnly(item, name);
            }
        }
    }

    /** Hands on what begins as a file does; where it ends is not told. */
    private static int carve(Item item, Content content, byte[] window, long start, int before, Examination examination) throws IOException,
        LimitExceeded {
        int found = 0;
        for (byte[] magic : FILES) {
            int at = 0;
            while ((at = Bytes.indexOf(window, magic, at)) >= 0 && at < WINDOW && before + found < MAX_CARVED) {
                int header = magic.length == 2 && at + 64 <= window.length ? Bytes.i32(window, at + 60) : 0;
                boolean sound = magic.length > 2
                    || header > 0 && header < 4096 && at + header + 4 <= window.length && Bytes.i32(window, at + header) == 0x4550;
                if (sound) {
                    found++;
                    try (InputStream in = new Slice(content, start + at, content.size())) {
                        examination.child(item, "file " + (before + found), "", in, -1);
                    }
                }
                at += magic.length;
            }
        }
        return found;
    }

    private static boolean object(Item item, Content content, long at, int number, Examination examination) throws IOException, LimitExceeded {
        byte[] header = content.range(at, DATA + 8);
        if (header.length < DATA) {
            examination.unscannable(item, Reason.MALFORMED, "OneNote file cut off");
            return false;
        }
        long length = Bytes.u32(header, 16) | Bytes.u32(header, 20) << 32;
        boolean whole = length >= 0 && length <= content.size() - at - DATA;
        try (InputStream in = new Slice(content, at + DATA, whole ? at + DATA + length : content.size())) {
            examination.child(item, "file " + number, "", in, -1);
        }
        String start = header.length > DATA ? Bytes.latin(java.util.Arrays.copyOfRange(header, DATA, header.length)) : "";
        return !start.startsWith("\u0089PNG") && !start.startsWith("\u00ff\u00d8\u00ff") && !start.startsWith("GIF8")
            && !start.startsWith("\1\0\0\0");
    }

    private static void names(byte[] window, Set<String> names) {
        for (int shift = 0; shift < 2; shift++) {
            String text = new String(window, shift, window.length - shift, StandardCharsets.UTF_16LE);
            Matcher matcher = NAME.matcher(text);
            while (names.size() < MAX_NAMES && matcher.find()) {
                names.add(matcher.group().strip());
            }
        }
    }
}
