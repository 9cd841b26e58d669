package org.lazaret.scan.document.ole;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.InflaterInputStream;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * ActiveMime: the packed compound file that Word keeps the macros of web pages and XML documents in ({@code editdata.mso}), as a file of
 * its own, or as base64 in text, whatever frames it: Word looks for it in files of any name.
 */
public final class ActiveMimeAnalyser implements Analyser {
    private static final byte[] PLAIN = Bytes.ascii("ActiveMime");
    private static final byte[] ENCODED = Bytes.ascii("QWN0aXZlTWlt");
    private static final int MAX_TEXT = 32 << 20;
    private static final int MAX_OBJECTS = 20;

    @Override
    public boolean handles(Item item) {
        try {
            return Bytes.startsWith(item.content().range(0, PLAIN.length), PLAIN)
                || item.is(Type.MIME_MESSAGE) || item.is(Type.XML) || item.is(Type.HTML) || item.is(Type.TEXT);
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        byte[] bytes = item.content().range(0, (int) Math.min(item.content().size(), MAX_TEXT));
        if (Bytes.startsWith(bytes, PLAIN)) {
            unpack(item, bytes, examination);
            return;
        }
        int at = 0;
        for (int i = 0; i < MAX_OBJECTS && (at = Bytes.indexOf(bytes, ENCODED, at)) >= 0; i++) {
            int end = at;
            while (end < bytes.length && isBase64(bytes[end])) {
                end++;
            }
            byte[] decoded = Base64.getMimeDecoder().decode(trimmed(bytes, at, end));
            examination.charge(decoded.length);
            unpack(item, decoded, examination);
            at = end;
        }
    }

    private static boolean isBase64(byte c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '\r' || c == '\n'
            || c == ' ' || c == '\t';
    }

    private static byte[] trimmed(byte[] bytes, int from, int to) {
        byte[] digits = new byte[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] > ' ') {
                digits[count++] = bytes[i];
            }
        }
        return java.util.Arrays.copyOf(digits, count % 4 == 1 ? count - 1 : count);
    }

    /** The data begins where a zlib header stands; usually at 0x32. */
    private static void unpack(Item item, byte[] bytes, Examination examination) throws IOException, LimitExceeded {
        for (int at = PLAIN.length; at + 2 < Math.min(bytes.length, 2048); at++) {
            if ((bytes[at] & 0x0f) == 8 && ((bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff) % 31 == 0) {
                byte[] head;
                try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
                    head = in.readNBytes(8);
                } catch (IOException e) {
                    continue;
                }
                if (CompoundFile.isOne(head) || head.length == 8 && at == 0x32) {
                    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
                        examination.child(item, "editdata.mso", "", in, bytes.length - at);
                    }
                    return;
                }
            }
        }
        examination.finding(item, "office.activemime", "ActiveMime that cannot be unpacked");
    }
}
