package org.lazaret.scan.document.ooxml;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lazaret.scan.document.ole.Bytes;

/**
 * Parts of binary workbooks ([MS-XLSB]) as far as they start something: DDE links and the names that run Excel 4 macros. Formulas are not
 * looked into. At most {@value #MAX_RECORDS} records are read, {@value #MAX_DATA} bytes of one.
 *
 * @param links      service and topic of DDE links, a bar between them
 * @param automatic  whether a name runs by itself
 */
record BinaryPart(List<String> links, boolean automatic) {
    private static final int BEGIN_BOOK = 131;
    private static final int BEGIN_SUPPORTING_BOOK = 360;
    private static final int NAME = 39;
    private static final int DDE = 1;
    private static final int MAX_RECORDS = 1_000_000;
    private static final int MAX_DATA = 16 << 10;
    private static final int MAX_LINKS = 100;

    /** Whether it begins as a workbook or a link to another one does. */
    static boolean begins(byte[] head) {
        int type = head.length < 3 || (head[0] & 0x80) == 0 ? 0 : head[0] & 0x7f | (head[1] & 0x7f) << 7;
        return type == BEGIN_BOOK || type == BEGIN_SUPPORTING_BOOK;
    }

    static BinaryPart read(InputStream in) throws IOException {
        List<String> links = new ArrayList<>();
        boolean automatic = false;
        try {
            for (int i = 0; i < MAX_RECORDS; i++) {
                int first = in.read();
                if (first < 0) {
                    break;
                }
                int type = (first & 0x80) == 0 ? first : first & 0x7f | (next(in) & 0x7f) << 7;
                int length = length(in);
                byte[] data = in.readNBytes(Math.min(length, MAX_DATA));
                in.skipNBytes(length - (long) data.length);
                if (type == NAME) {
                    automatic |= isAutomatic(data);
                } else if (type == BEGIN_SUPPORTING_BOOK && data.length > 2 && Bytes.u16(data, 0) == DDE && links.size() < MAX_LINKS) {
                    String service = text(data, 2);
                    links.add(service + '|' + text(data, 6 + 2 * service.length()));
                }
            }
        } catch (EOFException e) {
            // Cut off: what came before counts.
        }
        return new BinaryPart(links, automatic);
    }

    private static int next(InputStream in) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException();
        }
        return b;
    }

    private static int length(InputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = next(in);
            length |= (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                break;
            }
        }
        return length;
    }

    private static boolean isAutomatic(byte[] data) {
        String even = new String(data, StandardCharsets.UTF_16LE);
        String odd = data.length > 1 ? new String(data, 1, data.length - 1, StandardCharsets.UTF_16LE) : "";
        String text = (even + odd).toLowerCase(Locale.ROOT);
        return text.contains("auto_open") || text.contains("auto_close") || text.contains("auto_activate") || text.contains("auto_deactivate");
    }

    private static String text(byte[] data, int at) {
        if (at + 4 > data.length) {
            return "";
        }
        long bytes = Math.min(Bytes.u32(data, at) * 2, data.length - at - 4L);
        return new String(data, at + 4, (int) bytes, StandardCharsets.UTF_16LE);
    }
}
