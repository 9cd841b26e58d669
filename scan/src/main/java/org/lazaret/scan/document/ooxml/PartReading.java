package org.lazaret.scan.document.ooxml;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.FieldCodes;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/**
 * What the XML parts of one document say. A part is known by its root element, never by its name, since names are free (ECMA-376-2,
 * 9.1.1). Parts of pure content (cells, styles, themes) are left at their root.
 */
final class PartReading {
    private static final int MAX_TEXT = 16 << 10;
    private static final int MAX_FINDINGS = 200;
    private static final int MAX_BINARY = 64 << 20;
    private static final Set<String> CONTENT = Set.of("sst", "stylesheet", "theme", "styles", "fonts", "numbering", "coreproperties",
        "calcchain", "presentationpr", "viewpr", "tblstylelst", "chartspace", "colorsdef", "styledef", "layoutdef", "datamodel", "colorstyle",
        "chartstyle", "wsdr", "pivotcachedefinition", "pivotcacherecords", "pivottabledefinition", "table", "metadata", "signature");
    private static final Pattern CALLS = Pattern.compile(
        "\\b(exec|call|register(?:\\.id)?|fopen|fwrite(?:ln)?|run|formula(?:\\.fill|\\.array)?|get\\.workspace|set\\.value|on\\.time|error"
            + "|app\\.maximize"
            + "|send\\.keys|initiate|execute|poke|save\\.as|files?|open|workbook\\.hide|vba\\.insert\\.file|custom\\.repeat)\\s*\\(");
    private static final Set<String> HARD_CALLS = Set.of("exec", "call", "register", "register.id", "fopen", "fwrite", "fwriteln", "initiate",
        "execute",
        "send.keys", "vba.insert.file", "formula", "formula.fill", "formula.array", "get.workspace", "on.time", "run");
    private static final Pattern CELL_DDE = Pattern.compile("[\\w.]+\\s*\\|\\s*'[^']*'\\s*!");

    private static final Pattern CELL_LINK = Pattern.compile("\\b(hyperlink|image|webservice)\\s*\\(\\s*\"([^\"]+)");

    /** A part of a flat document. */
    record Binary(String name, byte[] bytes) {
    }

    private final Item item;
    private final Examination examination;
    private int findings;
    private final Set<String> seen = new HashSet<>();
    /** Internal targets by the last segment of their relationship type, lower case. */
    final Map<String, Set<String>> targets = new ConcurrentHashMap<>();
    final Set<String> calls = new LinkedHashSet<>();
    /** Binary data inside a flat document, base64 undone. */
    final List<Binary> binaries = new ArrayList<>();
    private long binaryBytes;
    boolean overLimit;
    private String partName = "";
    boolean macroSheet;
    boolean automatic;
    boolean hiddenSheet;
    boolean macroEnabled;

    PartReading(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    private void finding(String rule, String evidence) {
        if (findings < MAX_FINDINGS && seen.add(rule + '\n' + evidence)) {
            findings++;
            examination.finding(item, rule, evidence);
        }
    }

    /**
     * Reads one part.
     *
     * @return lower-case local name of the root element
     */
    String read(InputStream in) throws XMLStreamException, IOException {
        XMLStreamReader xml = Xml.read(in);
        try {
            return read(xml);
        } finally {
            xml.close();
        }
    }

    private String read(XMLStreamReader xml) throws XMLStreamException {
        String root = "";
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD) {
                finding("office.xml.dtd", "DOCTYPE in a part");
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                root = xml.getLocalName().toLowerCase(Locale.ROOT);
                break;
            }
        }
        if (!CONTENT.contains(root) && !root.isEmpty()) {
            element(xml, root, root);
            rest(xml, root);
        }
        return root;
    }

    /** Reads on to the end of the element that the reader stands on; for parts inside a flat document. */
    void rest(XMLStreamReader xml, String root) throws XMLStreamException {
        int depth = 1;
        StringBuilder field = new StringBuilder();
        int fields = 0;
        StringBuilder text = new StringBuilder();
        StringBuilder binary = new StringBuilder();
        String collecting = "";
        if (root.equals("macrosheet")) {
            macroSheet = true;
        }
        while (depth > 0 && xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    String name = xml.getLocalName().toLowerCase(Locale.ROOT);
                    if (name.equals("fldchar")) {
                        String kind = Xml.attribute(xml, "fldCharType");
                        if (kind.equals("begin")) {
                            fields++;
                        } else if (fields > 0) {
                            fields -= kind.equals("end") ? 1 : 0;
                            if (fields == 0 || kind.equals("separate")) {
                                flush(field);
                            }
                        }
                    } else if (isBinary(name, root)) {
                        collecting = name;
                        binary.setLength(0);
                        String own = Xml.attribute(xml, "name");
                        partName = own.isEmpty() ? partName : own;
                    } else if (name.equals("path") && root.equals("workbook")) {
                        collecting = name;
                        text.setLength(0);
                    } else if (name.equals("instrtext") || name.equals("delinstrtext") || name.equals("f") || name.equals("definedname")) {
                        collecting = name;
                        text.setLength(0);
                        if (name.equals("definedname")) {
                            definedName(Xml.attribute(xml, "name"));
                        }
                    } else {
                        element(xml, root, name);
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (isBinary(collecting, root)) {
                        if (binary.length() + binaryBytes < MAX_BINARY) {
                            binary.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                        } else {
                            overLimit = true;
                        }
                    } else if (!collecting.isEmpty() && text.length() < MAX_TEXT) {
                        text.append(xml.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    String name = xml.getLocalName().toLowerCase(Locale.ROOT);
                    if (name.equals(collecting)) {
                        if (isBinary(name, root)) {
                            binary(binary.toString());
                            binary.setLength(0);
                        } else if (name.equals("path")) {
                            supBook(text.toString());
                        } else if (name.equals("f")) {
                            formula(text.toString(), root);
                        } else if (!name.equals("definedname") && field.length() < MAX_TEXT) {
                            field.append(text);
                        } else {
                            formula(text.toString(), root);
                        }
                        collecting = "";
                    }
                    if ((name.equals("p") || name.equals("body")) && fields == 0) {
                        flush(field);
                    }
                }
                default -> { }
            }
        }
        flush(field);
    }

    private static boolean isBinary(String name, String root) {
        return name.equals("bindata") || name.equals("binarydata") || name.equals("binary-data") || name.equals("chunk") && root.equals("xdp");
    }

    private void binary(String base64) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(base64);
            binaryBytes += bytes.length;
            binaries.add(new Binary(partName.substring(partName.lastIndexOf('/') + 1), bytes));
        } catch (IllegalArgumentException e) {
            examination.unscannable(item, Reason.MALFORMED, "binary data of a flat document");
        }
    }

    private void supBook(String path) {
        int separator = path.indexOf('|');
        if (separator > 0) {
            finding(Links.isCommand(path.replace('|', ' ')) ? "office.dde.command" : "office.dde.link", path);
        }
    }

    private void flush(StringBuilder field) {
        if (!field.isEmpty() && findings < MAX_FINDINGS) {
            FieldCodes.judge(item, field.toString(), examination);
        }
        field.setLength(0);
    }

    private void definedName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        automatic |= lower.contains("auto_open") || lower.contains("auto_close") || lower.contains("auto_activate")
            || lower.contains("auto_deactivate");
    }

    private void formula(String formula, String root) {
        String lower = formula.toLowerCase(Locale.ROOT);
        if (root.equals("macrosheet")) {
            Matcher matcher = CALLS.matcher(lower);
            while (calls.size() < 12 && matcher.find()) {
                calls.add(matcher.group(1));
            }
        }
        cellLink(lower);
        if (lower.indexOf('|') >= 0 && CELL_DDE.matcher(lower).find()) {
            finding(Links.isCommand(lower.replace('|', ' ')) ? "office.dde.command" : "office.dde.link", formula);
        }
    }

    private void cellLink(String formula) {
        Matcher matcher = CELL_LINK.matcher(formula);
        if (!matcher.find()) {
            return;
        }
        String target = matcher.group(2);
        switch (matcher.group(1)) {
            case "webservice" -> {
                if (Links.isRemote(target)) {
                    finding("office.query", formula);
                }
            }
            case "image" -> {
                if (Links.isShare(target)) {
                    finding("office.external.share", formula);
                }
            }
            default -> {
                if (Links.isProtocol(target)) {
                    finding("office.link.program", formula);
                } else if (Links.isShare(target) && Links.isExecutable(target)) {
                    finding("office.link.executable", formula);
                }
            }
        }
    }

    private void element(XMLStreamReader xml, String root, String name) {
        switch (name) {
            case "relationship" -> relationship(xml);
            case "default", "override" -> contentType(xml);
            case "part" -> partName = Xml.attribute(xml, "name");
            case "cell" -> formula(Xml.attribute(xml, "Formula"), root);
            case "attachedtemplate" -> {
                String template = Xml.attribute(xml, "val");
                if (Links.isRemote(template)) {
                    finding("office.external.template", template);
                }
            }
            case "sourcefilename" -> {
                if (Links.isRemote(Xml.attribute(xml, "val"))) {
                    finding("office.external.frame", Xml.attribute(xml, "val"));
                }
            }
            case "fldsimple" -> FieldCodes.judge(item, Xml.attribute(xml, "instr"), examination);
            case "ddelink" -> {
                String service = Xml.attribute(xml, "ddeService");
                String topic = Xml.attribute(xml, "ddeTopic");
                boolean command = Links.isCommand(service) || Links.isCommand(topic) || Links.isExecutable(service);
                finding(command ? "office.dde.command" : "office.dde.link", service + "|" + topic);
            }
            case "connection" -> {
                String file = Xml.attribute(xml, "odcFile");
                if (root.equals("connections") && Links.isRemote(file)) {
                    finding("office.query", file);
                }
            }
            case "webpr" -> {
                String url = Xml.attribute(xml, "url");
                if (Links.isRemote(url)) {
                    finding("office.query", url);
                }
            }
            case "sheet" -> hiddenSheet |= Xml.attribute(xml, "state").toLowerCase(Locale.ROOT).contains("hidden");
            case "customui" -> {
                String handler = Xml.attribute(xml, "onLoad");
                if (!handler.isEmpty()) {
                    boolean outside = handler.contains("!") || handler.contains("/") || handler.contains("\\");
                    finding(outside ? "office.ribbon.external" : "office.ribbon", "onLoad=" + handler);
                }
            }
            case "hlinkclick", "hlinkmouseover", "hlinkhover" -> {
                String action = Xml.attribute(xml, "action").toLowerCase(Locale.ROOT);
                if (action.startsWith("ppaction://program")) {
                    finding("office.action.program", name + " " + action);
                }
            }
            case "ocx" -> finding("office.activex", Xml.attribute(xml, "classid"));
            case "oleobject" -> {
                if (Xml.attribute(xml, "ProgID").toLowerCase(Locale.ROOT).startsWith("equation.")) {
                    finding("office.equation", Xml.attribute(xml, "ProgID"));
                }
            }
            case "frame", "frameset" -> {
                if (name.equals("frameset") && root.equals("websettings")) {
                    finding("office.frameset", "frameset");
                }
            }
            case "script" -> {
                if (root.equals("document") || root.equals("worddocument")) {
                    finding("office.script", Xml.attribute(xml, "language"));
                }
            }
            default -> { }
        }
    }

    private void relationship(XMLStreamReader xml) {
        String type = Xml.attribute(xml, "Type");
        String target = Xml.attribute(xml, "Target");
        if ("external".equalsIgnoreCase(Xml.attribute(xml, "TargetMode").strip())) {
            if (findings < MAX_FINDINGS && seen.add(type + '\n' + target)) {
                findings++;
                Relationships.judge(item, type, target, examination);
            }
        } else {
            String kind = type.substring(type.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            targets.computeIfAbsent(kind, key -> new HashSet<>()).add(target.substring(target.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT));
            if (target.contains("://")) {
                Relationships.judge(item, type, target, examination);
            }
        }
    }

    private void contentType(XMLStreamReader xml) {
        String type = Xml.attribute(xml, "ContentType").toLowerCase(Locale.ROOT);
        macroEnabled |= type.contains("macroenabled");
        if (type.contains("macrosheet")) {
            macroSheet = true;
        }
    }

    /** Takes a part in the binary form of Excel. */
    void readBinary(InputStream in) throws IOException {
        BinaryPart part = BinaryPart.read(in);
        automatic |= part.automatic();
        for (String link : part.links()) {
            supBook(link);
        }
    }

    /** Reports what only the whole document tells. */
    void conclude() {
        boolean sheet = macroSheet || targets.containsKey("xlmacrosheet") || targets.containsKey("xlintlmacrosheet");
        if (sheet) {
            boolean hard = calls.stream().anyMatch(HARD_CALLS::contains);
            String evidence = (automatic ? "Auto_Open " : "") + (hiddenSheet ? "hidden " : "") + String.join(", ", calls);
            finding(hard || automatic ? "office.xlm.autoexec" : "office.xlm", evidence.strip());
        }
        if (macroEnabled) {
            finding("office.macroenabled", "macro-enabled content type");
        }
    }
}
