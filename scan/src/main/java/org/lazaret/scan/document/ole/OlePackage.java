package org.lazaret.scan.document.ole;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import org.apache.commons.io.input.BoundedInputStream;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * A file packed into a document by the Object Packager: the {@code Ole10Native} stream and the native data of OLE 1 objects ([MS-OLEDS]
 * 2.2.5 and what the Packager puts there: label, path, temporary path, data). A double click runs it.
 */
public final class OlePackage {
    private static final int MAX_TEXT = 1024;

    private OlePackage() {
    }

    /** @param stream data that begins with its size, as the stream holds it */
    static void judgeStream(Item item, InputStream stream, Examination examination) throws IOException, LimitExceeded {
        byte[] size = stream.readNBytes(4);
        if (size.length == 4) {
            judge(item, stream, examination);
        }
    }

    /** @param data what follows the size */
    public static void judge(Item item, InputStream data, Examination examination) throws IOException, LimitExceeded {
        PushbackInputStream in = new PushbackInputStream(data, 16);
        byte[] head = in.readNBytes(8);
        in.unread(head);
        if (head.length < 4) {
            return;
        }
        int first = head[2] & 0xff;
        boolean packed = Bytes.u16(head, 0) == 2 && (first >= 0x20 || first == 0) && first != 0xff;
        if (!packed) {
            examination.child(item, "native data", "", in, -1);
            return;
        }
        in.readNBytes(2);
        String label = text(in);
        String path = text(in);
        byte[] kind = in.readNBytes(4);
        boolean link = kind.length == 4 && Bytes.u16(kind, 2) == 1;
        String labelName = base(label);
        String pathName = base(path);
        String name = pathName.isEmpty() ? labelName : pathName;
        if (kind.length < 4 || link) {
            boolean runs = Links.isExecutable(path) || Links.isExecutable(label) || Links.isCommand(path);
            examination.finding(item, runs ? "office.package.command" : "office.package", label + " → " + path);
            return;
        }
        byte[] length = in.readNBytes(4);
        if (length.length == 4) {
            in.skipNBytes(Math.clamp(Bytes.u32(length, 0), 0, MAX_TEXT));
        }
        byte[] size = in.readNBytes(4);
        examination.finding(item, "office.package", label.isEmpty() ? path : label);
        if (!labelName.isEmpty() && !labelName.equalsIgnoreCase(name)) {
            examination.nameOnly(item, labelName);
        }
        if (size.length == 4) {
            InputStream content = BoundedInputStream.builder().setInputStream(in).setMaxCount(Bytes.u32(size, 0)).setPropagateClose(false).get();
            examination.child(item, name.isEmpty() ? "package" : name, "", content, -1);
        } else {
            examination.child(item, name.isEmpty() ? "package" : name, "", new ByteArrayInputStream(new byte[0]), -1);
        }
    }

    private static String base(String path) {
        return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1).strip();
    }

    private static String text(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        int c = in.read();
        while (c > 0) {
            if (text.length() < MAX_TEXT) {
                text.append((char) c);
            }
            c = in.read();
        }
        return text.toString();
    }
}
