package org.lazaret.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** The mails that are measured; the same bytes in every run. */
public enum Sample {
    /** Text and HTML of 10 KB, no attachment. */
    PLAIN_10K {
        @Override
        byte[] attachment() {
            return new byte[0];
        }
    },
    /** 1 MB that do not compress and are of no known type. */
    BYTES_1M {
        @Override
        byte[] attachment() {
            return noise(1_000_000, 1);
        }
    },
    /** 20 MB of the same. */
    BYTES_20M {
        @Override
        byte[] attachment() {
            return noise(20_000_000, 2);
        }
    },
    /** A scanned book: 200 pages of compressed text, and 18 MB of pictures. */
    PDF_20M {
        @Override
        byte[] attachment() throws IOException {
            return pdf();
        }

        @Override
        String fileName() {
            return "book.pdf";
        }

        @Override
        String type() {
            return "application/pdf";
        }

        @Override
        int free(byte[] attachment) {
            return (new String(attachment, StandardCharsets.ISO_8859_1).indexOf("JFIF") + 3000) / 3 * 3;
        }
    },
    /** A report: 1.5 MB of XML, and 20 MB of pictures. */
    DOCX_20M {
        @Override
        byte[] attachment() throws IOException {
            return docx();
        }

        @Override
        String fileName() {
            return "report.docx";
        }

        @Override
        String type() {
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        }

        @Override
        int free(byte[] attachment) {
            return inComment(attachment);
        }
    },
    /** Zips in each other, five deep, with text beside. */
    ZIP_NESTED {
        @Override
        byte[] attachment() throws IOException {
            byte[] inner = text(20_000, 7).getBytes(StandardCharsets.US_ASCII);
            String name = "notes.txt";
            for (int level = 0; level < 5; level++) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                    zip.setComment(COMMENT);
                    put(zip, name, inner);
                    put(zip, "readme.txt", text(20_000, level).getBytes(StandardCharsets.US_ASCII));
                }
                inner = bytes.toByteArray();
                name = "level" + level + ".zip";
            }
            return inner;
        }

        @Override
        String fileName() {
            return "nested.zip";
        }

        @Override
        String type() {
            return "application/zip";
        }

        @Override
        int free(byte[] attachment) {
            return inComment(attachment);
        }
    },
    /** A zip with 1,000 small texts. */
    ZIP_1000 {
        @Override
        byte[] attachment() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                zip.setComment(COMMENT);
                for (int i = 0; i < 1000; i++) {
                    put(zip, "folder/file" + i + ".txt", text(1000, i).getBytes(StandardCharsets.US_ASCII));
                }
            }
            return bytes.toByteArray();
        }

        @Override
        String fileName() {
            return "thousand.zip";
        }

        @Override
        String type() {
            return "application/zip";
        }

        @Override
        int free(byte[] attachment) {
            return inComment(attachment);
        }
    };

    private static final String COMMENT = "-".repeat(32);
    private static final String HEADER = """
        Return-Path: <sender@example.org>\r
        Received: from mx.example.org (mx.example.org [192.0.2.1]) by mail.example.com with ESMTPS id 1;\r
        \tMon, 2 Nov 2026 10:00:00 +0000\r
        DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:to:subject;\r
        \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r
        From: Sender <sender@example.org>\r
        To: Recipient <recipient@example.com>\r
        Subject: Figures\r
        Date: Mon, 2 Nov 2026 10:00:00 +0000\r
        Message-ID: <1@example.org>\r
        MIME-Version: 1.0\r
        """;

    abstract byte[] attachment() throws IOException;

    String fileName() {
        return "data.bin";
    }

    String type() {
        return "application/octet-stream";
    }

    /**
     * A whole mail.
     *
     * @param begin where the base64 body begins
     * @param end   where it ends
     * @param free  four letters of base64 that stand for bytes of no meaning; -1 for none
     */
    record Mail(byte[] bytes, int begin, int end, int free) {
        /** Makes the attachment one that was never seen before, so that no cache knows it. */
        void change(int number) {
            for (int i = 0; free >= 0 && i < 4; i++) {
                bytes[free + i] = (byte) ('A' + (number >>> 4 * i & 0xF));
            }
        }
    }

    /** Three bytes of the attachment that mean nothing, on a multiple of three. */
    int free(byte[] attachment) {
        return attachment.length / 6 * 3;
    }

    /** In the comment at the end of a zip. */
    private static int inComment(byte[] zip) {
        return (zip.length - 12) / 3 * 3;
    }

    Mail mail() {
        try {
            byte[] attachment = attachment();
            return attachment.length == 0 ? plain() : mixed(attachment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Mail plain() {
        String body = HEADER + "Content-Type: multipart/alternative; boundary=\"=_alternative\"\r\n\r\n"
            + "--=_alternative\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text(3_500, 3)
            + "\r\n--=_alternative\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<html><body><p>"
            + text(5_400, 4) + "</p></body></html>\r\n--=_alternative--\r\n";
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return new Mail(bytes, 0, 0, -1);
    }

    private Mail mixed(byte[] attachment) throws IOException {
        ByteArrayOutputStream mail = new ByteArrayOutputStream();
        write(mail, HEADER + "Content-Type: multipart/mixed; boundary=\"=_mixed\"\r\n\r\n--=_mixed\r\nContent-Type: text/plain\r\n\r\n"
            + text(1_000, 5) + "\r\n--=_mixed\r\nContent-Type: " + type() + "; name=\"" + fileName() + "\"\r\n"
            + "Content-Disposition: attachment; filename=\"" + fileName() + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        int begin = mail.size();
        mail.write(Base64.getMimeEncoder().encode(attachment));
        int end = mail.size();
        write(mail, "\r\n--=_mixed--\r\n");
        int letters = free(attachment) / 3 * 4;
        return new Mail(mail.toByteArray(), begin, end, begin + letters + letters / 76 * 2);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        // Never a magic number by chance.
        bytes[0] = 0x11;
        return bytes;
    }

    private static byte[] jpeg(int size, long seed) {
        byte[] bytes = noise(size, seed);
        byte[] head = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[size - 2] = (byte) 0xFF;
        bytes[size - 1] = (byte) 0xD9;
        return bytes;
    }

    private static String text(int size, long seed) {
        String[] words = "the quarter closed with revenue above plan and costs below it while orders for spring came early".split(" ");
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(size + 20);
        int line = 0;
        while (text.length() < size) {
            String word = words[random.nextInt(words.length)];
            text.append(word);
            line += word.length() + 1;
            if (line > 65) {
                text.append("\r\n");
                line = 0;
            } else {
                text.append(' ');
            }
        }
        text.setLength(size);
        return text.toString();
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** Stored, as pictures often are. */
    private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static byte[] pdf() throws IOException {
        try (PDDocument document = new PDDocument(); ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            PDType1Font font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
            for (int i = 0; i < 200; i++) {
                PDPage page = new PDPage();
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    content.beginText();
                    content.setFont(font, 9);
                    content.setLeading(10);
                    for (String line : text(8_000, i).trim().split("\r\n")) {
                        content.showText(line);
                        content.newLine();
                    }
                    content.endText();
                }
                if (i % 10 == 0) {
                    COSStream picture = document.getDocument().createCOSStream();
                    picture.setItem(COSName.TYPE, COSName.XOBJECT);
                    picture.setItem(COSName.SUBTYPE, COSName.IMAGE);
                    picture.setInt(COSName.WIDTH, 2000);
                    picture.setInt(COSName.HEIGHT, 3000);
                    picture.setInt(COSName.BITS_PER_COMPONENT, 8);
                    picture.setItem(COSName.COLORSPACE, COSName.DEVICERGB);
                    picture.setItem(COSName.FILTER, COSName.DCT_DECODE);
                    try (OutputStream raw = picture.createRawOutputStream()) {
                        raw.write(jpeg(950_000, i));
                    }
                    COSDictionary objects = new COSDictionary();
                    objects.setItem(COSName.getPDFName("Im" + i), picture);
                    page.getResources().getCOSObject().setItem(COSName.XOBJECT, objects);
                }
            }
            document.setDocumentId(1L);
            document.save(bytes);
            return bytes.toByteArray();
        }
    }

    private static byte[] docx() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setComment(COMMENT);
            StringBuilder relationships = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
                + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
            StringBuilder document = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
                + "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>");
            for (int i = 0; i < 40; i++) {
                relationships.append("<Relationship Id=\"rId").append(i)
                    .append("\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"media/image").append(i)
                    .append(".jpeg\"/>");
            }
            for (int i = 0; i < 3000; i++) {
                document.append("<w:p><w:r><w:t>").append(text(400, i).replace("\r\n", " ")).append("</w:t></w:r></w:p>");
            }
            putText(zip, "[Content_Types].xml", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
                + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
                + "<Override PartName=\"/word/document.xml\" "
                + "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>");
            putText(zip, "_rels/.rels", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
                + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
                + "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>"
                + "</Relationships>");
            putText(zip, "word/document.xml", document + "</w:body></w:document>");
            putText(zip, "word/_rels/document.xml.rels", relationships + "</Relationships>");
            for (int i = 0; i < 40; i++) {
                store(zip, "word/media/image" + i + ".jpeg", jpeg(500_000, i));
            }
        }
        return bytes.toByteArray();
    }

    private static void putText(ZipOutputStream zip, String name, String text) throws IOException {
        put(zip, name, text.getBytes(StandardCharsets.UTF_8));
    }
}
