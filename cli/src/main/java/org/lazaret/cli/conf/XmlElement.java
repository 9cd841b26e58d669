package org.lazaret.cli.conf;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of a configuration file.
 *
 * @param line    where its start tag ends, from 1
 * @param written text directly in it
 */
record XmlElement(String name, int line, Map<String, String> attributes, List<XmlElement> children, StringBuilder written) {

    /** Not well-formed. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        Malformed(XMLStreamException cause) {
            // The first line of the message is the parser's place, said otherwise.
            super(String.valueOf(cause.getMessage()).replaceFirst("(?s)^ParseError at .*?\\nMessage: ", ""), cause);
            line = cause.getLocation() == null ? 0 : cause.getLocation().getLineNumber();
        }

        int line() {
            return line;
        }
    }

    /** The root element. External entities and document types are not followed. */
    static XmlElement parse(String text) throws Malformed {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
            XmlElement outside = new XmlElement("", 0, Map.of(), new ArrayList<>(), new StringBuilder());
            Deque<XmlElement> open = new ArrayDeque<>(List.of(outside));
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        XmlElement element = element(reader);
                        open.element().children.add(element);
                        open.push(element);
                    }
                    case XMLStreamConstants.END_ELEMENT -> open.pop();
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> open.element().written.append(reader.getText());
                    default -> { }
                }
            }
            return outside.children.getFirst();
        } catch (XMLStreamException e) {
            throw new Malformed(e);
        }
    }

    private static XmlElement element(XMLStreamReader reader) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        return new XmlElement(reader.getLocalName(), reader.getLocation().getLineNumber(), attributes, new ArrayList<>(), new StringBuilder());
    }

    String text() {
        return written.toString().strip();
    }

    Optional<String> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    List<XmlElement> all(String name) {
        return children.stream().filter(child -> child.name.equals(name)).toList();
    }

    Optional<XmlElement> first(String name) {
        return all(name).stream().findFirst();
    }
}
