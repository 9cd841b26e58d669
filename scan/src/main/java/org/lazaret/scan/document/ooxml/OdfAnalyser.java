package org.lazaret.scan.document.ooxml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Locale;
import java.util.zip.ZipException;
import javax.xml.stream.XMLStreamException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * OpenDocument packages (ODF 1.3 part 2) as documents: macros, scripts, events, external sources, embedded objects, and encryption by
 * what the manifest says. Whether the zip around it is sound is not judged here.
 */
public final class OdfAnalyser implements Analyser {

    @Override
    public boolean handles(Item item) {
        return item.is(Type.ODF);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (OoxmlAnalyser.directorySize(item.content()) > OoxmlAnalyser.MAX_DIRECTORY) {
            examination.unscannable(item, Reason.OVER_LIMIT, "zip central directory larger than " + OoxmlAnalyser.MAX_DIRECTORY + " bytes");
            return;
        }
        try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(item.content().channel()).setIgnoreLocalFileHeader(true).get()) {
            OdfReading reading = new OdfReading(item, examination);
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (entry.getName().toLowerCase(Locale.ROOT).endsWith("manifest.xml")) {
                    xml(item, zip, entry, reading, examination);
                }
            }
            if (reading.encrypted) {
                examination.unscannable(item, Reason.ENCRYPTED, "OpenDocument with a password");
            }
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                examination.checkTime();
                if (!entry.isDirectory() && !reading.encrypted) {
                    part(item, zip, entry, reading, examination);
                }
                String name = entry.getName().toLowerCase(Locale.ROOT);
                if (name.startsWith("scripts/") && !name.endsWith("/") && !name.endsWith(".xml")) {
                    examination.finding(item, "office.odf.script", entry.getName());
                }
                if (reading.encrypted && name.startsWith("basic/") && !name.endsWith("/")) {
                    examination.finding(item, "office.odf.macro", entry.getName());
                }
            }
            reading.conclude();
        } catch (Charged.Exhausted e) {
            throw e.limit();
        } catch (ZipException e) {
            examination.unscannable(item, Reason.MALFORMED, "package: " + e.getMessage());
        }
    }

    private static void part(Item item, ZipFile zip, ZipArchiveEntry entry, OdfReading reading, Examination examination)
        throws IOException, LimitExceeded {
        if (entry.getGeneralPurposeBit().usesEncryption() || !zip.canReadEntryData(entry)) {
            examination.unscannable(item, Reason.UNSUPPORTED, "part " + OoxmlAnalyser.base(entry.getName()));
            return;
        }
        byte[] head;
        try (InputStream in = zip.getInputStream(entry)) {
            head = in.readNBytes(OoxmlAnalyser.HEAD);
        }
        String name = entry.getName().toLowerCase(Locale.ROOT);
        String base = OoxmlAnalyser.base(entry.getName());
        if (head.length == 0 || OoxmlAnalyser.isPassive(head, base) || name.equals("mimetype") || name.startsWith("fonts/")) {
            return;
        }
        if (OoxmlAnalyser.looksXml(head)) {
            xml(item, zip, entry, reading, examination);
        } else {
            try (InputStream in = zip.getInputStream(entry)) {
                examination.child(item, base, "", in, entry.getCompressedSize());
            }
        }
    }

    private static void xml(Item item, ZipFile zip, ZipArchiveEntry entry, OdfReading reading, Examination examination)
        throws IOException, LimitExceeded {
        try (InputStream in = new Charged(new BufferedInputStream(zip.getInputStream(entry)), examination)) {
            reading.read(in);
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof Charged.Exhausted exhausted) {
                throw exhausted.limit();
            }
            examination.unscannable(item, Reason.MALFORMED, "part " + OoxmlAnalyser.base(entry.getName()) + " is no XML");
        }
    }
}
