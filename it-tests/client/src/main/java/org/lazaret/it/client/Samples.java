package org.lazaret.it.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.EncryptionMethod;

/** Mails to try Lazaret with, made when needed: no harmful file, and nothing that looks like one to a virus scanner, lies on the disk. */
public final class Samples {

    /** What Lazaret does with a mail when it is set up as in {@code conf}. */
    public enum Fate {
        DELIVERED("delivered"),
        WARNED("delivered with a warning"),
        HELD("held in quarantine");

        private final String words;

        Fate(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * A mail with one attachment.
     *
     * @param title what it is, in a few words; also its subject
     */
    public record Sample(String title, Fate fate, String fileName, String mediaType, byte[] content) {
        public byte[] message(List<String> recipients) {
            return mail(title, recipients, fileName, mediaType, content);
        }
    }

    private static final String BOUNDARY = "=_lazaret_sample_boundary";

    private Samples() {
    }

    public static List<Sample> all() {
        return List.of(
            new Sample("Clean text", Fate.DELIVERED, "notes.txt", "text/plain", text("Nothing but words.\r\n")),
            new Sample("Clean PDF", Fate.DELIVERED, "offer.pdf", "application/pdf", pdf("An offer")),
            eicarInZip(),
            new Sample("Renamed executable", Fate.HELD, "invoice.pdf", "application/pdf", executable()),
            new Sample("Macro document", Fate.HELD, "letter.docm", "application/vnd.ms-word.document.macroEnabled.12", MacroDocument.docm()),
            new Sample("Suspicious name", Fate.HELD, "holiday.jpg.js", "image/jpeg", text("// a name that pretends to be a picture\r\n")),
            encryptedZip());
    }

    public static Sample eicarInZip() {
        return new Sample("EICAR in a zip", Fate.HELD, "archive.zip", "application/zip", MacroDocument.zip(Map.of("eicar.com", eicar())));
    }

    /** The same with a second file of any size. */
    public static Sample eicarInZip(byte[] other) {
        return new Sample("EICAR in a larger zip", Fate.HELD, "large.zip", "application/zip",
            MacroDocument.zip(Map.of("eicar.com", eicar(), "data.bin", other)));
    }

    /** What cannot be looked into. */
    public static Sample encryptedZip() {
        return new Sample("Zip with a password", Fate.WARNED, "private.zip", "application/zip",
            encrypt("notes.txt", text("Secret words.\r\n"), "correct horse"));
    }

    /** A Word document with a macro that starts by itself; what it would run only prints a word. */
    public static byte[] macroDocument() {
        return MacroDocument.docm();
    }

    /** A zip of these files, without times. */
    public static byte[] zip(Map<String, byte[]> files) {
        return MacroDocument.zip(files);
    }

    /** The EICAR test string, put together here: as a whole in a file it would be taken for malware. */
    public static byte[] eicar() {
        return text(String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"));
    }

    /** The head of a Windows program (MZ, then PE where its offset says); it does nothing. */
    public static byte[] executable() {
        ByteBuffer file = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        file.put(text("MZ")).putInt(0x3c, 0x80).position(0x80);
        file.put(text("PE\0\0")).putShort((short) 0x8664).putShort((short) 1).putInt(0).putInt(0).putInt(0);
        file.putShort((short) 0xf0).putShort((short) 0x22);
        file.putShort((short) 0x20b);
        return file.array();
    }

    public static byte[] pdf(String words) {
        String stream = "BT /F1 24 Tf 72 720 Td (" + words + ") Tj ET";
        List<String> objects = List.of(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length " + stream.length() + " >>\nstream\n" + stream + "\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        StringBuilder file = new StringBuilder("%PDF-1.4\n");
        StringBuilder table = new StringBuilder("xref\n0 6\n0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            table.append(String.format(Locale.ROOT, "%010d 00000 n \n", file.length()));
            file.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
        }
        int start = file.length();
        return text(file.toString() + table + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n");
    }

    /** A mail with a short text and one attachment. */
    public static byte[] mail(String subject, List<String> recipients, String fileName, String mediaType, byte[] content) {
        return text("""
            From: Sample Sender <sender@example.com>
            To: %1$s
            Subject: %2$s
            Date: Mon, 02 Nov 2026 10:00:00 +0000
            Message-ID: <%3$s@example.com>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="%4$s"

            --%4$s
            Content-Type: text/plain; charset=us-ascii

            Please see the attachment.

            --%4$s
            Content-Type: %5$s; name="%6$s"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="%6$s"

            %7$s
            --%4$s--
            """.replace("\n", "\r\n").formatted(String.join(", ", recipients), subject, UUID.randomUUID(), BOUNDARY, mediaType, fileName,
            Base64.getMimeEncoder().encodeToString(content)));
    }

    private static byte[] encrypt(String name, byte[] content, String password) {
        ZipParameters parameters = new ZipParameters();
        parameters.setEncryptFiles(true);
        parameters.setEncryptionMethod(EncryptionMethod.AES);
        parameters.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
        parameters.setFileNameInZip(name);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, password.toCharArray())) {
            zip.putNextEntry(parameters);
            zip.write(content);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
