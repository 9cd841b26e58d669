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
import org.lazaret.scan.type.Type;

/**
 * OneNote sections: every FileDataStoreObject ([MS-ONESTORE] 2.6.13) is a file that a double click opens. Their names stand elsewhere in
 * the section; every text that is nothing but a file name is judged as one, when there is a file that is no picture.
 */
public final class OneNoteAnalyser implements Analyser {
    private static final byte[] OBJECT = {(byte) 0xe7, 0x16, (byte) 0xe3, (byte) 0xbd, 0x65, 0x26, 0x11, 0x45, (byte) 0xa4, (byte) 0xc4, (byte) 0x8d,
        0x4d, 0x0b, 0x7a, (byte) 0x9e, (byte) 0xac};
    private static final int DATA = 36;
    private static final int WINDOW = 1 << 20;
    private static final int MAX_OBJECTS = 2000;
    private static final int MAX_NAMES = 32;
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
        boolean others = false;
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
        }
        if (others) {
            for (String name : names) {
                examination.nameOnly(item, name);
            }
        }
    }

    private static boolean object(Item item, Content content, long at, int number, Examination examination) throws IOException, LimitExceeded {
        byte[] header = content.range(at, DATA + 8);
        if (header.length < DATA) {
            examination.unscannable(item, Reason.MALFORMED, "OneNote file cut off");
            return false;
        }
        long length = Bytes.u32(header, 16) | Bytes.u32(header, 20) << 32;
        boolean whole = length >= 0 && length <= content.size() - at - DATA;
        try (InputStream in = new ContentRange(content, at + DATA, whole ? length : content.size() - at - DATA)) {
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
