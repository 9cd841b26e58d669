package org.lazaret.it.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Fate;

/**
 * Mails that are generated: the same seed makes the same ones. No two attachments have the same bytes, so that nothing is known from the mail
 * before, but for the part that is asked for to be repeated.
 */
public final class Mix {

    /** How many of a hundred mails are of each kind. */
    public record Shares(int none, int small, int large, int nested, int malicious) {
        /** 60 % without attachment, 25 % of 5 to 200 KB, 10 % of 1 to 5 MB, 3 % zips in each other, 2 % to be held. */
        public static final Shares REALISTIC = new Shares(60, 25, 10, 3, 2);
        /** Texts of 2 to 12 KB alone. */
        public static final Shares WITHOUT_ATTACHMENTS = new Shares(100, 0, 0, 0, 0);
    }

    /**
     * @param id    also in its subject
     * @param fate  what Lazaret does with it when it is set up as in {@code conf}
     * @param check CRC-32 of its body, the bytes after the first empty line
     */
    public record Mail(String id, Fate fate, List<String> recipients, byte[] bytes, long check) {
    }

    private static final int RECIPIENTS = 500;
    private static final List<String> WORDS = List.of("invoice", "meeting", "please", "the", "of", "report", "quarter", "and", "your", "attached",
        "delivery", "we", "with", "regards", "Monday", "contract", "price", "draft", "question", "for", "budget", "next", "week", "figures");
    private static final byte[] JPEG_HEAD = HexFormat.of().parseHex("ffd8ffe000104a46494600010100000100010000ffda0008010100003f00");
    private static final String DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private final Random random;
    private final String name;
    private final Shares shares;
    private final int repeated;
    private final List<Attachment> known = new ArrayList<>();
    private int count;

    private record Attachment(String name, String type, byte[] content) {
    }

    /**
     * @param name     in front of each id
     * @param repeated how many of a hundred harmless attachments are one of twenty that come again and again
     */
    public Mix(String name, Shares shares, int repeated, long seed) {
        this.name = name;
        this.shares = shares;
        this.repeated = repeated;
        this.random = new Random(seed);
        if (repeated > 0) {
            for (int i = 0; i < 20; i++) {
                known.add(i % 5 == 0 ? large() : small());
            }
        }
    }

    /** The next mails, in which the kinds have exactly their shares. */
    public List<Mail> next(int hundreds) {
        List<Mail> mails = new ArrayList<>();
        for (int i = 0; i < hundreds; i++) {
            List<Mail> hundred = new ArrayList<>();
            add(hundred, shares.none(), this::withoutAttachment);
            add(hundred, shares.small(), () -> with(again() ? one(known) : small()));
            add(hundred, shares.large(), () -> with(again() ? one(known) : large()));
            add(hundred, shares.nested(), () -> with(nested()));
            add(hundred, shares.malicious(), this::malicious);
            Collections.shuffle(hundred, random);
            mails.addAll(hundred);
        }
        return mails;
    }

    private static void add(List<Mail> mails, int number, Supplier<Mail> maker) {
        for (int i = 0; i < number; i++) {
            mails.add(maker.get());
        }
    }

    private boolean again() {
        return random.nextInt(100) < repeated;
    }

    private <T> T one(List<T> things) {
        return things.get(random.nextInt(things.size()));
    }

    private Mail withoutAttachment() {
        String text = words(1_000 + random.nextInt(5_000));
        return mail(Fate.DELIVERED, """
            Content-Type: multipart/alternative; boundary="=_alternative"

            --=_alternative
            Content-Type: text/plain; charset=us-ascii

            %1$s
            --=_alternative
            Content-Type: text/html; charset=us-ascii

            <html><body><p>%1$s</p></body></html>
            --=_alternative--
            """.formatted(text));
    }

    private Mail with(Attachment attachment) {
        return with(Fate.DELIVERED, attachment);
    }

    private Mail with(Fate fate, Attachment attachment) {
        return mail(fate, """
            Content-Type: multipart/mixed; boundary="=_mixed"

            --=_mixed
            Content-Type: text/plain; charset=us-ascii

            %s
            --=_mixed
            Content-Type: %s; name="%3$s"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="%3$s"

            %4$s
            --=_mixed--
            """.formatted(words(600), attachment.type(), attachment.name(), Base64.getMimeEncoder().encodeToString(attachment.content())));
    }

    private Mail malicious() {
        byte[] salt = noise(200 + random.nextInt(20_000));
        return switch (random.nextInt(3)) {
            case 0 -> with(Fate.HELD, new Attachment("archive.zip", "application/zip", Samples.eicarInZip(salt).content()));
            case 1 -> with(Fate.HELD, new Attachment("invoice.pdf", "application/pdf", join(Samples.executable(), salt)));
            default -> with(Fate.HELD, new Attachment("documents.zip", "application/zip",
                Samples.zip(Map.of("letter.docm", Samples.macroDocument(), "data.bin", salt))));
        };
    }

    private Mail mail(Fate fate, String content) {
        String id = name + "-" + count++;
        List<String> recipients = List.of("user" + random.nextInt(RECIPIENTS) + "@example.org");
        String body = content.substring(content.indexOf("\n\n") + 2).replace("\r\n", "\n").replace("\n", "\r\n");
        String head = """
            From: Sender <sender@example.com>
            To: %s
            Subject: %s %s
            Date: Mon, 02 Nov 2026 10:00:00 +0000
            Message-ID: <%3$s@example.com>
            MIME-Version: 1.0
            %4$s

            """.formatted(recipients.getFirst(), words(20).strip(), id, content.substring(0, content.indexOf("\n\n"))).replace("\n", "\r\n");
        byte[] bytes = (head + body).getBytes(StandardCharsets.ISO_8859_1);
        CRC32 check = new CRC32();
        check.update(bytes, head.length(), bytes.length - head.length());
        return new Mail(id, fate, recipients, bytes, check.getValue());
    }

    private Attachment small() {
        int size = (int) (5_000 * Math.pow(40, random.nextDouble()));
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Attachment("offer.pdf", "application/pdf", pdf(size));
            case 2 -> new Attachment("letter.docx", DOCX, docx(size / 2, size / 2));
            case 3 -> new Attachment("picture.jpg", "image/jpeg", jpeg(size));
            case 4 -> new Attachment("figures.csv", "text/csv", ascii(words(size)));
            default -> new Attachment("papers.zip", "application/zip",
                Samples.zip(Map.of("notes.txt", ascii(words(size)), "photo.jpg", jpeg(size / 2))));
        };
    }

    private Attachment large() {
        int size = 1_000_000 + random.nextInt(4_000_000);
        return switch (random.nextInt(4)) {
            case 0 -> new Attachment("photo.jpg", "image/jpeg", jpeg(size));
            case 1 -> new Attachment("catalogue.pdf", "application/pdf", pdf(size));
            case 2 -> new Attachment("report.docx", DOCX, docx(300_000, size));
            default -> new Attachment("pictures.zip", "application/zip", Samples.zip(Map.of("1.jpg", jpeg(size / 2), "2.jpg", jpeg(size / 2))));
        };
    }

    private Attachment nested() {
        byte[] inner = docx(20_000, 60_000);
        String innerName = "letter.docx";
        for (int level = 0; level < 3; level++) {
            inner = Samples.zip(Map.of(innerName, inner, "readme.txt", ascii(words(5_000)), "photo.jpg", jpeg(30_000)));
            innerName = "level" + level + ".zip";
        }
        return new Attachment("nested.zip", "application/zip", inner);
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(second);
        return bytes.toByteArray();
    }

    /** The head of a picture (JFIF), then what does not compress. */
    private byte[] jpeg(int size) {
        byte[] noise = noise(size);
        for (int i = 0; i < noise.length; i++) {
            if (noise[i] == (byte) 0xff) {
                noise[i] = 0;
            }
        }
        return join(join(JPEG_HEAD, noise), new byte[] {(byte) 0xff, (byte) 0xd9});
    }

    /** One page of compressed text, and a picture of that size. */
    private byte[] pdf(int size) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        List<Integer> starts = new ArrayList<>();
        file.writeBytes(ascii("%PDF-1.4\n"));
        object(file, starts, "<< /Type /Catalog /Pages 2 0 R >>", Optional.empty());
        object(file, starts, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", Optional.empty());
        object(file, starts, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            + " /Resources << /Font << /F1 5 0 R >> /XObject << /I1 6 0 R >> >> >>", Optional.empty());
        byte[] text = deflate(ascii("BT /F1 12 Tf 72 720 Td (" + words(3_000).replace("\n", ") Tj 0 -14 Td (") + ") Tj ET"));
        object(file, starts, "<< /Length " + text.length + " /Filter /FlateDecode >>", Optional.of(text));
        object(file, starts, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", Optional.empty());
        byte[] picture = jpeg(size);
        object(file, starts, "<< /Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
            + " /Length " + picture.length + " >>", Optional.of(picture));
        int table = file.size();
        StringBuilder end = new StringBuilder("xref\n0 " + (starts.size() + 1) + "\n0000000000 65535 f \n");
        starts.forEach(start -> end.append(String.format(Locale.ROOT, "%010d 00000 n \n", start)));
        file.writeBytes(ascii(end + "trailer\n<< /Size " + (starts.size() + 1) + " /Root 1 0 R >>\nstartxref\n" + table + "\n%%EOF\n"));
        return file.toByteArray();
    }

    private static void object(ByteArrayOutputStream file, List<Integer> starts, String dictionary, Optional<byte[]> stream) {
        starts.add(file.size());
        file.writeBytes(ascii(starts.size() + " 0 obj\n" + dictionary + "\n"));
        stream.ifPresent(bytes -> {
            file.writeBytes(ascii("stream\n"));
            file.writeBytes(bytes);
            file.writeBytes(ascii("\nendstream\n"));
        });
        file.writeBytes(ascii("endobj\n"));
    }

    private byte[] docx(int text, int picture) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("[Content_Types].xml", ascii("""
            <?xml version="1.0" encoding="UTF-8"?>
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Default Extension="jpeg" ContentType="image/jpeg"/>\
            <Override PartName="/word/document.xml" \
            ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""));
        entries.put("_rels/.rels", ascii("""
            <?xml version="1.0" encoding="UTF-8"?>
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" \
            Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>\
            </Relationships>"""));
        entries.put("word/document.xml", ascii("""
            <?xml version="1.0" encoding="UTF-8"?>
            <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body>\
            </w:document>""".formatted(words(text))));
        entries.put("word/media/image1.jpeg", jpeg(picture));
        return Samples.zip(entries);
    }

    private static byte[] deflate(byte[] bytes) {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deflated.toByteArray();
    }

    private byte[] noise(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private String words(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        int line = 0;
        while (text.length() < length) {
            String word = one(WORDS);
            line += word.length() + 1;
            text.append(word).append(line > 70 ? '\n' : ' ');
            line = line > 70 ? 0 : line;
        }
        return text.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
