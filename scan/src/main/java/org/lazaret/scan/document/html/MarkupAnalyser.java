package org.lazaret.scan.document.html;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.document.html.Markup.Script;
import org.lazaret.scan.document.html.Markup.Tag;
import org.lazaret.scan.document.html.ScriptReading.Deeds;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * HTML, SVG and other XML that a browser or a Windows program would run script of. An attachment is opened from the recipient's own disk,
 * outside of everything that keeps web pages apart, so that forms and redirections count here that would be ordinary on the web.
 *
 * <p>Limits: the first {@value #MAX_MARKUP} bytes; markup in scripts and data URIs {@value #MAX_NESTING} levels deep.
 */
public final class MarkupAnalyser implements Analyser {
    private static final int MAX_MARKUP = 48 << 20;
    private static final int MAX_NESTING = 4;
    private static final Set<String> EXTENSIONS = Set.of("html", "htm", "shtml", "shtm", "xhtml", "xht", "svg", "hta", "mht", "mhtml", "xsl",
        "xslt", "htc", "sct");
    private static final Pattern DATA_SCRIPT = Pattern.compile("json|template|x-handlebars|x-mustache|importmap|ld\\+json|x-tmpl|math/tex"
        + "|glsl|x-shader|plain|csv|xml");
    private static final Pattern ENTITY = Pattern.compile("<!entity\\s+(?:%\\s*)?[\\w.:-]+\\s+(system|public|\"[^\"]*\"|'[^']*')");
    private static final Pattern DATA_URI = Pattern.compile("data:([\\w.+/-]*)((?:;[\\w=.-]{1,200}){0,8}?)(;base64)?,", Pattern.CASE_INSENSITIVE);
    private static final Pattern REFRESH = Pattern.compile("url\\s*=?\\s*['\"]?\\s*([^'\"\\s>]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern COPIES = Pattern.compile("clipboard|execcommand\\s*\\(\\s*['\"]copy", Pattern.CASE_INSENSITIVE);
    private static final Pattern LURE = Pattern.compile("win(?:dows)?(?:\\s+key)?\\s*\\+\\s*r\\b|ctrl\\s*\\+\\s*v\\b");

    @Override
    public boolean handles(Item item) {
        return item.is(Type.HTML) || item.is(Type.SVG) || item.is(Type.XML)
            || EXTENSIONS.contains(extension(item.name())) && !item.is(Type.MIME_MESSAGE);
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT).strip();
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (item.content().size() > MAX_MARKUP) {
            examination.unscannable(item, Reason.OVER_LIMIT, "markup larger than " + MAX_MARKUP + " bytes");
        }
        byte[] bytes = item.content().range(0, (int) Math.min(item.content().size(), MAX_MARKUP));
        new Reading(item, examination).page(decode(bytes), item.is(Type.SVG) && !item.is(Type.HTML), 0);
    }

    static String decode(byte[] bytes) {
        Charset charset = StandardCharsets.ISO_8859_1;
        if (bytes.length > 3) {
            if (bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe || bytes[0] == '<' && bytes[1] == 0) {
                charset = StandardCharsets.UTF_16LE;
            } else if (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff || bytes[0] == 0 && bytes[1] == '<') {
                charset = StandardCharsets.UTF_16BE;
            }
        }
        String text = new String(bytes, charset);
        if (charset == StandardCharsets.ISO_8859_1 && text.contains("+ADw-")) {
            text = text + '\n' + text.replace("+ADw-", "<").replace("+AD4-", ">").replace("+ACI-", "\"");
        }
        return text.indexOf('\0') >= 0 ? text.replace("\0", "") : text;
    }

    /** One page with the pages inside it. */
    static final class Reading {
        private final Item item;
        private final Examination examination;
        private final Set<String> seen = new HashSet<>();
        private boolean password;

        Reading(Item item, Examination examination) {
            this.item = item;
            this.examination = examination;
        }

        private void finding(String rule, String evidence) {
            if (seen.size() < 200 && seen.add(rule)) {
                examination.finding(item, rule, evidence);
            }
        }

        void page(String markup, boolean drawing, int depth) throws IOException, LimitExceeded {
            examination.checkTime();
            Markup page = Markup.read(markup);
            entities(markup);
            StringBuilder code = new StringBuilder();
            boolean loads = false;
            boolean inline = false;
            boolean saves = false;
            boolean elsewhere = page.tags.stream().anyMatch(tag -> tag.name().equals("base") && Links.isWeb(tag.get("href")));
            for (Script script : page.scripts) {
                String source = script.tag().get("src") + script.tag().get("href") + script.tag().get("xlink:href");
                String type = script.tag().get("type").toLowerCase(Locale.ROOT);
                if (Links.isWeb(source) || source.startsWith("//") || elsewhere && !source.isEmpty() && !source.startsWith("data:")) {
                    loads = true;
                    if (drawing) {
                        finding("svg.script", "script from " + source);
                    }
                }
                if (!DATA_SCRIPT.matcher(type).find() || type.contains("javascript")) {
                    String plain = script.source().replace("<![CDATA[", "").replace("]]>", "");
                    inline |= !plain.isBlank();
                    code.append(drawing ? References.resolve(plain) : plain).append('\n');
                } else {
                    code.append(";\"").append(script.source().strip()).append("\";\n");
                }
                if (type.contains("vbscript") || script.tag().get("language").toLowerCase(Locale.ROOT).contains("vbscript")
                    || script.tag().get("language").toLowerCase(Locale.ROOT).contains(".encode")) {
                    finding("html.vbscript", "VBScript");
                }
            }
            for (Tag tag : page.tags) {
                for (Map.Entry<String, String> attribute : tag.attributes().entrySet()) {
                    String value = attribute.getValue();
                    String start = value.length() > 200 ? value.substring(0, 200) : value;
                    String compact = start.replaceAll("[\\x00-\\x20]", "").toLowerCase(Locale.ROOT);
                    if (attribute.getKey().startsWith("on") && attribute.getKey().length() > 3 && !value.isBlank()) {
                        inline = true;
                        code.append(value).append(";\n");
                        if (drawing) {
                            finding("svg.handler", attribute.getKey() + "=" + value);
                        }
                    } else if (compact.startsWith("javascript:") || compact.startsWith("vbscript:")) {
                        inline |= !compact.startsWith("javascript:void") && !compact.equals("javascript:;") && !compact.equals("javascript:");
                        code.append(value).append(";\n");
                        if (drawing) {
                            finding("svg.handler", attribute.getKey() + "=" + value);
                        }
                    } else if (compact.startsWith("data:")) {
                        data(tag, attribute.getKey(), value, code, drawing, depth);
                    }
                }
                saves |= tag.attributes().containsKey("download");
                tag(tag, drawing, depth);
            }
            if (password) {
                form(page);
            }
            script(code.toString(), inline, loads, saves, drawing, page, depth);
        }

        private void entities(String markup) {
            int doctype = indexOfIgnoringCase(markup, "<!doctype");
            if (doctype < 0 || indexOfIgnoringCase(markup, "<!entity") < 0) {
                return;
            }
            String declarations = markup.substring(doctype, Math.min(markup.length(), doctype + (1 << 20))).toLowerCase(Locale.ROOT);
            Matcher entity = ENTITY.matcher(declarations);
            int nested = 0;
            while (entity.find()) {
                String value = entity.group(1);
                if (value.equals("system") || value.equals("public")) {
                    finding("xml.entity.external", declarations.substring(entity.start(), Math.min(declarations.length(), entity.end() + 60)));
                } else if (value.indexOf('&') >= 0 && value.chars().filter(c -> c == '&').count() > value.split("&#", -1).length - 1) {
                    nested++;
                }
            }
            if (nested >= 2) {
                finding("xml.entity.bomb", nested + " entities made of entities");
            }
        }

        private static int indexOfIgnoringCase(String text, String wanted) {
            for (int at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
                if (text.regionMatches(true, at, wanted, 0, wanted.length())) {
                    return at;
                }
            }
            return -1;
        }

        private void tag(Tag tag, boolean drawing, int depth) throws IOException, LimitExceeded {
            for (String key : new String[] {"href", "src", "xlink:href", "data", "action", "background", "poster", "codebase", "content", "value"}) {
                String target = tag.get(key);
                if (target.isEmpty()) {
                    continue;
                }
                String head = target.length() > 2000 ? target.substring(0, 2000) : target;
                boolean script = head.strip().toLowerCase(Locale.ROOT).startsWith("javascript:");
                if (key.equals("content") || key.equals("value")) {
                    continue;
                }
                if (!script && Links.isProtocol(head) && !head.strip().toLowerCase(Locale.ROOT).startsWith("res:")) {
                    finding("html.link.program", target);
                } else if (Links.isShare(head) && (head.startsWith("\\\\") || head.toLowerCase(Locale.ROOT).startsWith("file:"))) {
                    finding("html.link.share", target);
                }
            }
            switch (tag.name()) {
                case "meta" -> {
                    if (tag.get("http-equiv").strip().equalsIgnoreCase("refresh")) {
                        Matcher refresh = REFRESH.matcher(tag.get("content"));
                        if (refresh.find()) {
                            String target = refresh.group(1);
                            int data = tag.get("content").toLowerCase(Locale.ROOT).indexOf("data:");
                            if (data >= 0) {
                                data(tag, "content", tag.get("content").substring(data), new StringBuilder(), drawing, depth);
                            }
                            if (data >= 0 && seen.contains("html.data.file")) {
                                finding("html.smuggling", "refresh to a file in a data URI");
                            } else if (Links.isProtocol(target)) {
                                finding("html.link.program", target);
                            } else if (!target.startsWith("#")) {
                                finding("html.redirect", "refresh to " + target);
                            }
                        }
                    }
                }
                case "input" -> password |= tag.get("type").strip().equalsIgnoreCase("password");
                case "applet" -> finding("html.activex", "applet");
                case "hta:application" -> finding("html.hta", "HTA:APPLICATION");
                case "object", "embed" -> {
                    String clsid = tag.get("classid").toLowerCase(Locale.ROOT);
                    if (clsid.startsWith("clsid:") && !clsid.contains("d27cdb6e") && !clsid.contains("02bf25d5") && !clsid.contains("6bf52a52")) {
                        finding("html.activex", clsid);
                    }
                    if (drawing) {
                        finding("svg.foreign", tag.name());
                    }
                }
                case "iframe", "frame" -> {
                    if (Links.isWeb(tag.get("src")) && !drawing) {
                        finding("html.frame", tag.get("src"));
                    }
                    if (!tag.get("srcdoc").isEmpty() && depth < MAX_NESTING) {
                        page(tag.get("srcdoc"), false, depth + 1);
                    }
                    if (drawing) {
                        finding("svg.foreign", "iframe " + tag.get("src"));
                    }
                }
                case "form", "body" -> {
                    if (drawing) {
                        finding("svg.foreign", tag.name());
                    }
                }
                case "set", "animate" -> {
                    String to = (tag.get("to") + tag.get("values") + tag.get("from")).replaceAll("\\s", "").toLowerCase(Locale.ROOT);
                    if (to.contains("javascript:") || to.contains("data:text")) {
                        finding("svg.handler", tag.name() + " to " + to);
                    }
                }
                default -> { }
            }
        }

        private void form(Markup page) {
            for (Tag tag : page.tags) {
                if (tag.name().equals("form") && (Links.isWeb(tag.get("action")) || tag.get("action").startsWith("//"))) {
                    finding("html.form.password", tag.get("action"));
                    return;
                }
            }
            finding("html.password", "password field");
        }

        private void data(Tag tag, String attribute, String uri, StringBuilder code, boolean drawing, int depth) throws IOException, LimitExceeded {
            Matcher matcher = DATA_URI.matcher(uri);
            if (!matcher.lookingAt() && !matcher.find()) {
                return;
            }
            String type = matcher.group(1).toLowerCase(Locale.ROOT);
            String body = uri.substring(matcher.end());
            int fragment = matcher.group(3) == null ? -1 : body.lastIndexOf('#');
            if (fragment >= 0) {
                body = body.substring(0, fragment);
            }
            byte[] bytes;
            if (matcher.group(3) != null) {
                try {
                    bytes = java.util.Base64.getMimeDecoder().decode(Links.percentDecoded(body));
                } catch (IllegalArgumentException e) {
                    return;
                }
            } else {
                bytes = Links.percentDecoded(body).getBytes(StandardCharsets.ISO_8859_1);
            }
            if (bytes.length == 0 || Payloads.isPassive(bytes)) {
                return;
            }
            boolean image = tag.name().equals("img") || tag.name().equals("image")
                || tag.name().equals("link") && !tag.get("rel").contains("stylesheet");
            if (type.contains("javascript") || tag.name().equals("script")) {
                code.append(decode(bytes)).append('\n');
                if (drawing) {
                    finding("svg.script", uri);
                }
                return;
            }
            if (type.startsWith("text/html") || type.contains("svg") || type.contains("xml")) {
                if (depth < MAX_NESTING && !image) {
                    finding(type.startsWith("text/html") ? "html.data.page" : "html.data", type + " in " + tag.name() + " " + attribute);
                    page(decode(bytes), type.contains("svg"), depth + 1);
                } else if (depth < MAX_NESTING && type.contains("svg")) {
                    // A picture runs no script; it may carry one all the same for when it is saved and opened.
                    return;
                }
                return;
            }
            if (type.startsWith("text/css") || type.startsWith("font/") || type.startsWith("application/font")
                || type.startsWith("application/x-font")) {
                return;
            }
            String name = tag.get("download");
            boolean dangerous = Payloads.isFile(bytes) || !name.isEmpty() || type.startsWith("application/");
            if (dangerous && !type.equals("application/json")) {
                finding(!name.isEmpty() || Payloads.isFile(bytes) ? "html.data.file" : "html.data", type + " in " + tag.name() + " " + attribute);
            }
            try (InputStream in = new ByteArrayInputStream(bytes)) {
                examination.child(item, name.isEmpty() ? "data URI" : name, type, in, -1);
            }
        }

        private void script(String code, boolean inline, boolean loads, boolean saves, boolean drawing, Markup page,
            int depth) throws IOException, LimitExceeded {
            ScriptReading reading = ScriptReading.of(saves ? code + "\n.download=" : code);
            Deeds deeds = reading.deeds();
            String evidence = code.strip();
            if (deeds.smuggles() || seen.contains("html.data.file") && inline && deeds.makesFile()) {
                finding("html.smuggling", evidence);
            } else if (seen.contains("html.data.file") && code.toLowerCase(Locale.ROOT).contains("click")) {
                finding("html.smuggling", evidence);
            }
            if (deeds.system()) {
                finding("html.script.system", evidence);
            }
            if (deeds.copiesCommand()) {
                finding("html.clipboard", evidence);
            } else if (LURE.matcher(page.text.toString().toLowerCase(Locale.ROOT)).find() && COPIES.matcher(code).find()) {
                finding("html.clipboard", "clipboard and Win+R");
            }
            if (deeds.protocol() && inline) {
                finding("html.link.program", evidence);
            }
            if (deeds.obfuscated()) {
                finding("html.script.hidden", evidence);
            }
            boolean submits = page.tags.stream().anyMatch(tag -> tag.get("onload").replace(" ", "").contains(".submit("))
                && page.tags.stream().anyMatch(tag -> tag.name().equals("form") && Links.isWeb(tag.get("action")));
            if ((deeds.redirects() || submits) && inline && depth == 0 && page.text.length() < 1500) {
                finding("html.redirect", evidence);
            }
            if (deeds.sends()) {
                finding("html.exfiltration", evidence);
            } else if (password && deeds.callsOut()) {
                finding("html.form.password", "password field and script that sends");
            }
            if (drawing && inline) {
                finding("svg.script", evidence);
            }
            if ((loads || deeds.loads()) && page.text.length() < 400 && !drawing) {
                finding("html.script.only", "script from elsewhere and hardly any text");
            } else if (inline || loads) {
                finding("html.script", evidence.isEmpty() ? "script from elsewhere" : evidence);
            }
            if (depth < MAX_NESTING) {
                for (String inner : reading.pages) {
                    page(inner, drawing, depth + 1);
                }
            }
            int number = 0;
            for (byte[] file : reading.files) {
                try (InputStream in = new ByteArrayInputStream(file)) {
                    examination.child(item, "script data " + ++number, "", in, -1);
                }
            }
        }
    }
}
