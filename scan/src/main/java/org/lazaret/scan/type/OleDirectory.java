package org.lazaret.scan.type;

import java.io.IOException;
import java.util.Locale;
import org.lazaret.scan.inspect.Content;

/** The root entry of an OLE2 compound file ([MS-CFB] 2.6): its CLSID tells Windows Installer packages from documents. */
final class OleDirectory {
    private OleDirectory() {
    }

    /** Whether Windows Installer opens it: package 000C1084, patch 000C1086, transform 000C1082 (-0000-0000-C000-000000000046). */
    static boolean isInstaller(Content content, Bytes head) throws IOException {
        int shift = head.u16(30);
        long first = head.u32(48);
        if (shift != 9 && shift != 12 || first < 0) {
            return false;
        }
        Bytes root = Bytes.of(content, first + 1 << shift, 128);
        String clsid = clsid(root);
        return clsid.equals("000c1084") || clsid.equals("000c1086") || clsid.equals("000c1082");
    }

    private static String clsid(Bytes root) {
        return String.format(Locale.ROOT, "%08x", Math.max(root.u32(80), 0));
    }
}
