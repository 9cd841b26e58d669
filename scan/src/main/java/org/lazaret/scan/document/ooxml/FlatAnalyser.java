package org.lazaret.scan.document.ooxml;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLStreamException;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/** Documents that are one XML file: Word and Excel 2003, flat packages (ECMA-376-2, 8.4), flat OpenDocument, PDF inside of XDP. */
public final class FlatAnalyser implements Analyser {
    private static final int HEAD = 8192;

    @Override
    public boolean handles(Item item) {
        return (item.is(Type.XML) || item.is(Type.HTML) || item.is(Type.TEXT) || item.is(Type.UNKNOWN)) && isOffice(item);
    }

    private static boolean isOffice(Item item) {
        try {
            byte[] head = item.content().range(0, HEAD);
            boolean wide = head.length > 3 && (head[0] == 0 || head[1] == 0 || head[2] == 0 || head[3] == 0);
            String text = wide ? new String(head, StandardCharsets.ISO_8859_1).replace("\0", "") : new String(head, StandardCharsets.ISO_8859_1);
            return text.contains("mso-application") || text.contains("schemas.microsoft.com/office/word/2003/wordml") || text.contains("xmlPackage")
                || text.contains("ns.adobe.com/xdp")
                || text.contains("urn:schemas-microsoft-com:office:spreadsheet") || text.contains("urn:oasis:names:tc:opendocument");
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        boolean openDocument = new String(item.content().range(0, HEAD), StandardCharsets.ISO_8859_1).contains("urn:oasis:names:tc:opendocument");
        PartReading reading = new PartReading(item, examination);
        OdfReading odf = new OdfReading(item, examination);
        try (InputStream in = new BufferedInputStream(Charged.timed(item.content().open(), examination))) {
            if (openDocument) {
                odf.read(in);
            } else {
                reading.read(in);
            }
        } catch (Charged.Exhausted e) {
            throw e.limit();
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof Charged.Exhausted exhausted) {
                throw exhausted.limit();
            }
            examination.unscannable(item, Reason.MALFORMED, "Office document in XML: no well-formed XML");
        }
        reading.conclude();
        odf.conclude();
        for (PartReading.Binary binary : reading.binaries) {
            child(item, binary, examination);
        }
        for (PartReading.Binary binary : odf.binaries) {
            child(item, binary, examination);
        }
        if (reading.overLimit) {
            examination.unscannable(item, Reason.OVER_LIMIT, "binary data of a flat document");
        }
    }

    private static void child(Item item, PartReading.Binary binary, Examination examination) throws IOException, LimitExceeded {
        if (binary.bytes().length > 0) {
            examination.child(item, binary.name().isEmpty() ? "binary data" : binary.name(), "", new ByteArrayInputStream(binary.bytes()), -1);
        }
    }
}
