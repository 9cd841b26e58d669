package org.lazaret.scan.document.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Judges the objects of one PDF: actions (ISO 32000-2, 12.6) by what they do and whether they run when the file is opened; embedded
 * files (7.11.4) are handed on. Objects are collected while the file is read and judged when all references can be followed.
 *
 * <p>Limits: {@value #MAX_KEPT} objects of interest, {@value #MAX_SCRIPT} bytes of one script.
 */
final class PdfReading implements PdfFile.Visitor {
    private static final int MAX_KEPT = 20_000;
    private static final int MAX_SCRIPT = 2 << 20;
    private static final int MAX_FINDINGS = 200;
    private static final Set<String> ACTIONS = Set.of("JavaScript", "Launch", "SubmitForm", "GoToE", "GoToR", "ImportData", "RichMediaExecute",
        "Rendition",
        "Movie", "Sound", "GoTo3DView", "SetOCGState");
    private static final Set<String> KEYS = Set.of("OpenAction", "AA", "JS", "JavaScript", "EF", "XFA", "RichMediaContent", "EmbeddedFiles", "AF");
    /** Triggers of an annotation that fire with its page (ISO 32000-2, table 197). */
    private static final Set<String> PAGE_TRIGGERS = Set.of("PO", "PV");
    private static final Set<String> TELLING = Set.of("JavaScript", "JS", "Launch", "OpenAction", "AA", "EmbeddedFile", "EmbeddedFiles", "URI",
        "SubmitForm",
        "GoToE", "GoToR", "RichMedia", "XFA", "ObjStm", "AcroForm", "Action", "Names", "Filespec", "Win", "Encrypt");
    private static final Pattern HARMFUL = Pattern.compile(
        "nlaunch\\s*:\\s*[12]|app\\s*\\.\\s*launchurl|collab\\s*\\.\\s*(?:collectemailinfo|geticon)|util\\s*\\.\\s*printd?\\s*\\([^)]{200}"
            + "|media\\s*\\.\\s*newplayer|spell\\s*\\.\\s*customdictionaryopen|%u[0-9a-f]{4}%u[0-9a-f]{4}|%u9090|\\\\x90\\\\x90"
            + "|soap\\s*\\.\\s*(?:connect|request|streamdecode)"
            + "|app\\s*\\.\\s*(?:openfdf|trustedfunction|begin\\s*priv)|getannots?\\s*\\([^)]*\\)[^;]{0,200}\\.\\s*(?:subject"
            + "|contents)[^;]{0,200}eval"
            + "|exportdataobject|(?:heap|spray)\\w*\\s*=|unescape\\s*\\(\\s*[\"']%|xfa\\s*\\.\\s*host\\s*\\.\\s*gotourl|adbc\\."
            + "|this\\.submitform|\\bgeturl\\s*\\(",
        Pattern.CASE_INSENSITIVE);
    private static final Pattern HARMLESS = Pattern.compile(
        "(?:\\s*(?:this|event\\.target|app)?\\.?(?:print\\s*\\([^;]{0,200}\\)|zoomtype\\s*=[^;]{0,60}|zoom\\s*=[^;]{0,60}"
            + "|pagenum\\s*=[^;]{0,60}|layout\\s*=[^;]{0,60}"
            + "|calculatenow\\s*\\(\\))\\s*;?\\s*)*", Pattern.CASE_INSENSITIVE);

    private final Item item;
    private final Examination examination;
    private final List<Value.Dictionary> kept = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<Object> embedded = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Integer> embeddedNumbers = new HashSet<>();
    private final List<Value.Dictionary> judged = new ArrayList<>();
    private int findings;
    boolean encrypted;

    PdfReading(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    private record EmbeddedStream(int number, Value.Dictionary stream) {
    }

    private final List<Value.Dictionary> bombs = new ArrayList<>();
    private final List<EmbeddedStream> embeddedStreams = new ArrayList<>();

    private void finding(String rule, String evidence) {
        if (findings < MAX_FINDINGS && seen.add(rule + '\n' + evidence)) {
            findings++;
            examination.finding(item, rule, evidence);
        }
    }

    @Override
    public void visit(int number, Value value) {
        walk(number, value, true);
    }

    private void walk(int number, Value value, boolean top) {
        switch (value) {
            case Value.Dictionary dictionary -> {
                look(number, dictionary, top);
                for (Value inner : dictionary.entries().values()) {
                    walk(number, inner, false);
                }
            }
            case Value.Array array -> {
                for (Value inner : array.elements()) {
                    walk(number, inner, false);
                }
            }
            case Value.Name name -> {
                if (name.escaped() && TELLING.contains(name.text())) {
                    finding("pdf.name.escaped", "/" + name.text());
                }
            }
            case Value.Text text -> { }
            case Value.Number n -> { }
            case Value.Reference reference -> { }
            case Value.Other other -> { }
        }
    }

    private void look(int number, Value.Dictionary dictionary, boolean top) {
        if (dictionary.has("Encrypt") && (dictionary.has("Root") || dictionary.has("Size")) && !(dictionary.get("Encrypt") instanceof Value.Other)) {
            encrypted = true;
        }
        if (top && dictionary.body() != null && named(dictionary.get("Type"), "EmbeddedFile") && embeddedStreams.size() < MAX_KEPT) {
            embeddedStreams.add(new EmbeddedStream(number, dictionary));
        }
        if (dictionary.body() != null && stages(dictionary) && bombs.size() < 100) {
            bombs.add(dictionary);
        }
        if (dictionary.get("URI") instanceof Value.Text uri) {
            link(uri.text());
        }
        boolean wanted = dictionary.get("S") instanceof Value.Reference || ACTIONS.stream().anyMatch(action -> named(dictionary.get("S"), action))
            || KEYS.stream().anyMatch(dictionary::has) || named(dictionary.get("Subtype"), "RichMedia") || named(dictionary.get("Subtype"), "Flash")
            || named(dictionary.get("Subtype"), "Screen") || dictionary.get("URI") instanceof Value.Reference
            || dictionary.get("A") instanceof Value.Dictionary own && named(own.get("S"), "JavaScript");
        if (wanted && kept.size() < MAX_KEPT) {
            kept.add(dictionary);
        }
    }

    /** Compression of what is compressed already: no writer does it. */
    private static boolean stages(Value.Dictionary dictionary) {
        if (!(dictionary.get("Filter") instanceof Value.Array array)) {
            return false;
        }
        long packed = array.elements().stream().filter(element -> element instanceof Value.Name name
            && (name.text().equals("FlateDecode") || name.text().equals("Fl") || name.text().equals("LZWDecode")
                || name.text().equals("LZW"))).count();
        return packed > 1 || array.elements().size() > Filters.USUAL;
    }

    private void link(String target) {
        if (Links.isProtocol(target) && !target.toLowerCase(Locale.ROOT).startsWith("javascript:")) {
            finding("pdf.link.program", target);
        } else if (Links.isShare(target)) {
            finding("pdf.link.share", target);
        } else if (Links.isExecutable(target)) {
            finding("pdf.link.executable", target);
        }
    }

    private static boolean named(@Nullable Value value, String name) {
        return value instanceof Value.Name own && own.text().equals(name)
            || value instanceof Value.Array array && array.elements().stream().anyMatch(element -> element instanceof Value.Name own
                && own.text().equals(name));
    }

    /** Judges what was collected. */
    void conclude(PdfObjects objects, boolean readable) throws IOException, LimitExceeded {
        for (Value.Dictionary dictionary : List.copyOf(kept)) {
            examination.checkTime();
            judge(dictionary, objects, readable);
        }
        for (Value.Dictionary bomb : bombs) {
            finding("pdf.filters", "filters on filters");
            Value.Body body = bomb.body();
            if (body != null && readable) {
                drain(body);
            }
        }
        if (readable) {
            for (EmbeddedStream stream : embeddedStreams) {
                if (!embeddedNumbers.contains(stream.number)) {
                    hand("", stream.stream);
                }
            }
        }
    }

    /** What comes out counts against the mail, which ends a bomb. */
    private static void drain(Value.Body body) throws IOException {
        try (InputStream in = body.open()) {
            byte[] block = new byte[8192];
            while (in.read(block) >= 0) {
                // Only the count matters.
            }
        } catch (Charged.Exhausted e) {
            throw e;
        } catch (IOException e) {
            // A defect ends it as well.
        }
    }

    private void judge(Value.Dictionary dictionary, PdfObjects objects, boolean readable) throws IOException, LimitExceeded {
        if (dictionary.has("OpenAction")) {
            action(objects.resolve(dictionary.get("OpenAction")), objects, true, 0);
        }
        if (dictionary.has("AA")) {
            boolean document = named(dictionary.get("Type"), "Catalog") || named(dictionary.get("Type"), "Page") || dictionary.has("Pages")
                || dictionary.has("MediaBox") || dictionary.has("Kids") && named(dictionary.get("Type"), "Pages");
            each(dictionary.get("AA"), objects, 0, triggers -> {
                for (Map.Entry<String, Value> trigger : triggers.entries().entrySet()) {
                    action(objects.resolve(trigger.getValue()), objects, document || PAGE_TRIGGERS.contains(trigger.getKey()), 0);
                }
            });
        }
        if (dictionary.has("JavaScript")) {
            Value scripts = objects.resolve(dictionary.get("JavaScript"));
            if (scripts instanceof Value.Dictionary || scripts instanceof Value.Array) {
                finding("pdf.js.document", "/Names /JavaScript");
            }
        }
        // Who writes script into a link or a bookmark wants it clicked; buttons of forms have it by nature.
        boolean clicked = named(dictionary.get("Subtype"), "Link") || dictionary.has("Title") && dictionary.has("Parent");
        if (clicked && objects.resolve(dictionary.get("A")) instanceof Value.Dictionary own && named(own.get("S"), "JavaScript")
            && !HARMLESS.matcher(text(own.get("JS"), objects)).matches()) {
            finding("pdf.js.document", "script behind a link");
        }
        action(dictionary, objects, false, 0);
        if (dictionary.has("EF") && readable) {
            embedded(dictionary, objects);
        }
        if (dictionary.has("XFA")) {
            forms(dictionary.get("XFA"), objects, readable);
        }
        if (named(dictionary.get("Subtype"), "RichMedia") || dictionary.has("RichMediaContent") || named(dictionary.get("Subtype"), "Flash")) {
            finding("pdf.richmedia", "/RichMedia");
        }
    }

    private interface Taker {
        void take(Value.Dictionary dictionary) throws IOException, LimitExceeded;
    }

    private static void each(@Nullable Value value, PdfObjects objects, int depth, Taker taker) throws IOException, LimitExceeded {
        Value resolved = objects.resolve(value);
        if (resolved instanceof Value.Dictionary dictionary) {
            taker.take(dictionary);
        } else if (resolved instanceof Value.Array array && depth < 3) {
            for (Value element : array.elements()) {
                each(element, objects, depth + 1, taker);
            }
        }
    }

    private void action(@Nullable Value value, PdfObjects objects, boolean automatic, int depth) throws IOException, LimitExceeded {
        if (depth > 32) {
            return;
        }
        if (value instanceof Value.Array array) {
            // A destination is an array as well: only dictionaries in it matter.
            for (Value element : array.elements()) {
                if (objects.resolve(element) instanceof Value.Dictionary inner && inner.has("S")) {
                    action(inner, objects, automatic, depth + 1);
                }
            }
            return;
        }
        if (!(value instanceof Value.Dictionary dictionary)) {
            return;
        }
        List<String> kinds = new ArrayList<>();
        Value kind = objects.resolve(dictionary.get("S"));
        if (kind instanceof Value.Name name) {
            kinds.add(name.text());
        } else if (kind instanceof Value.Array names) {
            names.elements().stream().filter(Value.Name.class::isInstance).map(Value.Name.class::cast).map(Value.Name::text).forEach(kinds::add);
        }
        if (dictionary.has("JS") && !kinds.contains("JavaScript")) {
            kinds.add("JavaScript");
        }
        boolean rendition = kinds.contains("Rendition");
        for (String one : kinds) {
            perform(one, dictionary, objects, automatic || rendition);
        }
        if (dictionary.has("Next") && !judged.contains(dictionary)) {
            judged.add(dictionary);
            if (judged.size() < 200) {
                action(objects.resolve(dictionary.get("Next")), objects, automatic, depth + 1);
            }
        }
    }

    private void perform(String kind, Value.Dictionary action, PdfObjects objects, boolean automatic) throws IOException {
        switch (kind) {
            case "JavaScript" -> script(text(action.get("JS"), objects), automatic);
            case "Launch" -> finding("pdf.launch", "/Launch " + target(action, objects));
            case "URI" -> {
                String uri = text(action.get("URI"), objects);
                link(uri);
                if (automatic && !uri.isEmpty()) {
                    finding("pdf.open.link", uri);
                }
            }
            case "SubmitForm" -> {
                String target = target(action, objects);
                if (automatic) {
                    finding("pdf.open.submit", target);
                } else if (Links.isRemote(target)) {
                    finding("pdf.submit", target);
                }
            }
            case "GoToR", "GoToE", "ImportData", "Thread" -> {
                String target = target(action, objects);
                if (Links.isRemote(target)) {
                    finding(automatic || Links.isShare(target) ? "pdf.open.remote" : "pdf.remote", "/" + kind + " " + target);
                } else if (automatic && kind.equals("GoToE")) {
                    finding("pdf.open.embedded", "/" + kind + " " + target);
                }
                if (Links.isExecutable(target)) {
                    finding("pdf.launch", "/" + kind + " " + target);
                }
            }
            default -> { }
        }
    }

    private String target(Value.Dictionary action, PdfObjects objects) throws IOException {
        StringBuilder target = new StringBuilder();
        for (String key : List.of("F", "UF", "Win", "Unix", "Mac", "P", "D", "URI")) {
            if (key.equals("D") && !target.isEmpty()) {
                continue;
            }
            Value value = objects.resolve(action.get(key));
            if (value instanceof Value.Text text) {
                target.append(target.isEmpty() ? "" : " ").append(text.text());
            } else if (value instanceof Value.Dictionary inner && inner != action && target.length() < 500 && (key.equals("F")
                || key.equals("Win"))) {
                for (String own : List.of("UF", "F", "P", "O")) {
                    if (objects.resolve(inner.get(own)) instanceof Value.Text text && !target.toString().contains(text.text())) {
                        target.append(target.isEmpty() ? "" : " ").append(text.text());
                    }
                }
            }
        }
        return target.toString();
    }

    private void script(String script, boolean automatic) {
        String evidence = script.isBlank() ? "script" : script.strip();
        if (HARMFUL.matcher(script).find()) {
            finding("pdf.js.harmful", evidence);
        } else if (HARMLESS.matcher(script).matches() && !script.isBlank()) {
            finding("pdf.js", evidence);
        } else {
            finding(automatic ? "pdf.js.open" : "pdf.js", evidence);
        }
    }

    private String text(@Nullable Value value, PdfObjects objects) throws IOException {
        Value resolved = objects.resolve(value);
        if (resolved instanceof Value.Text text) {
            return text.text();
        }
        if (resolved instanceof Value.Array array) {
            StringBuilder all = new StringBuilder();
            for (Value element : array.elements()) {
                if (all.length() < MAX_SCRIPT && !(objects.resolve(element) instanceof Value.Array)) {
                    all.append(text(element, objects));
                }
            }
            return all.toString();
        }
        if (resolved instanceof Value.Dictionary stream && stream.body() != null) {
            try (InputStream in = stream.body().open()) {
                return new Value.Text(PdfFile.readAtMost(in, MAX_SCRIPT)).text();
            }
        }
        return "";
    }

    private void forms(@Nullable Value value, PdfObjects objects, boolean readable) throws IOException {
        if (!readable) {
            return;
        }
        Value resolved = objects.resolve(value);
        List<Value> parts = resolved instanceof Value.Array array ? array.elements() : resolved == null ? List.of() : List.of(resolved);
        for (Value part : parts) {
            if (objects.resolve(part) instanceof Value.Dictionary) {
                String xml = text(part, objects);
                String lower = xml.toLowerCase(Locale.ROOT);
                int at = lower.indexOf("<script");
                if (at >= 0 && lower.contains("javascript")) {
                    String script = xml.substring(at, Math.min(xml.length(), at + 4000));
                    finding(HARMFUL.matcher(xml).find() ? "pdf.js.harmful" : "pdf.js", "XFA " + script.strip());
                }
                if (lower.contains("<!entity") || lower.contains("<!doctype")) {
                    finding("pdf.xfa.entity", "XFA with DOCTYPE");
                }
            }
        }
    }

    private void embedded(Value.Dictionary specification, PdfObjects objects) throws IOException, LimitExceeded {
        String name = "";
        for (String key : List.of("UF", "F", "Unix", "DOS", "Mac")) {
            if (name.isEmpty() && objects.resolve(specification.get(key)) instanceof Value.Text text) {
                name = text.text();
            }
        }
        String base = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        String own = base;
        each(specification.get("EF"), objects, 0, files -> {
            for (Map.Entry<String, Value> entry : files.entries().entrySet()) {
                if (entry.getValue() instanceof Value.Reference reference && !embeddedNumbers.add(reference.number())) {
                    continue;
                }
                if (objects.resolve(entry.getValue()) instanceof Value.Dictionary stream) {
                    hand(own, stream);
                }
            }
        });
    }

    private void hand(String name, Value.Dictionary stream) throws IOException, LimitExceeded {
        if (stream.body() == null || !embedded.add(stream.body())) {
            return;
        }
        String type = stream.get("Subtype") instanceof Value.Name subtype ? subtype.text().toLowerCase(Locale.ROOT) : "";
        finding("pdf.embedded", name.isEmpty() ? "unnamed" : name);
        try (InputStream in = stream.body().open()) {
            examination.child(item, name.isEmpty() ? "embedded file" : name, type, in, stream.body().packed());
        }
    }
}
