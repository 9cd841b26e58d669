package org.lazaret.scan.type;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.lazaret.scan.inspect.Content;

/**
 * Tells types by the bytes. A polyglot has each of its types: a picture with a zip behind it is both, an Office document is a zip too.
 * The name is asked only where the programs that open a text ask it as well: the same text is a script or a note by its extension.
 */
public final class Types {
    /** From most to least telling, for {@link #primary}. */
    private static final List<Type> ORDER = order();

    private Types() {
    }

    private static List<Type> order() {
        List<Type> order = new ArrayList<>(List.of(Type.PE, Type.MSI, Type.MSIX, Type.APK, Type.IPA, Type.JAR, Type.OOXML, Type.ODF, Type.LNK,
            Type.CHM,
            Type.ENCODED_SCRIPT, Type.PDF, Type.RTF, Type.SVG, Type.HTML, Type.ZIP));
        for (Type type : Type.values()) {
            if (!order.contains(type)) {
                order.add(type);
            }
        }
        return order;
    }

    /** The type to show when one has to do: the first format of the bytes, in its most special form. */
    public static Type primary(Set<Type> types) {
        return ORDER.stream().filter(types::contains).findFirst().orElse(Type.UNKNOWN);
    }

    /**
     * Every type that a reader could take the content for; never empty.
     *
     * @param name name of the file, empty for none
     */
    public static Set<Type> detect(Content content, String name) throws IOException {
        if (content.size() == 0) {
            return EnumSet.of(Type.EMPTY);
        }
        Bytes head = Bytes.of(content, 0, Magic.REACH);
        Bytes tail = Bytes.of(content, Math.max(0, content.size() - ZipKind.END_REACH), ZipKind.END_REACH);
        Set<Type> types = EnumSet.noneOf(Type.class);
        for (Magic magic : Magic.TABLE) {
            if (magic.matches(head) && believed(magic.type(), head, content)) {
                types.add(magic.type());
            }
        }
        binary(content, head, tail, types);
        types.addAll(ZipKind.types(content, head, tail, end(types, head, tail)));
        boolean binary = !types.isEmpty();
        int pdf = head.indexOf("%PDF-", 0);
        if (pdf >= 0 && pdf < 1024) {
            types.add(Type.PDF);
        }
        Optional<String> text = TextSniffer.text(new Bytes(Arrays.copyOf(head.array(), Math.min(head.size(), TextSniffer.REACH))));
        if (text.isPresent()) {
            Set<Type> textual = TextSniffer.types(text.get(), name);
            textual.removeIf(type -> (binary || types.contains(Type.PDF)) && (type == Type.TEXT || type == Type.XML));
            types.addAll(textual);
        }
        rtf(head, types);
        if (types.contains(Type.PDF) && (hasMessage(head) || hasMessage(tail))) {
            types.add(Type.MIME_MESSAGE);
        }
        if (isPicture(types) || types.contains(Type.PDF) || types.contains(Type.RTF)) {
            Appended appended = Appended.find(content);
            if (appended.isPresent()) {
                types.addAll(appended.types());
            }
        }
        if (types.isEmpty()) {
            types.add(Type.UNKNOWN);
        }
        return types;
    }

    /**
     * From where on in the tail the end record of an appended zip is believed. Documents, archives and disk images hold whole zips
     * inside: there it must be the very end.
     */
    private static int end(Set<Type> types, Bytes head, Bytes tail) {
        for (Type type : types) {
            if (type == Type.OLE2 || Families.of(type) == Families.ARCHIVE || Families.of(type) == Families.DISK || type == Type.PST
                || type == Type.MS_ACCESS
                || type == Type.ONENOTE || type == Type.TNEF) {
                return ZipKind.VERY_END;
            }
        }
        return head.indexOf("%PDF-", 0) >= 0 ? Math.max(tail.lastIndexOf("%%EOF", tail.size()), 0) : 0;
    }

    /** A message behind a PDF, which Word opens as a single-file web page ("MalDoc in PDF"). */
    private static boolean hasMessage(Bytes bytes) {
        int at = bytes.indexOf("MIME-Version:", 0);
        at = at >= 0 ? at : bytes.indexOf("Mime-Version:", 0);
        at = at >= 0 ? at : bytes.indexOf("mime-version:", 0);
        return at >= 0 && bytes.indexOf("ontent-", at) >= 0;
    }

    private static boolean isPicture(Set<Type> types) {
        return types.contains(Type.PNG) || types.contains(Type.JPEG) || types.contains(Type.GIF) || types.contains(Type.BMP)
            || types.contains(Type.WEBP)
            || types.contains(Type.AUDIO) || types.contains(Type.VIDEO);
    }

    /** Word opens what begins with {@code {\rt}, whatever follows. */
    private static void rtf(Bytes head, Set<Type> types) {
        int at = 0;
        while (head.u8(at) == ' ' || head.u8(at) >= 9 && head.u8(at) <= 13) {
            at++;
        }
        if (head.at(at, "{\\rt") || head.at(0, "\357\273\277{\\rt")) {
            types.add(Type.RTF);
            types.remove(Type.TEXT);
        }
    }

    private static void binary(Content content, Bytes head, Bytes tail, Set<Type> types) throws IOException {
        if (head.at(0, "MZ") || head.at(0, "ZM")) {
            if (PortableExecutable.hasNewHeader(content, 0)) {
                types.add(Type.PE);
            } else if (!isPlainText(head)) {
                types.add(Type.DOS_EXE);
            }
        }
        if (head.at(0, "\312\376\272\276") || head.at(0, "\312\376\272\277")) {
            // A fat Mach-O counts its architectures where a class file has its version, which is 45 at least.
            types.add(head.u8(3) == 0xbf || head.u32be(4) < 45 ? Type.MACH_O : Type.JAVA_CLASS);
        } else if (head.at(0, "\276\272\376\312")) {
            types.add(Type.MACH_O);
        }
        if (types.contains(Type.OLE2) && OleDirectory.isInstaller(content, head)) {
            types.add(Type.MSI);
        }
        if (head.at(0, "BM") && head.u32(14) >= 12 && head.u32(14) <= 124 && head.u32(10) >= 26) {
            types.add(Type.BMP);
        }
        if (!types.contains(Type.TAR) && isOldTar(head)) {
            types.add(Type.TAR);
        }
        if (head.at(0, "\135\0\0") && (head.u8(12) == 0 || head.u8(12) == 0xff) && head.u8(13) == 0 && content.size() > 13) {
            types.add(Type.LZMA);
        }
        if (head.at(4, "ftyp") && !types.contains(Type.HEIF)) {
            types.add(Type.VIDEO);
        }
        if (tail.at(tail.size() - 512, "conectix")) {
            types.add(Type.VHD);
        }
        if (tail.at(tail.size() - 512, "koly")) {
            types.add(Type.DMG);
        }
        diskImage(head, types);
        if (head.u8(0) == 0x30 && (head.u8(1) == 0x80 || head.u8(1) == 0x82 || head.u8(1) == 0x83 || head.u8(1) == 0x81)
            && head.indexOf("\6\11\52\206\110\206\367\15\1\7", 0) >= 0 && head.indexOf("\6\11\52\206\110\206\367\15\1\7", 0) < 16) {
            types.add(Type.PKCS7);
        }
        if (head.u8(0) == 0x84 || head.u8(0) == 0x85 || head.u8(0) == 0xc1 || head.u8(0) == 0xc3) {
            // OpenPGP public-key or passphrase encrypted session key packets, RFC 9580 5.1 and 5.3, version 3 to 6
            int version = head.u8(0) == 0x85 ? head.u8(3) : head.u8(2);
            if (version == 3 || version == 4 || version == 5 || version == 6) {
                types.add(Type.PGP);
            }
        }
    }

    private static void diskImage(Bytes head, Set<Type> types) {
        for (int sector = 16; sector < 24; sector++) {
            int at = sector * 2048 + 1;
            if (head.at(at, "NSR02") || head.at(at, "NSR03") || head.at(at, "BEA01")) {
                types.add(Type.UDF);
            }
        }
        boolean jump = head.u8(0) == 0xeb && head.u8(2) == 0x90 || head.u8(0) == 0xe9;
        if (head.u16(510) == 0xaa55 && (jump && (head.u16(11) == 512 || head.u16(11) == 2048 || head.u16(11) == 4096) || isPartitionTable(head))) {
            types.add(Type.DISK_IMAGE);
        }
        if (head.at(512, "EFI PART") || head.at(1024, "H+\0\4") || head.at(1024, "HX\0\5") || head.at(32, "NXSB") && types.isEmpty()) {
            types.add(Type.DISK_IMAGE);
        }
    }

    /** A master boot record: four entries whose status is 00 or 80, one of them used. */
    private static boolean isPartitionTable(Bytes head) {
        boolean used = false;
        for (int at = 446; at < 510; at += 16) {
            int status = head.u8(at);
            if (status != 0 && status != 0x80) {
                return false;
            }
            used |= head.u8(at + 4) > 0 && head.u32(at + 12) > 0;
        }
        return used;
    }

    private static boolean isPlainText(Bytes head) {
        int length = Math.min(head.size(), 512);
        for (int i = 0; i < length; i++) {
            int b = head.u8(i);
            if (b < 9 || b > 13 && b < 32) {
                return false;
            }
        }
        return head.size() > 2;
    }

    /** A header without {@code ustar}: its sum, at 148 in octal, is right (POSIX.1-1988 10.1.1). */
    private static boolean isOldTar(Bytes head) {
        if (head.size() < 512 || head.u8(0) == 0) {
            return false;
        }
        String field = head.latin1(148, 8).replace('\0', ' ').strip();
        if (!field.matches("[0-7]{1,7}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : head.u8(i);
        }
        return sum == Integer.parseInt(field, 8);
    }

    private static boolean believed(Type type, Bytes head, Content content) {
        return switch (type) {
            case GZIP -> head.u8(2) == 8 && (head.u8(3) & 0xe0) == 0;
            case LHA -> head.u8(2) == '-' && head.u8(20) >= 0 && head.u8(20) <= 3;
            case ARJ -> isArj(head);
            case CPIO -> head.at(0, "0707") ? head.latin1(6, 8).matches("[0-9a-fA-F]{8}") : head.u16(20) > 0 && head.u16(20) < 1024
                || head.u16be(20) > 0 && head.u16be(20) < 1024;
            case ICO -> head.u16(4) > 0 && head.u16(4) < 256 && head.u8(9) == 0 && content.size() > 22;
            case AUDIO -> head.u8(0) != 0xff || content.size() > 128 && (head.u8(2) & 0xf0) != 0xf0;
            case FLASH -> head.u8(3) > 0 && head.u8(3) < 64;
            case UNIX_COMPRESS -> (head.u8(2) & 0x1f) >= 9 && (head.u8(2) & 0x1f) <= 16 && (head.u8(2) & 0x60) == 0 || head.u8(1) == 0xa0;
            case FONT -> !head.at(0, "\0\1\0\0\0") || head.u8(5) > 0 && head.u8(5) < 64;
            case EMF -> head.u32(0) == 1;
            case TAR, SIS -> true;
            default -> true;
        };
    }

    /** ARJ's main header: its size is at most 2600 and its CRC-32 follows it. */
    private static boolean isArj(Bytes head) {
        int size = head.u16(2);
        if (size < 30 || size > 2600 || head.size() < size + 8) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(head.array(), 4, size);
        return crc.getValue() == head.u32(4 + size);
    }
}
