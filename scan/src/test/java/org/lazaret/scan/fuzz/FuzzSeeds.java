package org.lazaret.scan.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionJavaScript;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** A small, whole sample of each format to begin with, made at run time. Where nothing here can write a format, its magic and some bytes. */
final class FuzzSeeds {
    private static final byte[] TEXT = "Hello, a little text for the parsers to find.\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String MESSAGE = """
        From: a@example.org\r
        Subject: =?utf-8?B?w6Q=?=\r
        MIME-Version: 1.0\r
        Content-Type: multipart/mixed; boundary="b"\r
        \r
        --b\r
        Content-Type: text/plain; charset=utf-8\r
        \r
        begin 644 a.txt\r
        #0V%T\r
        `\r
        end\r
        --b\r
        Content-Type: multipart/alternative; boundary*0=c;\r
         boundary*1=d\r
        \r
        --cd\r
        Content-Type: message/rfc822\r
        \r
        Subject: inner\r
        \r
        text\r
        --cd--\r
        --b\r
        Content-Type: application/octet-stream; name*=utf-8''a%20b.exe\r
        Content-Disposition: attachment; filename="=?utf-8?Q?a=2Eexe?="\r
        Content-Transfer-Encoding: base64\r
        \r
        TVqQAAMAAAAEAAAA//8AALgAAAAA\r
        --b\r
        Content-Transfer-Encoding: quoted-printable\r
        Content-Disposition: attachment; filename=q.txt\r
        \r
        a=3Db=\r
        c\r
        --b--\r
        """;

    private FuzzSeeds() {
    }

    /** Writes the samples of a target into a folder: {@code TARGET FOLDER}. */
    public static void main(String[] arguments) throws IOException {
        FuzzTarget.fuzzerInitialize(arguments);
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        int number = 0;
        for (FuzzTarget target : FuzzTarget.values()) {
            if (target.keyword().equals(arguments[0])) {
                for (byte[] seed : of(target)) {
                    Files.write(folder.resolve("seed" + number++), seed);
                }
            }
        }
    }

    static List<byte[]> of(FuzzTarget target) throws IOException {
        return switch (target) {
            case MESSAGE -> List.of(bytes(MESSAGE), bytes(MESSAGE.replace("\r", "")));
            case PART_HEADER -> List.of(bytes("Content-Type: text/plain; name=a.txt; name*0*=utf-8''b%2e; name*1=exe\r\n"
                + "Content-Disposition: attachment; filename=\"=?utf-8?Q?a=2Eexe?=\"\r\nContent-Transfer-Encoding: base64"));
            case NAME -> List.of(bytes("invoice.pdf.exe"), "Rechnung\u202Egpj.exe".getBytes(StandardCharsets.UTF_8), bytes("a.{00020424-0000}:x . "));
            case TYPE -> List.of(hex("4d5a9000"), bytes("%PDF-1.7"), bytes("PK\3\4"), bytes("#!/bin/sh\n"), TEXT);
            case ZIP -> List.of(zip("a.txt", TEXT), zip("b.zip", zip("a.exe", bytes("MZ"))), zip("[Content_Types].xml", bytes("<Types/>")));
            case SEVEN_ZIP -> List.of(sevenZip());
            case RAR -> List.of(hex("526172211a0700cf907300000d00000000000000"), hex("526172211a0701003392b5e50a01050600050101808000"));
            case TAR -> List.of(archive(out -> new TarArchiveOutputStream(out), tarEntry()));
            case GZIP -> List.of(gzip(TEXT), gzip(archive(out -> new TarArchiveOutputStream(out), tarEntry())));
            case CAB -> List.of(cab());
            case ARJ -> List.of(hex("60ea22001e060100000002000000000000"));
            case AR -> List.of(archive(out -> new ArArchiveOutputStream(out), new ArArchiveEntry("a.txt", TEXT.length)));
            case CPIO -> List.of(archive(out -> new CpioArchiveOutputStream(out), new CpioArchiveEntry("a.txt", TEXT.length)));
            case ISO -> List.of(iso());
            case LZMA -> List.of(xz());
            case OLE -> List.of(ole("WordDocument"), ole("\1CompObj"));
            case XLS -> List.of(workbook());
            case DOCX -> List.of(bytes("<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r>"
                + "<w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe</w:instrText></w:r></w:p></w:body></w:document>"));
            case RELATIONSHIPS -> List.of(bytes("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
                + "Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" "
                + "Target=\"http://example.org/t.dotm\" TargetMode=\"External\"/></Relationships>"));
            case XLSX -> List.of(bytes("<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheets><sheet name=\"a\" "
                + "state=\"veryHidden\" sheetId=\"1\"/></sheets><definedNames><definedName name=\"_xlnm.Auto_Open\">a!A1</definedName>"
                + "</definedNames></workbook>"));
            case RTF -> List.of(bytes("{\\rtf1{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata 0105000002000000080000005061636b61676500}}"
                + "{\\field{\\*\\fldinst DDEAUTO a b}}\\bin3 abc\\'41}"));
            case PDF -> List.of(pdf(), bytes("%PDF-1.5\n1 0 obj<</Type/Catalog/OpenAction<</S/J#61vaScript/JS(app.alert\\(1\\))>>>>endobj\n"
                + "trailer<</Root 1 0 R>>\n%%EOF"));
            case ONENOTE -> List.of(concat(hex("e4525c7b8cd8a74daeb15378d02996d3"), TEXT, hex("e716e3bd65261145a4c48d4d0b7a9eac"),
                hex("0300000000000000000000000000000000000000"), bytes("MZ\0")));
            case TNEF -> List.of(concat(hex("789f3e220100"), hex("0106900800040000000000010001000107900600"), hex("0200000000000200")));
            case HTML -> List.of(bytes("<html><head><meta http-equiv=refresh content=\"0;url=http://example.org/\"></head><body><script>"
                + "var b=new Blob([Uint8Array.from(atob('TVqQ'))]);navigator.msSaveBlob(b,'a.exe')</script><form action=\"http://example.org\">"
                + "<input type=password></form><a href=\"data:application/zip;base64,UEsDBA==\">x</a></body></html>"));
            case SVG -> List.of(bytes("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>1</script><foreignObject/></svg>"));
            case ICALENDAR -> List.of(bytes("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.exe:TVqQ\r\n"
                + "DESCRIPTION:http://example\r\n .org/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
            case LNK -> List.of(concat(hex("4c0000000114020000000000c000000000000046"), hex("a3000000"), new byte[52], hex("0400"),
                bytes("c\0m\0d\0")));
            case CHM -> List.of(concat(bytes("ITSF"), hex("0300000060000000"), new byte[80]));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(String name, byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(data);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private static byte[] xz() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(0))) {
            out.write(TEXT);
        }
        return bytes.toByteArray();
    }

    private static byte[] sevenZip() throws IOException {
        try (SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel()) {
            SevenZOutputFile out = new SevenZOutputFile(channel);
            SevenZArchiveEntry entry = new SevenZArchiveEntry();
            entry.setName("a.txt");
            out.putArchiveEntry(entry);
            out.write(TEXT);
            out.closeArchiveEntry();
            out.close();
            byte[] bytes = new byte[(int) channel.size()];
            System.arraycopy(channel.array(), 0, bytes, 0, bytes.length);
            return bytes;
        }
    }

    private static TarArchiveEntry tarEntry() {
        TarArchiveEntry entry = new TarArchiveEntry("folder/a.txt");
        entry.setSize(TEXT.length);
        return entry;
    }

    private static <E extends ArchiveEntry> byte[] archive(Function<OutputStream, ArchiveOutputStream<E>> format, E entry)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArchiveOutputStream<E> out = format.apply(bytes)) {
            out.putArchiveEntry(entry);
            out.write(TEXT);
            out.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] cab() {
        ByteBuffer cab = ByteBuffer.allocate(44 + 16 + 6 + 8 + TEXT.length).order(ByteOrder.LITTLE_ENDIAN);
        cab.put(bytes("MSCF")).putInt(0).putInt(cab.capacity()).putInt(0).putInt(44).putInt(0).put((byte) 3).put((byte) 1);
        cab.putShort((short) 1).putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        cab.putInt(44 + 22).putShort((short) 1).putShort((short) 0);
        cab.putInt(TEXT.length).putInt(0).putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort((short) 32).put(bytes("a.txt\0"));
        cab.putInt(0).putShort((short) TEXT.length).putShort((short) TEXT.length).put(TEXT, 0, Math.min(TEXT.length, cab.remaining()));
        return cab.array();
    }

    private static byte[] iso() {
        ByteBuffer iso = ByteBuffer.allocate(20 * 2048).order(ByteOrder.LITTLE_ENDIAN);
        iso.position(16 * 2048);
        iso.put(bytes("\1CD001\1"));
        iso.putShort(16 * 2048 + 128, (short) 2048);
        iso.position(16 * 2048 + 156);
        iso.put((byte) 34).put((byte) 0).putInt(18).putInt(0).putInt(2048);
        iso.position(17 * 2048);
        iso.put(bytes("\u00ffCD001\1"));
        iso.position(18 * 2048);
        iso.put((byte) 40).put((byte) 0).putInt(19).putInt(0).putInt(TEXT.length).putInt(0);
        iso.position(18 * 2048 + 32);
        iso.put((byte) 7).put(bytes("A.TXT;1"));
        iso.position(19 * 2048);
        iso.put(TEXT);
        return iso.array();
    }

    private static byte[] ole(String stream) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (POIFSFileSystem file = new POIFSFileSystem()) {
            file.createDocument(new ByteArrayInputStream(TEXT), stream);
            file.getRoot().createDirectory("Macros").createDirectory("VBA").createDocument("dir",
                new ByteArrayInputStream(hex("011ab0000400000001001c000000")));
            file.writeFilesystem(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] workbook() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (HSSFWorkbook workbook = new HSSFWorkbook()) {
            workbook.createSheet("a").createRow(0).createCell(0).setCellFormula("1+1");
            workbook.write(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] pdf() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PDDocument document = new PDDocument()) {
            document.addPage(new PDPage());
            document.getDocumentCatalog().setOpenAction(new PDActionJavaScript("app.alert(1)"));
            document.save(bytes);
        }
        return bytes.toByteArray();
    }
}
