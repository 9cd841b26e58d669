package org.lazaret.quarantine.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.CompressionLevel;
import net.lingala.zip4j.model.enums.CompressionMethod;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.james.mime4j.codec.Base64InputStream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.crypto.Bytes;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.quarantine.crypto.SpoolException;
import org.lazaret.quarantine.release.Structure.Entity;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;

/**
 * Builds the mail that is delivered on release: attachments go into one zip (AES-256), everything else stays byte for byte as it was.
 *
 * <p>What stays: the header, text without a file name, and pictures that the text shows and that are what they say they are. All other leaf
 * parts go into the zip. Where the message cannot be cut safely ({@link Structure.Indivisible}), or where the classification saw an
 * attachment that cutting would leave in place, the whole original goes into the zip as {@code original.eml} behind a short text.
 */
public final class Repackager {
    private static final String ZIP = "attachments.zip";
    private static final String NOTE = "attachments-password.txt";
    private static final String ORIGINAL = "original.eml";
    private static final Set<String> TEXT = Set.of("text/plain", "text/html", "text/enriched", "text/calendar");
    private static final List<String> COVER_FIELDS = List.of("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id",
        "in-reply-to", "references", "thread-topic", "thread-index");
    private static final int MAX_HTML = 4 << 20;
    private static final int BASE64_LINE = 57;

    private final Path temporary;

    /** @param temporary folder for the spools of large zips */
    public Repackager(Path temporary) {
        this.temporary = temporary;
    }

    /**
     * How the recipient gets at the password.
     *
     * @param password of the zip
     * @param portal   where it is shown; empty when it is in a text file beside the zip
     */
    public record Lock(String password, String portal) {
    }

    /** The mail to deliver, in pieces. To be closed after it was written. */
    public static final class Package implements AutoCloseable {
        private final List<Piece> pieces;
        private final Bytes original;
        private final Spool zip;
        private final String newline;

        private Package(List<Piece> pieces, Bytes original, Spool zip, String newline) {
            this.pieces = List.copyOf(pieces);
            this.original = original;
            this.zip = zip;
            this.newline = newline;
        }

        /** Its line end. */
        public String newline() {
            return newline;
        }

        public void writeTo(OutputStream out) throws IOException {
            for (Piece piece : pieces) {
                switch (piece) {
                    case Piece.Kept kept -> original.writeTo(out, kept.from, kept.to);
                    case Piece.New text -> out.write(text.text.getBytes(StandardCharsets.UTF_8));
                    case Piece.Raw raw -> out.write(raw.text.getBytes(StandardCharsets.ISO_8859_1));
                    case Piece.Zip whole -> writeZip(out);
                }
            }
        }

        private void writeZip(OutputStream out) throws IOException {
            byte[] end = newline.getBytes(StandardCharsets.US_ASCII);
            try (InputStream in = zip.input()) {
                byte[] line = new byte[BASE64_LINE];
                for (int read = in.readNBytes(line, 0, line.length); read > 0; read = in.readNBytes(line, 0, line.length)) {
                    out.write(Base64.getEncoder().encode(read == line.length ? line : Arrays.copyOf(line, read)));
                    out.write(end);
                }
            }
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }

    private sealed interface Piece {
        /** Bytes of the original. */
        record Kept(long from, long to) implements Piece {
        }

        /** Text of ours. */
        record New(String text) implements Piece {
        }

        /** Header fields of the original. */
        record Raw(String text) implements Piece {
        }

        /** The zip in base64. */
        record Zip() implements Piece {
        }
    }

    /** The original cannot be cut after all; found out while decoding. */
    private static final class NotCut extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param original stays open and must do so until the package is written
     * @throws IOException when a temporary file fails; nothing in a mail leads to it
     */
    public Package pack(HeldMail mail, Bytes original, Lock lock) throws IOException {
        Structure structure = Structure.of(original);
        boolean unclear = mail.verdict().obstacles().stream()
            .anyMatch(obstacle -> obstacle.reason() == Unscannable.Reason.AMBIGUOUS || obstacle.reason() == Unscannable.Reason.MALFORMED);
        if (structure instanceof Structure.Divisible divisible && !unclear) {
            Spool zip = new Spool(temporary);
            try {
                return cut(mail, original, divisible, zip, lock);
            } catch (NotCut e) {
                zip.close();
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        }
        return whole(mail, original, lock);
    }

    /**
     * The mail as it came, but for release markers of others.
     *
     * @param original as for {@link #pack}
     */
    public Package untouched(Bytes original) throws IOException {
        byte[] head;
        try (InputStream in = original.input()) {
            head = in.readNBytes(Structure.MAX_HEADER);
        }
        List<Fields.Field> fields = Fields.parse(head).fields();
        List<Piece> pieces = new ArrayList<>();
        Cursor cursor = new Cursor(pieces, 0);
        long at = 0;
        for (Fields.Field field : fields) {
            if (isMarker(field)) {
                cursor.keepTo(at);
                cursor.at = at + field.raw().length();
            }
            at += field.raw().length();
        }
        cursor.keepTo(original.size());
        Spool none = new Spool(temporary);
        none.complete();
        boolean bare = !fields.isEmpty() && !fields.getFirst().raw().endsWith("\r\n");
        return new Package(pieces, original, none, bare ? "\n" : "\r\n");
    }

    /** Writes a mail as it came into a zip that needs the password. */
    public static void zip(Bytes original, String password, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out, password.toCharArray(), StandardCharsets.UTF_8)) {
            add(zip, ORIGINAL, original.input());
        } catch (NotCut e) {
            throw new IOException("The original could not be read", e);
        }
    }

    private static boolean isMarker(Fields.Field field) {
        return field.name().equals(ReleaseMarker.FIELD.toLowerCase(Locale.ROOT));
    }

    private Package cut(HeldMail mail, Bytes original, Structure.Divisible structure, Spool zip, Lock lock) throws IOException, NotCut {
        String newline = structure.newline();
        Entity root = structure.root();
        List<Entity> removed = new ArrayList<>();
        Set<String> references = new HashSet<>();
        references(original, root, references);
        collect(original, root, false, references, removed);
        Set<String> zipped = new HashSet<>();
        if (!removed.isEmpty()) {
            Names names = new Names();
            try (ZipOutputStream out = new ZipOutputStream(zip.output(), lock.password.toCharArray(), StandardCharsets.UTF_8)) {
                for (Entity part : removed) {
                    zipped.add(add(out, names.of(nameOf(part), part.type().value()), decoded(original, part)));
                }
            }
        }
        zip.complete();
        // The classification's attachments are the measure: one that is not in the zip would be delivered as it is.
        for (Attachment attachment : mail.verdict().attachments()) {
            if (attachment.score().compareTo(Score.NONE) > 0 && !zipped.contains(attachment.sha256())) {
                throw new NotCut();
            }
        }
        List<Piece> pieces = new ArrayList<>();
        if (removed.isEmpty()) {
            header(pieces, root, true);
            pieces.add(new Piece.Kept(root.bodyStart(), original.size()));
        } else if (root.type().value().equals("multipart/mixed")) {
            header(pieces, root, true);
            body(pieces, root, removed, newline, original.size(), additions(root.boundary(), lock, newline));
        } else {
            String boundary = boundary(mail.id());
            header(pieces, root, false);
            mixed(pieces, root, boundary, newline);
            pieces.add(new Piece.New("--" + boundary + newline));
            if (removed.contains(root)) {
                pieces.add(new Piece.New(text("The attachment of this mail is in " + ZIP + ".", newline)));
            } else {
                root.header().fields().stream().filter(field -> field.name().startsWith("content-"))
                    .forEach(field -> pieces.add(new Piece.Raw(field.raw())));
                pieces.add(new Piece.New(newline));
                body(pieces, root, removed, newline, original.size(), List.of());
                pieces.add(new Piece.New(newline));
            }
            pieces.addAll(additions(boundary, lock, newline));
            pieces.add(new Piece.New("--" + boundary + "--" + newline));
        }
        return new Package(pieces, original, zip, newline);
    }

    private Package whole(HeldMail mail, Bytes original, Lock lock) throws IOException {
        String newline = "\r\n";
        Spool zip = new Spool(temporary);
        try {
            try (ZipOutputStream out = new ZipOutputStream(zip.output(), lock.password.toCharArray(), StandardCharsets.UTF_8)) {
                add(out, ORIGINAL, original.input());
            } catch (NotCut e) {
                throw new IOException("The original could not be read", e);
            }
            zip.complete();
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
        byte[] head;
        try (InputStream in = original.input()) {
            head = in.readNBytes(Structure.MAX_HEADER);
        }
        Fields fields = Fields.parse(head);
        List<Piece> pieces = new ArrayList<>();
        for (String name : COVER_FIELDS) {
            fields.all(name).stream().limit(1).filter(field -> field.raw().indexOf('\0') < 0)
                .forEach(field -> pieces.add(new Piece.Raw(field.raw().replaceAll("\\r?\\n", "\r\n").stripTrailing() + newline)));
        }
        String boundary = boundary(mail.id());
        pieces.add(new Piece.New("MIME-Version: 1.0" + newline + "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"" + newline + newline
            + "--" + boundary + newline
            + text("This mail was held and has been released. The original is in " + ZIP + " as " + ORIGINAL + ".", newline)));
        pieces.addAll(additions(boundary, lock, newline));
        pieces.add(new Piece.New("--" + boundary + "--" + newline));
        return new Package(pieces, original, zip, newline);
    }

    /** The header without markers; also without its MIME fields when the body is put into another one. */
    private static void header(List<Piece> pieces, Entity root, boolean withContentFields) {
        for (Fields.Field field : root.header().fields()) {
            if (!isMarker(field) && (withContentFields || !field.name().startsWith("content-"))) {
                pieces.add(new Piece.Raw(field.raw()));
            }
        }
        if (withContentFields) {
            pieces.add(new Piece.Kept(root.bodyStart() - emptyLine(root), root.bodyStart()));
        }
    }

    private static long emptyLine(Entity root) {
        long fields = root.header().fields().stream().mapToLong(field -> field.raw().length()).sum();
        return root.bodyStart() - root.headerStart() - fields;
    }

    private static void mixed(List<Piece> pieces, Entity root, String boundary, String newline) {
        if (root.header().all("mime-version").isEmpty()) {
            pieces.add(new Piece.New("MIME-Version: 1.0" + newline));
        }
        pieces.add(new Piece.New("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"" + newline + newline));
    }

    /** The body of a multipart without the removed parts; additions go in front of its closing delimiter. */
    private static void body(List<Piece> pieces, Entity root, List<Entity> removed, String newline, long end, List<Piece> additions) {
        Cursor cursor = new Cursor(pieces, root.bodyStart());
        body(cursor, root, removed, newline, additions);
        cursor.keepTo(end);
    }

    private static final class Cursor {
        private final List<Piece> pieces;
        private long at;

        private Cursor(List<Piece> pieces, long at) {
            this.pieces = pieces;
            this.at = at;
        }

        private void keepTo(long to) {
            if (to > at) {
                pieces.add(new Piece.Kept(at, to));
                at = to;
            }
        }
    }

    private static void body(Cursor cursor, Entity container, List<Entity> removed, String newline, List<Piece> additions) {
        boolean empty = additions.isEmpty() && removed.containsAll(container.children());
        for (Entity child : container.children()) {
            if (removed.contains(child)) {
                cursor.keepTo(child.delimiterStart());
                if (empty && child == container.children().get(0)) {
                    cursor.pieces.add(new Piece.New("--" + container.boundary() + newline + text("The attachment is in " + ZIP + ".", newline)));
                }
                cursor.at = child.next();
            } else if (child.multipart()) {
                body(cursor, child, removed, newline, List.of());
            }
        }
        if (!additions.isEmpty()) {
            cursor.keepTo(container.closing());
            cursor.pieces.addAll(additions);
        }
    }

    private static List<Piece> additions(String boundary, Lock lock, String newline) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece.New("--" + boundary + newline
            + "Content-Type: application/zip; name=\"" + ZIP + "\"" + newline
            + "Content-Disposition: attachment; filename=\"" + ZIP + "\"" + newline
            + "Content-Transfer-Encoding: base64" + newline + newline));
        pieces.add(new Piece.Zip());
        String note = lock.portal.isEmpty()
            ? "Password for " + ZIP + ":" + newline + lock.password + newline
            : "The password for " + ZIP + " is shown here:" + newline + lock.portal + newline;
        pieces.add(new Piece.New("--" + boundary + newline
            + "Content-Type: text/plain; charset=utf-8; name=\"" + NOTE + "\"" + newline
            + "Content-Disposition: attachment; filename=\"" + NOTE + "\"" + newline
            + "Content-Transfer-Encoding: 8bit" + newline + newline
            + note
            + newline + "This mail was held because its attachments may be harmful. Open them only if you expect them." + newline));
        return pieces;
    }

    private static String text(String sentence, String newline) {
        return "Content-Type: text/plain; charset=utf-8" + newline + "Content-Transfer-Encoding: 8bit" + newline + newline + sentence + newline;
    }

    private static String boundary(RecordId id) {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return "lazaret-" + id.value().substring(0, 8) + "-" + HexFormat.of().formatHex(random);
    }

    private static void collect(Bytes original, Entity entity, boolean related, Set<String> references, List<Entity> removed)
        throws IOException, NotCut {
        if (entity.multipart()) {
            for (Entity child : entity.children()) {
                collect(original, child, entity.type().value().equals("multipart/related"), references, removed);
            }
        } else if (!stays(original, entity, related, references)) {
            removed.add(entity);
        }
    }

    private static boolean stays(Bytes original, Entity leaf, boolean related, Set<String> references) throws IOException, NotCut {
        boolean attached = leaf.disposition().map(disposition -> !disposition.value().equals("inline")).orElse(false);
        if (attached) {
            return false;
        }
        boolean named = leaf.type().has("name") || leaf.disposition().map(disposition -> disposition.has("filename")).orElse(false);
        String type = leaf.type().value();
        if (TEXT.contains(type)) {
            return !named;
        }
        if (!related || !type.startsWith("image/")) {
            return false;
        }
        String id = leaf.header().first("content-id").map(value -> value.replaceAll("^<|>$", "")).orElse("");
        if (id.isEmpty() || !references.contains(id)) {
            return false;
        }
        try (InputStream in = decoded(original, leaf)) {
            return picture(type, in.readNBytes(12));
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new NotCut();
        }
    }

    private static boolean picture(String type, byte[] start) {
        String magic = new String(start, StandardCharsets.ISO_8859_1);
        return switch (type) {
            case "image/png" -> magic.startsWith("\u0089PNG\r\n\u001a\n");
            case "image/jpeg", "image/jpg", "image/pjpeg" -> magic.startsWith("\u00ff\u00d8\u00ff");
            case "image/gif" -> magic.startsWith("GIF87a") || magic.startsWith("GIF89a");
            case "image/webp" -> magic.startsWith("RIFF") && magic.endsWith("WEBP");
            default -> false;
        };
    }

    /** Content-IDs that HTML parts of the message show. */
    private static void references(Bytes original, Entity entity, Set<String> references) throws IOException, NotCut {
        for (Entity child : entity.children()) {
            references(original, child, references);
        }
        if (entity.type().value().equals("text/html")) {
            try (InputStream in = decoded(original, entity)) {
                String html = new String(in.readNBytes(MAX_HTML), StandardCharsets.ISO_8859_1);
                Matcher reference = Pattern.compile("(?i)cid:([^\"'\\s>)]{1,200})").matcher(html);
                while (reference.find()) {
                    references.add(reference.group(1));
                    references.add(URLDecoder.decode(reference.group(1).replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25"),
                        StandardCharsets.UTF_8));
                }
            } catch (SpoolException e) {
                throw e;
            } catch (IOException e) {
                throw new NotCut();
            }
        }
    }

    private static InputStream decoded(Bytes original, Entity leaf) {
        InputStream body = original.input(leaf.bodyStart(), leaf.bodyEnd());
        return switch (leaf.encoding()) {
            case "base64" -> new Base64InputStream(body, DecodeMonitor.STRICT);
            case "quoted-printable" -> new QuotedPrintableInputStream(body, DecodeMonitor.STRICT);
            default -> body;
        };
    }

    private static String nameOf(Entity leaf) {
        String name = leaf.disposition().map(disposition -> disposition.decoded("filename")).orElse("");
        return name.isEmpty() ? leaf.type().decoded("name") : name;
    }

    /** @return SHA-256 of what was added */
    private static String add(ZipOutputStream zip, String name, InputStream content) throws IOException, NotCut {
        ZipParameters parameters = new ZipParameters();
        parameters.setFileNameInZip(name);
        parameters.setCompressionMethod(CompressionMethod.DEFLATE);
        parameters.setCompressionLevel(CompressionLevel.FASTER);
        parameters.setEncryptFiles(true);
        parameters.setEncryptionMethod(EncryptionMethod.AES);
        parameters.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
        zip.putNextEntry(parameters);
        MessageDigest sha256 = DigestUtils.getSha256Digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = new DigestInputStream(content, sha256)) {
            while (true) {
                int read;
                try {
                    read = in.read(buffer);
                } catch (SpoolException e) {
                    throw e;
                } catch (IOException e) {
                    throw new NotCut();
                }
                if (read < 0) {
                    break;
                }
                zip.write(buffer, 0, read);
            }
        }
        zip.closeEntry();
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** Names for zip entries: no folders, nothing invisible, not overlong, each once. */
    static final class Names {
        private static final int MAX = 100;
        private final Set<String> used = new HashSet<>();

        String of(String name, String type) {
            String safe = name.codePoints()
                .map(point -> switch (Character.getType(point)) {
                    case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                        Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '_';
                    default -> "/\\:*?\"<>|".indexOf(point) >= 0 ? '_' : point;
                })
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .replaceAll("^[. ]+|[. ]+$", "");
            if (safe.isEmpty()) {
                safe = "attachment" + (type.equals("message/rfc822") ? ".eml" : "");
            }
            int dot = safe.lastIndexOf('.');
            String extension = dot > 0 && safe.length() - dot <= 12 ? safe.substring(dot) : "";
            String stem = safe.substring(0, safe.length() - extension.length());
            if (stem.codePointCount(0, stem.length()) > MAX) {
                stem = stem.substring(0, stem.offsetByCodePoints(0, MAX));
            }
            String suffix = extension;
            String base = stem;
            return Stream.iterate(1, count -> count + 1)
                .map(count -> base + (count == 1 ? "" : " (" + count + ")") + suffix)
                .filter(candidate -> used.add(candidate.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow();
        }
    }
}
