package org.lazaret.scan.document;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Verdict;

/** Documents built for tests, and what a scanner says to them. */
public final class Samples {
    private static final Scanner SCANNER = new Scanner(ScanSettings.defaults());

    private Samples() {
    }

    /** Scans bytes as one file. */
    public static Verdict scan(String name, byte[] bytes) {
        return SCANNER.scanFile(name, "application/octet-stream", new ByteArrayInputStream(bytes));
    }

    public static Verdict scan(String name, String text) {
        return scan(name, latin(text));
    }

    public static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A compound file with streams by their path. */
    public static byte[] compound(Map<String, byte[]> streams) {
        try (POIFSFileSystem file = new POIFSFileSystem(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            for (Map.Entry<String, byte[]> stream : streams.entrySet()) {
                DirectoryEntry folder = file.getRoot();
                String[] names = stream.getKey().split("/");
                for (int i = 0; i < names.length - 1; i++) {
                    folder = folder.hasEntry(names[i]) ? (DirectoryEntry) folder.getEntry(names[i]) : folder.createDirectory(names[i]);
                }
                folder.createDocument(names[names.length - 1], new ByteArrayInputStream(stream.getValue()));
            }
            file.writeFilesystem(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A VBA project with one module, as it stands in {@code vbaProject.bin}. */
    public static byte[] vbaProject(String source) {
        return compound(vbaStreams("", source));
    }

    /** The streams of a VBA project below a storage such as {@code Macros/}. */
    public static Map<String, byte[]> vbaStreams(String below, String source) {
        Map<String, byte[]> streams = new LinkedHashMap<>();
        ByteArrayOutputStream dir = new ByteArrayOutputStream();
        record(dir, 0x0001, new byte[] {1, 0, 0, 0});
        record(dir, 0x0019, latin("Module1"));
        record(dir, 0x001A, latin("Module1"));
        record(dir, 0x0031, new byte[] {0, 0, 0, 0});
        record(dir, 0x002B, new byte[0]);
        streams.put(below + "VBA/dir", compressed(dir.toByteArray()));
        streams.put(below + "VBA/_VBA_PROJECT", new byte[] {(byte) 0xcc, 0x61, (byte) 0xff, (byte) 0xff, 0, 0, 0});
        streams.put(below + "VBA/Module1", compressed(latin("Attribute VB_Name = \"Module1\"\r\n" + source)));
        streams.put(below + "PROJECT", latin("Module=Module1\r\n"));
        return streams;
    }

    private static void record(ByteArrayOutputStream out, int id, byte[] data) {
        out.write(id);
        out.write(id >> 8);
        out.write(data.length);
        out.write(data.length >> 8);
        out.write(0);
        out.write(0);
        out.writeBytes(data);
    }

    /** Packs as [MS-OVBA] 2.4.1 does, with literals only. */
    public static byte[] compressed(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        for (int at = 0; at < plain.length; at += 3600) {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            int end = Math.min(plain.length, at + 3600);
            for (int i = at; i < end; i += 8) {
                chunk.write(0);
                chunk.write(plain, i, Math.min(8, end - i));
            }
            int header = chunk.size() - 1 | 0xb000;
            out.write(header);
            out.write(header >> 8);
            out.writeBytes(chunk.toByteArray());
        }
        return out.toByteArray();
    }

    /** A zip with entries by their name. */
    public static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A Word package: the body's XML, relationships of the document, further parts. */
    public static byte[] docx(String body, String relationships, Map<String, byte[]> parts) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("[Content_Types].xml", latin("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"));
        entries.put("_rels/.rels", latin(relationships("<Relationship Id=\"r1\""
            + " Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
            + "officeDocument\" Target=\"word/document.xml\"/>")));
        entries.put("word/document.xml", latin("<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
            + " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>" + body + "</w:body></w:document>"));
        entries.put("word/_rels/document.xml.rels", latin(relationships(relationships)));
        entries.putAll(parts);
        return zip(entries);
    }

    private static String relationships(String inner) {
        return "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + inner + "</Relationships>";
    }

    /** A relationship that leads out of the package. */
    public static String external(String kind, String target) {
        return "<Relationship Id=\"x\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + kind + "\" Target=\"" + target
            + "\" TargetMode=\"External\"/>";
    }

    /** A PDF of which only the catalog and further objects matter. */
    public static String pdf(String catalog, String... objects) {
        StringBuilder pdf = new StringBuilder("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R ").append(catalog).append(" >>\nendobj\n")
            .append("2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]"
                + " >>\nendobj\n");
        for (int i = 0; i < objects.length; i++) {
            pdf.append(i + 4).append(" 0 obj\n").append(objects[i]).append("\nendobj\n");
        }
        return pdf.append("trailer\n<< /Root 1 0 R /Size 9 >>\n%%EOF\n").toString();
    }

    public static java.util.List<String> rules(Verdict verdict) {
        return verdict.findings().stream().map(org.lazaret.scan.Finding::rule).toList();
    }

    /** What the Object Packager writes, without the size in front ([MS-OLEDS] 2.3.6). */
    public static byte[] nativePackage(String name, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(2);
        out.write(0);
        out.writeBytes(latin(name + "\0C:\\t\\" + name + "\0"));
        out.writeBytes(new byte[] {0, 0, 3, 0});
        String temporary = "C:\\t\\" + name + "\0";
        size(out, temporary.length());
        out.writeBytes(latin(temporary));
        size(out, data.length);
        out.writeBytes(data);
        return out.toByteArray();
    }

    /** An embedded object of OLE 1 ([MS-OLEDS] 2.2.5). */
    public static byte[] ole1(String className, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        size(out, 0x0501);
        size(out, 2);
        size(out, className.length() + 1);
        out.writeBytes(latin(className + "\0"));
        size(out, 0);
        size(out, 0);
        size(out, data.length);
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static void size(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >> shift);
        }
    }
}
