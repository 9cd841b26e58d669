package org.lazaret.scan.document.outlook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.ole.Bytes;
import org.lazaret.scan.document.ole.CompoundFile;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Type;

/**
 * Outlook's own container, {@code winmail.dat} ([MS-OXTNEF]): attachments under the long names that Outlook shows, messages inside them
 * as TNEF of their own. What is cut off is malformed: Outlook shows what it can read of it.
 */
public final class TnefAnalyser implements Analyser {
    private static final long SIGNATURE = 0x223e9f78L;
    private static final int RENDERING = 0x9002;
    private static final int TITLE = 0x8010;
    private static final int TRANSPORT_NAME = 0x9001;
    private static final int DATA = 0x800f;
    private static final int PROPERTIES = 0x9005;
    private static final int MAX_PROPERTIES = 4 << 20;
    private static final int MAX_ATTRIBUTES = 100_000;
    private static final String EMBEDDED_MESSAGE = "00020307-0000-0000-c000-000000000046";

    /** One attachment as it is gathered from its attributes. */
    private static final class Pending {
        String title = "";
        String transport = "";
        String shortName = "";
        String longName = "";
        String type = "";
        long at = -1;
        long length;
        long objectAt = -1;
        long objectLength;

        String name() {
            return !longName.isEmpty() ? longName : !title.isEmpty() ? title : !transport.isEmpty() ? transport : shortName.isEmpty()
                ? "attachment" : shortName;
        }
    }

    @Override
    public boolean handles(Item item) {
        return item.is(Type.TNEF);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        Content content = item.content();
        byte[] head = content.range(0, 6);
        if (head.length < 6 || Bytes.u32(head, 0) != SIGNATURE) {
            return;
        }
        long at = 6;
        @Nullable Pending pending = null;
        boolean cut = false;
        for (int i = 0; i < MAX_ATTRIBUTES && at < content.size(); i++) {
            examination.checkTime();
            byte[] header = content.range(at, 9);
            if (header.length < 9 || header[0] != 1 && header[0] != 2) {
                cut = true;
                break;
            }
            int id = Bytes.u16(header, 1);
            long length = Bytes.u32(header, 5);
            long data = at + 9;
            long there = Math.min(length, content.size() - data);
            if (id == RENDERING || pending == null && header[0] == 2) {
                hand(item, content, pending, examination);
                pending = new Pending();
            }
            if (pending != null) {
                attribute(content, pending, id, data, there);
            }
            if (there < length) {
                cut = true;
                break;
            }
            at = data + length + 2;
        }
        hand(item, content, pending, examination);
        if (cut) {
            examination.unscannable(item, Reason.MALFORMED, "TNEF cut off or damaged");
        }
    }

    private static void attribute(Content content, Pending pending, int id, long data, long length) throws IOException {
        switch (id) {
            case TITLE -> pending.title = text(content.range(data, (int) Math.min(length, 4096)));
            case TRANSPORT_NAME -> pending.transport = text(content.range(data, (int) Math.min(length, 4096)));
            case DATA -> {
                pending.at = data;
                pending.length = length;
            }
            case PROPERTIES -> properties(content, pending, data, (int) Math.min(length, Integer.MAX_VALUE));
            default -> { }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).replace("\0", "");
    }

    private static void hand(Item item, Content content, @Nullable Pending pending, Examination examination) throws IOException, LimitExceeded {
        if (pending == null) {
            return;
        }
        if (pending.at >= 0 && pending.length > 0) {
            try (InputStream in = new Slice(content, pending.at, pending.at + pending.length)) {
                examination.child(item, pending.name(), pending.type, in, -1);
            }
        }
        if (pending.objectAt >= 0) {
            try (InputStream in = new Slice(content, pending.objectAt, pending.objectAt + pending.objectLength)) {
                examination.child(item, pending.name(), pending.type, in, -1);
            }
        } else if (pending.at < 0 && !pending.name().equals("attachment")) {
            examination.nameOnly(item, pending.name());
        }
        if (!pending.title.isEmpty() && !pending.longName.isEmpty() && !pending.title.equalsIgnoreCase(pending.longName)
            && !pending.title.contains("~")) {
            examination.nameOnly(item, pending.title);
        }
        if (!pending.transport.isEmpty() && !pending.transport.equalsIgnoreCase(pending.name()) && !pending.transport.contains("~")) {
            examination.nameOnly(item, pending.transport);
        }
    }

    /** The MAPI properties of an attachment ([MS-OXTNEF] 2.1.3.4). */
    private static void properties(Content content, Pending pending, long start, int length) throws IOException {
        long end = start + length;
        long at = start;
        byte[] counts = content.range(at, 4);
        if (counts.length < 4) {
            return;
        }
        long count = Math.min(Bytes.u32(counts, 0), 10_000);
        at += 4;
        for (long i = 0; i < count && at + 8 <= end; i++) {
            byte[] tag = content.range(at, 4);
            if (tag.length < 4) {
                return;
            }
            int type = Bytes.u16(tag, 0) & 0x0fff;
            boolean multiple = (Bytes.u16(tag, 0) & 0x1000) != 0;
            int id = Bytes.u16(tag, 2);
            at += 4;
            if (id >= 0x8000) {
                byte[] named = content.range(at, 24);
                if (named.length < 24) {
                    return;
                }
                at += 24 + (Bytes.u32(named, 16) == 1 ? padded(Bytes.u32(named, 20)) : 0);
            }
            boolean variable = type == 0x1e || type == 0x1f || type == 0x0d || type == 0x102;
            long values = 1;
            if (variable || multiple) {
                byte[] number = content.range(at, 4);
                if (number.length < 4) {
                    return;
                }
                values = Math.min(Bytes.u32(number, 0), 10_000);
                at += 4;
            }
            for (long v = 0; v < values && at < end; v++) {
                if (!variable) {
                    at += type == 5 || type == 6 || type == 7 || type == 0x14 || type == 0x40 ? 8 : type == 0x48 ? 16 : 4;
                    continue;
                }
                byte[] size = content.range(at, 4);
                if (size.length < 4) {
                    return;
                }
                long bytes = Bytes.u32(size, 0);
                property(content, pending, id, type, at + 4, Math.min(bytes, end - at - 4));
                at += 4 + padded(bytes);
            }
        }
    }

    private static long padded(long length) {
        return length + 3 & ~3L;
    }

    private static void property(Content content, Pending pending, int id, int type, long at, long length) throws IOException {
        if (id == 0x3701) {
            boolean object = type == 0x0d && length > 16;
            pending.objectAt = object ? at + 16 : at;
            pending.objectLength = object ? length - 16 : length;
            if (object && isMessage(content.range(at, 16)) && pending.longName.isEmpty()) {
                pending.longName = pending.title.isEmpty() ? "message" : pending.title;
            }
            return;
        }
        if (length > MAX_PROPERTIES || type != 0x1e && type != 0x1f) {
            return;
        }
        byte[] bytes = content.range(at, (int) Math.min(length, 4096));
        String text = type == 0x1f ? new String(bytes, StandardCharsets.UTF_16LE).replace("\0", "") : text(bytes);
        switch (id) {
            case 0x3707 -> pending.longName = text;
            case 0x3704 -> pending.shortName = text;
            case 0x370e -> pending.type = text.toLowerCase(Locale.ROOT);
            default -> { }
        }
    }

    private static boolean isMessage(byte[] identifier) {
        return identifier.length == 16 && CompoundFile.clsid(identifier, 0).equals(EMBEDDED_MESSAGE);
    }
}
