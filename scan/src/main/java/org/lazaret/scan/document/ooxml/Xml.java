package org.lazaret.scan.document.ooxml;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reading XML without DTD, entities and anything outside the bytes given. The JDK's own parser, whatever else is on the class path. */
public final class Xml {
    private static final XMLInputFactory FACTORY = factory();
    private static final int HEAD = 256;
    private static final Pattern ENCODING = Pattern.compile("^(?:\u00ef\u00bb\u00bf)?<\\?xml[^>]{1,200}?encoding\\s*=\\s*[\"']([\\w.:-]{1,40})");

    private Xml() {
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> InputStream.nullInputStream());
        return factory;
    }

    /**
     * Decodes for itself what the parser would decode: given bytes that are malformed, the JDK's parser writes to {@code System.err}. They
     * become replacement characters here.
     */
    public static XMLStreamReader read(InputStream in) throws XMLStreamException {
        try {
            BufferedInputStream bytes = new BufferedInputStream(in);
            bytes.mark(HEAD);
            byte[] head = bytes.readNBytes(HEAD);
            bytes.reset();
            return FACTORY.createXMLStreamReader(withoutMark(new BufferedReader(new InputStreamReader(bytes, charset(head)))));
        } catch (IOException e) {
            throw new XMLStreamException(e.getMessage(), e);
        }
    }

    private static Reader withoutMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\ufeff') {
            reader.reset();
        }
        return reader;
    }

    /** By mark, by zero bytes, by declaration (XML 1.0, appendix F); UTF-8 for what is declared wrongly. */
    private static Charset charset(byte[] head) {
        if (head.length > 1) {
            int start = (head[0] & 0xff) << 8 | head[1] & 0xff;
            if (start == 0xfffe || head[0] != 0 && head[1] == 0) {
                return StandardCharsets.UTF_16LE;
            }
            if (start == 0xfeff || head[0] == 0 && head[1] != 0) {
                return StandardCharsets.UTF_16BE;
            }
        }
        Matcher declared = ENCODING.matcher(new String(head, StandardCharsets.ISO_8859_1));
        if (declared.find() && !declared.group(1).toLowerCase(Locale.ROOT).startsWith("utf-")) {
            try {
                return Charset.forName(declared.group(1));
            } catch (IllegalArgumentException e) {
                return StandardCharsets.UTF_8;
            }
        }
        return StandardCharsets.UTF_8;
    }

    /** An attribute by local name, whatever its prefix; empty when there is none. */
    public static String attribute(XMLStreamReader xml, String name) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (name.equalsIgnoreCase(xml.getAttributeLocalName(i))) {
                return xml.getAttributeValue(i);
            }
        }
        return "";
    }
}
