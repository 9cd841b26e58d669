package org.lazaret.scan.type;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What text is: markup, a message, a script. Looks at the beginning only, as the programs that open it do; the encoding is told by
 * a byte order mark or, as Windows Script Host and browsers do, by zeros at every second byte.
 */
final class TextSniffer {
    /** Bytes looked at. */
    static final int REACH = 16 * 1024;

    private static final Pattern HTML_DOCTYPE = Pattern.compile("<!doctype\\s+html");
    private static final Pattern HTML = Pattern.compile("\\A<(?:!doctype\\s+html|html|head|body|script|iframe|frameset|meta|title|table|div|form|s"
        + "tyle|link|center|font|base|object|embed|"
        + "applet|marquee|hta:application|h[1-6]|img|br|hr|input|video|audio|template|details|math|xmp|plaintext|button|svg|span|noscript|a\\s|b>|"
            + "p>|p\\s|i>|ul>|ol>|li>)");
    private static final Pattern HTML_INSIDE = Pattern.compile("<(?:html[\\s>]|!doctype\\s+html|script[\\s>]|hta:application|iframe\\s|body[\\s>]|"
        + "meta\\s+http-equiv)");
    private static final Pattern ROOT = Pattern.compile("\\A<(?:[\\w.-]+:)?([a-z_][\\w.-]*)[\\s/>]");
    private static final Pattern HEADER = Pattern.compile("(?m)^(?:received|return-path|mime-version|from|to|cc|date|message-id|content-type|conte"
        + "nt-transfer-encoding|subject|"
        + "delivered-to|reply-to|dkim-signature|arc-seal|content-location|content-disposition|x-[\\w-]+)[ \\t]*:");
    private static final Pattern BATCH = Pattern.compile("@(?:echo\\s+off|if\\s|setlocal|powershell|cmd|start\\s|set\\s|call\\s|rem\\s|cls\\b)");
    private static final Pattern STATEMENT = Pattern.compile("(?m)^\\s*(?:var\\s+[\\w$]+|let\\s+[\\w$]+\\s*=|const\\s+[\\w$]+\\s*=|function\\s*["
        + "\\w$]*\\s*\\(|try\\s*\\{|dim\\s+\\w+|set\\s+\\w+\\s*=|(?:private |public )?sub\\s+\\w+"
        + "|option\\s+explicit|on\\s+error\\s+resume|\\$\\w+\\s*=|\\[\\w+[\\w.]*\\]|param\\s*\\(|(?:new\\s+activexobject|createobject|wscript|iex|"
            + "invoke-expression|start-process|powershell|cmd|certutil|mshta"
        + "|bitsadmin|wmic|regsvr32|rundll32)\\b)");
    private static final Pattern CALL = Pattern.compile("new\\s+activexobject\\s*\\(|createobject\\s*\\(|getobject\\s*\\(\\s*\"?(?:winmgmts|script"
        + ":)|wscript\\.(?:shell|createobject|sleep|echo|quit|network|arguments|scriptfullname)"
        + "|\\bshell\\s*\\(?\\s*\"|invoke-expression|\\biex\\b\\s*[(\\$'\"]|new-object\\s+(?:-com\\S*\\s+|system\\.)?net\\.webclient|downloadstrin"
            + "g\\s*\\(|downloadfile\\s*\\(|frombase64string\\s*\\(|invoke-webrequest|start-bitstransfer"
        + "|powershell(?:\\.exe)?\\s+-\\w+|cmd(?:\\.exe)?\\s+/[ckv]\\b|rundll32(?:\\.exe)?\\s|regsvr32(?:\\.exe)?\\s|mshta(?:\\.exe)?\\s+[h\"']|ce"
            + "rtutil(?:\\.exe)?\\s+-\\w+|bitsadmin(?:\\.exe)?\\s+/\\w+"
        + "|wmic(?:\\.exe)?\\s+process|sub\\s+(?:auto_?open|document_open|workbook_open|auto_?exec|autoclose)\\s*\\(|eval\\s*\\(\\s*(?:atob|unesca"
            + "pe|string\\.fromcharcode)|do\\s+shell\\s+script|os\\.system\\s*\\(|subprocess\\.");

    private static final Set<String> HTML_EXTENSIONS = Set.of("html", "htm", "xhtml", "xht", "shtml", "shtm", "hta", "htc", "phtml", "htt");
    private static final Set<String> SCRIPT_EXTENSIONS = Set.of("js", "jse", "mjs", "cjs", "vbs", "vbe", "vb", "vba", "bas", "ps1", "psm1", "psd1",
        "ps1xml", "ps2", "psc1", "psc2", "cdxml", "bat", "cmd", "btm", "nt", "wsf",
        "wsh", "ws", "wsc", "sct", "sh", "bash", "zsh", "csh", "ksh", "fish", "command", "tool", "pl", "pm", "py", "pyw", "rb", "php", "php3",
            "php4", "php5", "lua", "tcl", "ahk", "au3", "a3x", "applescript", "awk", "jsp", "asp", "aspx",
        "cgi", "r", "groovy", "kix", "scpt", "jxa", "nsh", "inf", "reg");

    private TextSniffer() {
    }

    /** The characters of text, or nothing for binary bytes. */
    static Optional<String> text(Bytes head) {
        byte[] bytes = head.array();
        if (head.at(0, "\357\273\277")) {
            return Optional.of(decode(head, 3, StandardCharsets.UTF_8));
        }
        if (head.at(0, "\377\376\0\0")) {
            return Optional.of(decode(head, 4, Charset.forName("UTF-32LE")));
        }
        if (head.at(0, "\0\0\376\377")) {
            return Optional.of(decode(head, 4, Charset.forName("UTF-32BE")));
        }
        if (head.at(0, "\377\376")) {
            return Optional.of(decode(head, 2, StandardCharsets.UTF_16LE));
        }
        if (head.at(0, "\376\377")) {
            return Optional.of(decode(head, 2, StandardCharsets.UTF_16BE));
        }
        int even = 0;
        int odd = 0;
        int control = 0;
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i];
            if (b == 0) {
                if ((i & 1) == 0) {
                    even++;
                } else {
                    odd++;
                }
            } else if (b > 0 && b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b && b != 0x1a && b != 0x0b || b == 0x7f) {
                control++;
            }
        }
        int half = bytes.length / 2;
        if (half >= 4 && odd > half * 7 / 10 && even <= half / 20) {
            return Optional.of(decode(head, 0, StandardCharsets.UTF_16LE));
        }
        if (half >= 4 && even > half * 7 / 10 && odd <= half / 20) {
            return Optional.of(decode(head, 0, StandardCharsets.UTF_16BE));
        }
        if (even + odd > bytes.length / 50 || control > bytes.length / 20) {
            return Optional.empty();
        }
        return Optional.of(decode(head, 0, StandardCharsets.ISO_8859_1));
    }

    private static String decode(Bytes head, int from, Charset charset) {
        return new String(head.array(), from, head.size() - from, charset);
    }

    /** The types of a text; never empty. */
    static Set<Type> types(String text, String name) {
        Set<Type> types = EnumSet.noneOf(Type.class);
        String lower = text.toLowerCase(Locale.ROOT).replace("\0", "");
        String start = skip(lower);
        String extension = extension(name);
        markup(lower, start, types);
        if (types.isEmpty() && (start.startsWith("{\\rt") || start.startsWith("{\\*\\rt"))) {
            types.add(Type.RTF);
        }
        if (start.startsWith("begin:vcalendar")) {
            types.add(Type.ICALENDAR);
        } else if (start.startsWith("begin:vcard")) {
            types.add(Type.VCARD);
        } else if (start.startsWith("id;p") || extension.equals("slk")) {
            types.add(Type.SYLK);
        } else if (start.startsWith("-----begin pgp ")) {
            types.add(Type.PGP);
        } else if (start.startsWith("-----begin pkcs7") || start.startsWith("-----begin cms")) {
            types.add(Type.PKCS7);
        } else if (isMessage(start) || Set.of("eml", "mht", "mhtml").contains(extension)) {
            types.add(Type.MIME_MESSAGE);
        }
        if (lower.contains("#@~^")) {
            types.add(Type.ENCODED_SCRIPT);
        }
        if (SCRIPT_EXTENSIONS.contains(extension) || start.startsWith("#!/") || start.startsWith("#! /") || isScript(text)) {
            types.add(Type.SCRIPT);
        }
        if (HTML_EXTENSIONS.contains(extension)) {
            types.add(Type.HTML);
        }
        if (extension.equals("svg")) {
            types.add(Type.SVG);
        }
        if (types.isEmpty()) {
            types.add(start.startsWith("<?xml") || lower.startsWith("<?xml") ? Type.XML : Type.TEXT);
        }
        return types;
    }

    private static void markup(String lower, String start, Set<Type> types) {
        boolean declared = lower.stripLeading().startsWith("<?xml");
        if (!start.startsWith("<")) {
            if (HTML_INSIDE.matcher(lower.substring(0, Math.min(lower.length(), 1024))).find() && !lower.startsWith("{") && !looksLikeProse(start)) {
                types.add(Type.HTML);
            } else if (declared) {
                types.add(Type.XML);
            }
            return;
        }
        var root = ROOT.matcher(start);
        String rootName = root.find() ? root.group(1) : "";
        if (rootName.equals("svg")) {
            types.add(Type.SVG);
        } else if (rootName.equals("html") || HTML.matcher(start).find() && !(declared && !rootName.equals("html"))) {
            types.add(Type.HTML);
        } else if (declared || start.contains("xmlns") || !rootName.isEmpty()) {
            types.add(Type.XML);
            if (lower.contains("<svg") || lower.contains(":svg")) {
                types.add(Type.SVG);
            }
        }
        if (declared && (lower.contains("http://www.w3.org/1999/xhtml") || rootName.equals("html"))) {
            types.add(Type.HTML);
        }
    }

    /** Text before the first tag that a person could have written: browsers show it as text when it is not named HTML. */
    private static boolean looksLikeProse(String start) {
        int tag = start.indexOf('<');
        return tag > 64 || start.startsWith("#") || start.startsWith("//") || start.startsWith("/*");
    }

    private static String skip(String lower) {
        String rest = lower.startsWith("\ufeff") ? lower.substring(1) : lower;
        if (rest.startsWith("\u00ef\u00bb\u00bf")) {
            rest = rest.substring(3);
        }
        int at = 0;
        while (at < rest.length()) {
            String end = null;
            if (Character.isWhitespace(rest.charAt(at))) {
                at++;
                continue;
            } else if (rest.startsWith("<!--", at)) {
                end = "-->";
            } else if (rest.startsWith("<?", at)) {
                end = "?>";
            } else if (rest.startsWith("<!doctype", at) && !HTML_DOCTYPE.matcher(rest).region(at, rest.length()).lookingAt()) {
                int subset = rest.indexOf('[', at);
                int close = rest.indexOf('>', at);
                end = subset >= 0 && subset < close ? "]" : ">";
            }
            int closed = end == null ? -1 : rest.indexOf(end, at);
            if (end == null || closed < 0) {
                break;
            }
            at = closed + end.length();
            if (end.equals("]")) {
                int close = rest.indexOf('>', at);
                at = close < 0 ? at : close + 1;
            }
        }
        return rest.substring(at);
    }

    private static boolean isMessage(String start) {
        var header = HEADER.matcher(start);
        if (!header.lookingAt()) {
            return start.startsWith("from ") && header.find() && header.start() < 256;
        }
        int blank = start.indexOf("\n\n");
        int blankCrLf = start.indexOf("\n\r\n");
        int end = blank < 0 ? blankCrLf : blankCrLf < 0 ? blank : Math.min(blank, blankCrLf);
        String block = end < 0 ? start : start.substring(0, end);
        return header.reset(block).results().limit(2).count() == 2;
    }

    /** Whether text of any name reads like a script: it starts with a statement, and calls what only scripts call. */
    static boolean isScript(String text) {
        String lower = text.substring(0, Math.min(text.length(), 8192)).toLowerCase(Locale.ROOT).replace("\0", "");
        Optional<String> first = lower.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("rem ")
            && !line.startsWith("::")).findFirst();
        if (first.isPresent() && BATCH.matcher(first.get()).lookingAt()) {
            return true;
        }
        if (lower.stripLeading().startsWith("<") || lower.stripLeading().startsWith("{")) {
            return false;
        }
        return STATEMENT.matcher(lower).find() && CALL.matcher(lower).find() && !isProse(lower);
    }

    /** Documentation that mentions commands: headings, fences, sentences. */
    private static boolean isProse(String lower) {
        return lower.contains("```") || lower.lines().limit(3).anyMatch(line -> line.startsWith("# ") && line.length() > 3
            && Character.isLetter(line.charAt(2)) && !lower.contains("$"))
            || Pattern.compile("(?m)^(?:dear|hi|hello|hallo|bonjour|sehr geehrte)\\b").matcher(lower).find();
    }

    static String extension(String name) {
        String stripped = name.strip();
        int dot = stripped.lastIndexOf('.');
        return dot < 0 ? "" : stripped.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
