package org.lazaret.scan.document.ooxml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipException;
import javax.xml.stream.XMLStreamException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.document.ole.Bytes;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * Word, Excel and PowerPoint packages (ECMA-376) as a document: its relationships, its fields, and every part that is no XML as an item
 * of its own. Whether the zip around it is sound is not judged here.
 *
 * <p>Limits: a central directory of {@value #MAX_DIRECTORY} bytes; what is inflated counts against the mail.
 */
public final class OoxmlAnalyser implements Analyser {
    static final int MAX_DIRECTORY = 4 << 20;
    static final int HEAD = 256;
    private static final Set<String> FONTS = Set.of("odttf", "fntdata");

    @Override
    public boolean handles(Item item) {
        return item.is(Type.OOXML) || item.is(Type.ZIP) && namesContentTypes(item.content());
    }

    /** A package says so itself, whatever else it may be; what cannot be read is left to {@link #analyse}. */
    private static boolean namesContentTypes(Content content) {
        try {
            byte[] wanted = "[Content_Types].xml".getBytes(StandardCharsets.ISO_8859_1);
            int length = (int) Math.min(content.size(), 64 << 10);
            return Bytes.indexOf(content.range(content.size() - length, length), wanted, 0) >= 0
                || Bytes.indexOf(content.range(0, 4096), wanted, 0) >= 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (directorySize(item.content()) > MAX_DIRECTORY) {
            examination.unscannable(item, Reason.OVER_LIMIT, "zip central directory larger than " + MAX_DIRECTORY + " bytes");
            return;
        }
        try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(item.content().channel()).setIgnoreLocalFileHeader(true).get()) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
            PartReading reading = new PartReading(item, examination);
            List<ZipArchiveEntry> others = new ArrayList<>();
            for (ZipArchiveEntry entry : entries) {
                String name = entry.getName().toLowerCase(Locale.ROOT);
                if (name.endsWith(".rels") || name.startsWith("[content_types]")) {
                    part(item, zip, entry, reading, examination);
                } else if (!entry.isDirectory()) {
                    others.add(entry);
                }
            }
            for (ZipArchiveEntry entry : others) {
                examination.checkTime();
                part(item, zip, entry, reading, examination);
            }
            reading.conclude();
        } catch (Charged.Exhausted e) {
            throw e.limit();
        } catch (ZipException e) {
            examination.unscannable(item, Reason.MALFORMED, "package: " + e.getMessage());
        }
    }

    private static void part(Item item, ZipFile zip, ZipArchiveEntry entry, PartReading reading, Examination examination)
        throws IOException, LimitExceeded {
        if (entry.getGeneralPurposeBit().usesEncryption() || !zip.canReadEntryData(entry)) {
            examination.nameOnly(item, base(entry.getName()));
            examination.unscannable(item, entry.getGeneralPurposeBit().usesEncryption() ? Reason.ENCRYPTED : Reason.UNSUPPORTED,
                "part " + base(entry.getName()));
            return;
        }
        String base = base(entry.getName());
        byte[] head;
        try (InputStream in = zip.getInputStream(entry)) {
            head = in.readNBytes(HEAD);
        }
        boolean chunk = reading.targets.getOrDefault("afchunk", Set.of()).contains(base.toLowerCase(Locale.ROOT));
        if (head.length == 0 || isPassive(head, base)) {
            return;
        }
        if (looksXml(head) && !chunk) {
            try (InputStream in = new Charged(new BufferedInputStream(zip.getInputStream(entry)), examination)) {
                String root = reading.read(in);
                if (root.equals("html") || root.equals("svg") || root.equals("stylesheet") && !base.toLowerCase(Locale.ROOT).contains("styles")) {
                    chunk = true;
                }
            } catch (XMLStreamException e) {
                if (e.getNestedException() instanceof Charged.Exhausted exhausted) {
                    throw exhausted.limit();
                }
                if (base.toLowerCase(Locale.ROOT).endsWith(".xml") || base.toLowerCase(Locale.ROOT).endsWith(".rels")) {
                    examination.unscannable(item, Reason.MALFORMED, "part " + base + " is no XML");
                }
                chunk = true;
            }
        } else if (BinaryPart.begins(head)) {
            try (InputStream in = new Charged(new BufferedInputStream(zip.getInputStream(entry)), examination)) {
                reading.readBinary(in);
            }
            return;
        } else {
            chunk = true;
        }
        if (chunk) {
            if (reading.targets.getOrDefault("afchunk", Set.of()).contains(base.toLowerCase(Locale.ROOT))) {
                boolean markup = looksXml(head);
                examination.finding(item, markup ? "office.altchunk.html" : "office.altchunk", base);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                examination.child(item, base, "", in, entry.getCompressedSize());
            }
        }
    }

    static String base(String name) {
        String path = name.replace('\\', '/');
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Pictures, sound and fonts that Office renders and nothing else: not worth inflating. */
    static boolean isPassive(byte[] head, String base) {
        String text = Bytes.latin(head);
        String extension = base.substring(base.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return text.startsWith("\u0089PNG\r\n\u001a\n") || text.startsWith("\u00ff\u00d8\u00ff") || text.startsWith("GIF8")
            || text.startsWith("II*\0")
            || text.startsWith("MM\0*") || text.startsWith("RIFF") || text.startsWith("\u00d7\u00cd\u00c6\u009a")
            || text.startsWith("\1\0\0\0") && text.startsWith(" EMF", 40) || text.startsWith("ftyp", 4) || text.startsWith("ID3")
            || FONTS.contains(extension) && !text.startsWith("MZ") && !text.startsWith("\u00d0\u00cf");
    }

    static boolean looksXml(byte[] head) {
        String text = head.length > 2 && (head[0] == (byte) 0xff && head[1] == (byte) 0xfe || head[0] != 0 && head[1] == 0)
            ? new String(head, StandardCharsets.UTF_16LE)
            : head.length > 2 && (head[0] == (byte) 0xfe && head[1] == (byte) 0xff || head[0] == 0)
                ? new String(head, StandardCharsets.UTF_16BE) : Bytes.latin(head);
        String start = text.replace("\u00ef\u00bb\u00bf", "").replace("\ufeff", "").stripLeading();
        return start.startsWith("<");
    }

    /** Size of the central directory by the last end record (APPNOTE 4.3.16); 0 when there is none. */
    static long directorySize(Content content) throws IOException {
        long from = Math.max(0, content.size() - 65_557);
        byte[] tail = content.range(from, (int) (content.size() - from));
        for (int i = tail.length - 22; i >= 0; i--) {
            if (tail[i] == 'P' && tail[i + 1] == 'K' && tail[i + 2] == 5 && tail[i + 3] == 6) {
                long size = Bytes.u32(tail, i + 12);
                return size == 0xffffffffL ? content.size() : size;
            }
        }
        return 0;
    }
}
