package org.lazaret.scan.document.ooxml;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.document.ole.Macros;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/** The XML of OpenDocument (ODF 1.3 part 3): Basic modules, events that run them, DDE, and what loads from elsewhere. */
final class OdfReading {
    private static final int MAX_TEXT = 4 << 20;
    private static final int MAX_BINARY = 64 << 20;
    private static final Set<String> LOADS = Set.of("section-source", "table-source", "cell-range-source", "object", "object-ole", "plugin", "applet",
        "floating-frame", "template", "dde-source", "connection-resource", "database-source-sql", "fill-image", "image", "image-map");

    private final Item item;
    private final Examination examination;
    private final Set<String> seen = new HashSet<>();
    private final StringBuilder modules = new StringBuilder();
    final List<PartReading.Binary> binaries = new ArrayList<>();
    private long binaryBytes;
    private boolean events;
    boolean encrypted;

    OdfReading(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    private void finding(String rule, String evidence) {
        if (seen.size() < 200 && seen.add(rule + '\n' + evidence)) {
            examination.finding(item, rule, evidence);
        }
    }

    void read(InputStream in) throws XMLStreamException {
        XMLStreamReader xml = Xml.read(in);
        String collecting = "";
        StringBuilder text = new StringBuilder();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    String name = xml.getLocalName().toLowerCase(Locale.ROOT);
                    String space = xml.getNamespaceURI() == null ? "" : xml.getNamespaceURI();
                    boolean code = name.equals("module") || name.equals("source-code") || name.equals("script-data");
                    if (code || name.equals("binary-data")) {
                        collecting = name;
                        text.setLength(0);
                    }
                    element(xml, name, space);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!collecting.isEmpty() && text.length() < (collecting.equals("binary-data") ? MAX_BINARY : MAX_TEXT)) {
                        text.append(xml.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (xml.getLocalName().equalsIgnoreCase(collecting)) {
                        take(collecting, text.toString());
                        collecting = "";
                    }
                }
                default -> { }
            }
        }
        xml.close();
    }

    private void take(String kind, String text) {
        if (!kind.equals("binary-data")) {
            if (modules.length() < MAX_TEXT) {
                modules.append(text).append('\n');
            }
            return;
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(text);
            if (binaryBytes + bytes.length <= MAX_BINARY) {
                binaryBytes += bytes.length;
                binaries.add(new PartReading.Binary("binary data", bytes));
            }
        } catch (IllegalArgumentException e) {
            finding("office.odf.macro", "binary data that cannot be decoded");
        }
    }

    private void element(XMLStreamReader xml, String name, String space) {
        String target = Xml.attribute(xml, "href");
        switch (name) {
            case "event-listener", "event" -> {
                String code = target.isEmpty() ? Xml.attribute(xml, "macro-name") + Xml.attribute(xml, "script-macro") : target;
                String lower = code.toLowerCase(Locale.ROOT);
                if (Xml.attribute(xml, "action").equals("execute") || Links.isExecutable(code) && !lower.startsWith("vnd.sun.star.script:")) {
                    finding("office.action.program", code);
                } else if (lower.contains("../") || lower.contains("..%2f")) {
                    finding("office.odf.escape", code);
                } else if (!code.isEmpty() && !lower.startsWith("#")) {
                    events = true;
                    finding("office.odf.event", Xml.attribute(xml, "event-name") + " " + code);
                }
            }
            case "dde-source", "dde-connection-decl" -> {
                String application = Xml.attribute(xml, "dde-application");
                String topic = Xml.attribute(xml, "dde-topic");
                boolean command = Links.isCommand(application) || Links.isCommand(topic) || Links.isExecutable(application);
                finding(command ? "office.dde.command" : "office.dde.link", application + "|" + topic);
            }
            case "encryption-data" -> encrypted = true;
            default -> { }
        }
        if (LOADS.contains(name) && !target.isEmpty()) {
            if (Links.isProtocol(target) || Links.isCommand(target)) {
                finding("office.external.protocol", name + " → " + target);
            } else if (Links.isShare(target)) {
                finding("office.external.share", name + " → " + target);
            } else if (Links.isWeb(target)) {
                boolean picture = name.equals("image") || name.equals("fill-image");
                finding(picture ? "office.external.image" : name.equals("template")
                    ? "office.external.template" : "office.external.frame", name + " → " + target);
            }
        }
        String lower = name.equals("a") ? target.toLowerCase(Locale.ROOT) : "";
        if (lower.startsWith("vnd.sun.star.script:") || lower.startsWith("macro:")) {
            finding(lower.contains("../") || lower.contains("..%2f") ? "office.odf.escape" : "office.odf.event", target);
        } else if (name.equals("a") && Links.isProtocol(target)) {
            finding("office.link.program", target);
        }
        String formula = Xml.attribute(xml, "formula");
        if (!formula.isEmpty() && formula.toLowerCase(Locale.ROOT).contains("dde(")) {
            finding(Links.isCommand(formula.replace('"', ' ')) ? "office.dde.command" : "office.dde.link", formula);
        }
    }

    /** Reports the macros; events make them run by themselves. */
    void conclude() {
        if (!modules.isEmpty() && !modules.toString().isBlank()) {
            finding("office.odf.macro", "Basic");
            Macros.judge(item, events ? modules + "\nSub AutoOpen()\n" : modules.toString(), examination);
        }
    }
}
