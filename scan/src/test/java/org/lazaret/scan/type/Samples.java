package org.lazaret.scan.type;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small files of many types, made of bytes. None of them does anything. */
public final class Samples {
    private Samples() {
    }

    /** Headers of a Windows program without a section. */
    public static byte[] pe() {
        ByteBuffer pe = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        pe.put(0, "MZ".getBytes(StandardCharsets.US_ASCII)).putInt(0x3c, 0x80).put(0x80, new byte[] {'P', 'E', 0, 0}).putShort(0x84, (short) 0x14c)
            .putShort(0x94, (short) 0xe0).putShort(0x98, (short) 0x10b);
        return pe.array();
    }

    /** A library with one section that exports one name. */
    public static byte[] library(String export) {
        ByteBuffer pe = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
        pe.put(pe.limit() - 1, (byte) 1);
        pe.put(0, pe()).putShort(0x86, (short) 1).putShort(0x96, (short) 0x2000);
        int directories = 0x98 + 96;
        pe.putInt(0x98 + 92, 16).putInt(directories, 0x1000).putInt(directories + 4, 100);
        int section = 0x98 + 0xe0;
        pe.putInt(section + 8, 1024).putInt(section + 12, 0x1000).putInt(section + 16, 1024).putInt(section + 20, 1024);
        pe.putInt(1024 + 24, 1).putInt(1024 + 32, 0x1080).putInt(1024 + 0x80, 0x1090);
        pe.put(1024 + 0x90, (export + "\0").getBytes(StandardCharsets.US_ASCII));
        return pe.array();
    }

    /** A shortcut with a relative path and arguments, [MS-SHLLINK] 3.1. */
    public static byte[] link(String path, String arguments) {
        ByteBuffer link = ByteBuffer.allocate(80 + 2 * (path.length() + arguments.length())).order(ByteOrder.LITTLE_ENDIAN);
        link.putInt(0x4c).put(new byte[] {1, 0x14, 2, 0, 0, 0, 0, 0, (byte) 0xc0, 0, 0, 0, 0, 0, 0, 0x46}).putInt(0x80 | 8 | 32).position(76);
        link.putShort((short) path.length()).put(path.getBytes(StandardCharsets.UTF_16LE)).putShort((short) arguments.length())
            .put(arguments.getBytes(StandardCharsets.UTF_16LE));
        return link.array();
    }

    public static byte[] gif() {
        return latin1("GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377,\0\0\0\0\1\0\1\0\0\2\2D\1\0;");
    }

    public static byte[] png() {
        return latin1("\211PNG\r\n\32\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\0\0\0\0:~\233U\0\0\0\nIDATx\234c`\0\0\0\2\0\1H\257\244q\0\0\0\0IEND\256B`"
            + "\202");
    }

    public static byte[] jpeg() {
        return latin1("\377\330\377\340\0\20JFIF\0\1\1\0\0\1\0\1\0\0\377\332\0\10\1\1\0\0?\0abc\377\0def\377\331");
    }

    public static byte[] pdf() {
        return latin1("%PDF-1.7\n%\342\343\317\323\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
    }

    /** A zip of entries, name and content by turns. */
    public static byte[] zip(Object... namesAndContents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
                zip.write(namesAndContents[i + 1] instanceof byte[] bytes ? bytes
                    : ((String) namesAndContents[i + 1]).getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    /** OLE2 headers with a root entry of a class. */
    public static byte[] ole(int firstOfClsid) {
        ByteBuffer ole = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
        ole.put(latin1("\320\317\21\340\241\261\32\341")).putShort(30, (short) 9).putInt(48, 1);
        ole.put(1024, "R\0o\0o\0t\0".getBytes(StandardCharsets.US_ASCII)).putInt(1024 + 80, firstOfClsid);
        return ole.array();
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] at(int position, byte[] bytes, int size) {
        byte[] all = new byte[size];
        System.arraycopy(bytes, 0, all, position, bytes.length);
        return all;
    }

    public static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
