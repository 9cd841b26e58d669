package org.lazaret.it.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A Word document with a macro that would run a command as soon as the document is opened: WordprocessingML (ECMA-376), a VBA project
 * (MS-OVBA) inside it, in a compound file (MS-CFB). The command only prints a word. Nothing here runs it.
 */
final class MacroDocument {
    private static final int SECTOR = 512;
    private static final int MINI_SECTOR = 64;
    private static final int FREE = -1;
    private static final int END_OF_CHAIN = -2;
    private static final int FAT_SECTOR = -3;

    private static final String MACRO = """
        Attribute VB_Name = "ThisDocument"
        Sub AutoOpen()
            Dim shell As Object
            Set shell = CreateObject("WScript.Shell")
            shell.Run "cmd.exe /c echo lazaret", 0, False
        End Sub
        """.replace("\n", "\r\n");

    private MacroDocument() {
    }

    static byte[] docm() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("[Content_Types].xml", xml("""
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>\
            <Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>"""));
        entries.put("_rels/.rels", xml("""
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" \
            Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>\
            </Relationships>"""));
        entries.put("word/document.xml", xml("""
            <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>\
            <w:t>Please enable content.</w:t></w:r></w:p></w:body></w:document>"""));
        entries.put("word/_rels/document.xml.rels", xml("""
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" \
            Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>"""));
        entries.put("word/vbaProject.bin", vbaProject());
        return zip(entries);
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setTime(0);
                zip.putNextEntry(header);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] xml(String body) {
        return ("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n" + body).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] vbaProject() {
        byte[] project = """
            ID="{8D1B1C9A-6C5B-4A4E-9C0B-3F1B5F0C0001}"
            Document=ThisDocument/&H00000000
            Name="Project"
            HelpContextID="0"
            VersionCompatible32="393222000"
            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] cache = {(byte) 0xcc, 0x61, (byte) 0xff, (byte) 0xff, 0, 0, 0};
        return compoundFile(project, compress(directory()), compress(MACRO.getBytes(StandardCharsets.US_ASCII)), cache);
    }

    /** The dir stream (MS-OVBA 2.3.4.2) of a project with one module. */
    private static byte[] directory() {
        byte[] module = "ThisDocument".getBytes(StandardCharsets.US_ASCII);
        byte[] wide = "ThisDocument".getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer out = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        record(out, 0x0001, number(1, 4));
        record(out, 0x0002, number(0x409, 4));
        record(out, 0x0014, number(0x409, 4));
        record(out, 0x0003, number(1252, 2));
        record(out, 0x0004, "Project".getBytes(StandardCharsets.US_ASCII));
        record(out, 0x0005, new byte[0]);
        record(out, 0x0040, new byte[0]);
        record(out, 0x0006, new byte[0]);
        record(out, 0x003d, new byte[0]);
        record(out, 0x0007, number(0, 4));
        record(out, 0x0008, number(0, 4));
        out.putShort((short) 0x0009).putInt(4).putInt(1).putShort((short) 1);
        record(out, 0x000c, new byte[0]);
        record(out, 0x003c, new byte[0]);
        record(out, 0x000f, number(1, 2));
        record(out, 0x0013, number(0xffff, 2));
        record(out, 0x0019, module);
        record(out, 0x0047, wide);
        record(out, 0x001a, module);
        record(out, 0x0032, wide);
        record(out, 0x001c, new byte[0]);
        record(out, 0x0048, new byte[0]);
        record(out, 0x0031, number(0, 4));
        record(out, 0x001e, number(0, 4));
        record(out, 0x002c, number(0xffff, 2));
        record(out, 0x0022, new byte[0]);
        record(out, 0x002b, new byte[0]);
        record(out, 0x0010, new byte[0]);
        return taken(out);
    }

    private static void record(ByteBuffer out, int id, byte[] content) {
        out.putShort((short) id).putInt(content.length).put(content);
    }

    private static byte[] number(int value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >> 8 * i);
        }
        return bytes;
    }

    private static byte[] taken(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    /** A compressed container (MS-OVBA 2.4.1) of one chunk made of literals alone. */
    private static byte[] compress(byte[] content) {
        ByteBuffer tokens = ByteBuffer.allocate(4096);
        for (int i = 0; i < content.length; i++) {
            if (i % 8 == 0) {
                tokens.put((byte) 0);
            }
            tokens.put(content[i]);
        }
        byte[] chunk = taken(tokens);
        return ByteBuffer.allocate(chunk.length + 3).order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 1).putShort((short) (0xb000 | chunk.length + 2 - 3)).put(chunk).array();
    }

    /** Root holds PROJECT and the storage VBA; all streams are short, so they lie in the mini stream. */
    private static byte[] compoundFile(byte[] project, byte[] directory, byte[] module, byte[] cache) {
        List<Integer> miniFat = new ArrayList<>();
        ByteArrayOutputStream mini = new ByteArrayOutputStream();
        int projectAt = place(mini, miniFat, project);
        int directoryAt = place(mini, miniFat, directory);
        int moduleAt = place(mini, miniFat, module);
        int cacheAt = place(mini, miniFat, cache);
        int miniSectors = (mini.size() + SECTOR - 1) / SECTOR;

        // Sectors: 0 FAT, 1 and 2 directory, 3 mini FAT, then the mini stream.
        ByteBuffer file = ByteBuffer.allocate(SECTOR * (5 + miniSectors)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(0xe11ab1a1e011cfd0L).position(24);
        file.putShort((short) 0x3e).putShort((short) 3).putShort((short) 0xfffe).putShort((short) 9).putShort((short) 6).position(44);
        file.putInt(1).putInt(1).putInt(0).putInt(4096).putInt(3).putInt(1).putInt(END_OF_CHAIN).putInt(0).putInt(0);
        while (file.position() < SECTOR) {
            file.putInt(FREE);
        }

        file.putInt(FAT_SECTOR).putInt(2).putInt(END_OF_CHAIN).putInt(END_OF_CHAIN);
        for (int i = 0; i < miniSectors; i++) {
            file.putInt(i == miniSectors - 1 ? END_OF_CHAIN : 5 + i);
        }
        while (file.position() < 2 * SECTOR) {
            file.putInt(FREE);
        }

        entry(file, "Root Entry", 5, FREE, 1, 4, mini.size());
        entry(file, "PROJECT", 2, 2, FREE, projectAt, project.length);
        entry(file, "VBA", 1, FREE, 4, 0, 0);
        entry(file, "dir", 2, FREE, FREE, directoryAt, directory.length);
        entry(file, "ThisDocument", 2, 3, FREE, moduleAt, module.length);
        // The right-hand neighbour of ThisDocument.
        file.putInt(2 * SECTOR + 4 * 128 + 72, 5);
        entry(file, "_VBA_PROJECT", 2, FREE, FREE, cacheAt, cache.length);
        for (int i = 6; i < 8; i++) {
            entry(file, "", 0, FREE, FREE, 0, 0);
        }

        for (int next : miniFat) {
            file.putInt(next);
        }
        while (file.position() < 5 * SECTOR) {
            file.putInt(FREE);
        }
        file.put(mini.toByteArray());
        return file.array();
    }

    private static int place(ByteArrayOutputStream mini, List<Integer> fat, byte[] content) {
        int first = fat.size();
        int sectors = (content.length + MINI_SECTOR - 1) / MINI_SECTOR;
        for (int i = 0; i < sectors; i++) {
            fat.add(i == sectors - 1 ? END_OF_CHAIN : first + i + 1);
        }
        mini.writeBytes(content);
        mini.writeBytes(new byte[sectors * MINI_SECTOR - content.length]);
        return first;
    }

    private static void entry(ByteBuffer file, String name, int type, int left, int child, int start, int size) {
        int at = file.position();
        byte[] wide = name.getBytes(StandardCharsets.UTF_16LE);
        file.put(wide).position(at + 64);
        file.putShort((short) (wide.length == 0 ? 0 : wide.length + 2)).put((byte) type).put((byte) 1);
        file.putInt(left).putInt(FREE).putInt(child).position(at + 116);
        file.putInt(start).putInt(size).putInt(0);
    }
}
