package org.lazaret.scan.type;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.lazaret.scan.inspect.Content;

/**
 * Finds a zip at the beginning or the end of content and tells by its entries what the programs that open it take it for
 * (APPNOTE.TXT 4.3; ECMA-376-2; ODF 1.3 part 2; the JAR and APK formats).
 */
final class ZipKind {
    /** The end record and the longest comment behind it, APPNOTE.TXT 4.3.16. */
    static final int END_REACH = 22 + 0xffff;
    /** The end record, with its comment, must be the last thing in the content. */
    static final int VERY_END = Integer.MAX_VALUE;
    /** Central directory looked at, in bytes. */
    private static final int DIRECTORY_REACH = 1 << 20;
    /** Local headers followed when there is no usable central directory. */
    private static final int LOCAL_HEADERS = 64;

    private boolean contentTypes;
    private boolean openDocument;
    private boolean javaArchive;
    private boolean androidManifest;
    private boolean appxManifest;
    private boolean payload;
    private int entries;

    private ZipKind() {
    }

    /**
     * Types of the zip in the content; empty when there is none.
     *
     * @param from place in the tail from which on an end record counts that is not the very end of the content; for content that does
     *             not begin as a zip
     */
    static Set<Type> types(Content content, Bytes head, Bytes tail, int from) throws IOException {
        boolean atStart = head.at(0, "PK\3\4") || head.at(0, "PK\5\6") || head.at(0, "PK\7\10PK\3\4") || head.at(0, "PK00PK\3\4")
            || head.at(0, "PK\6\6") || head.at(0, "PK\1\2");
        ZipKind kind = new ZipKind();
        boolean atEnd = kind.directory(content, tail, atStart ? 0 : from);
        if (!atStart && !atEnd) {
            return EnumSet.noneOf(Type.class);
        }
        if (atStart) {
            kind.locals(content, head.at(0, "PK\7\10") || head.at(0, "PK00") ? 4 : 0);
        }
        return kind.types();
    }

    private Set<Type> types() {
        Set<Type> types = EnumSet.of(Type.ZIP);
        if (appxManifest) {
            types.add(Type.MSIX);
        } else if (contentTypes) {
            types.add(Type.OOXML);
        }
        if (openDocument) {
            types.add(Type.ODF);
        }
        if (androidManifest) {
            types.add(Type.APK);
        } else if (javaArchive && !appxManifest) {
            types.add(Type.JAR);
        }
        if (payload) {
            types.add(Type.IPA);
        }
        return types;
    }

    /** Reads the central directory that an end record in the tail leads to. */
    private boolean directory(Content content, Bytes tail, int from) throws IOException {
        long tailAt = content.size() - tail.size();
        for (int end = tail.lastIndexOf("PK\5\6", tail.size() - 22); end >= 0; end = tail.lastIndexOf("PK\5\6", end - 1)) {
            if (end < from && end + 22 + tail.u16(end + 20) != tail.size()) {
                continue;
            }
            long size = tail.u32(end + 12);
            long offset = tail.u32(end + 16);
            if (tail.u16(end + 10) == 0 && size == 0 && tail.u16(end + 20) == tail.size() - end - 22) {
                return true;
            }
            // Data may stand in front of the zip: the directory ends where the end record begins.
            for (long at : new long[] {tailAt + end - size, offset}) {
                Bytes first = Bytes.of(content, at, 4);
                if (first.at(0, "PK\1\2")) {
                    central(Bytes.of(content, at, (int) Math.min(Math.max(size, 46), DIRECTORY_REACH)));
                    return true;
                }
            }
            if (size == 0xffffffffL || offset == 0xffffffffL) {
                long directory = zip64Directory(content, tail, end);
                if (directory >= 0) {
                    central(Bytes.of(content, directory, DIRECTORY_REACH));
                    return true;
                }
            }
        }
        return false;
    }

    private static long zip64Directory(Content content, Bytes tail, int end) throws IOException {
        if (!tail.at(end - 20, "PK\6\7")) {
            return -1;
        }
        Bytes record = Bytes.of(content, tail.u64(end - 20 + 8), 56);
        return record.at(0, "PK\6\6") && Bytes.of(content, record.u64(48), 4).at(0, "PK\1\2") ? record.u64(48) : -1;
    }

    private void central(Bytes directory) {
        int at = 0;
        while (directory.at(at, "PK\1\2") && directory.u16(at + 32) >= 0) {
            entry(directory.latin1(at + 46, directory.u16(at + 28)));
            at += 46 + directory.u16(at + 28) + directory.u16(at + 30) + directory.u16(at + 32);
        }
    }

    private void locals(Content content, long start) throws IOException {
        long at = start;
        for (int i = 0; i < LOCAL_HEADERS; i++) {
            Bytes local = Bytes.of(content, at, 30);
            if (!local.at(0, "PK\3\4") || local.u16(28) < 0) {
                return;
            }
            Bytes name = Bytes.of(content, at + 30, local.u16(26));
            entry(name.latin1(0, name.size()));
            if (name.latin1(0, 8).equals("mimetype") && i == 0) {
                String mediaType = Bytes.of(content, at + 30 + local.u16(26) + local.u16(28), 64).latin1(0, 64);
                openDocument |= mediaType.startsWith("application/vnd.oasis.opendocument") || mediaType.startsWith("application/vnd.sun.xml");
            }
            at += 30L + local.u16(26) + local.u16(28) + local.u32(18);
        }
    }

    private void entry(String name) {
        String lower = name.toLowerCase(Locale.ROOT).replace('\\', '/');
        entries++;
        contentTypes |= lower.equals("[content_types].xml");
        openDocument |= lower.equals("content.xml") && entries < 40 || lower.equals("meta-inf/manifest.xml");
        javaArchive |= lower.equals("meta-inf/manifest.mf") || lower.endsWith(".class");
        androidManifest |= lower.equals("androidmanifest.xml") || lower.equals("classes.dex") || lower.equals("base/manifest/androidmanifest.xml");
        appxManifest |= lower.equals("appxmanifest.xml") || lower.equals("appxmetadata/appxbundlemanifest.xml");
        payload |= lower.startsWith("payload/") && lower.contains(".app/");
    }
}
