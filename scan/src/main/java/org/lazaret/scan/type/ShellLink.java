package org.lazaret.scan.type;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a shortcut starts ([MS-SHLLINK] 2.4 StringData, 2.3 LinkInfo): relative path and arguments, for the evidence. */
final class ShellLink {
    private static final int HAS_ID_LIST = 1;
    private static final int HAS_LINK_INFO = 2;
    private static final int UNICODE = 0x80;
    private static final int MAX_STRING = 4096;

    private ShellLink() {
    }

    /** Strings in the order of the file: name, relative path, working folder, arguments, icon; empty when it is broken. */
    static String target(Bytes link) {
        long flags = link.u32(20);
        int at = 76;
        if (flags < 0) {
            return "";
        }
        if ((flags & HAS_ID_LIST) != 0) {
            at += 2 + Math.max(link.u16(at), 0);
        }
        List<String> strings = new ArrayList<>();
        if ((flags & HAS_LINK_INFO) != 0) {
            long size = link.u32(at);
            long path = link.u32(at + 16);
            if (path > 0 && path < size && (link.u32(at + 8) & 1) != 0) {
                String local = link.latin1((int) (at + path), 260);
                int nul = local.indexOf('\0');
                strings.add(nul < 0 ? local : local.substring(0, nul));
            }
            at += (int) Math.clamp(size, 0, link.size());
        }
        for (int flag = 2; flag < 7; flag++) {
            if ((flags & 1 << flag) == 0) {
                continue;
            }
            int length = link.u16(at);
            if (length < 0) {
                break;
            }
            int bytes = (flags & UNICODE) != 0 ? 2 * length : length;
            int shown = Math.min(bytes, MAX_STRING);
            byte[] raw = link.latin1(at + 2, shown).getBytes(StandardCharsets.ISO_8859_1);
            strings.add(new String(raw, (flags & UNICODE) != 0 ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1).strip());
            at += 2 + bytes;
        }
        return String.join(" ", strings).replaceAll("\\s{2,}", " ");
    }
}
