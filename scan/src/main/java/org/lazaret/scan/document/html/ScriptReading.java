package org.lazaret.scan.document.html;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.document.Links;

/**
 * What script in a page would do. Constant texts that the script decodes for itself (escapes, base64, character codes, joined strings,
 * reversed strings) are decoded here as well and read as further script or markup; binary ones are kept as files. What the script does is
 * judged by the words in all these layers together.
 *
 * <p>Limits: {@value #MAX_LAYERS} layers, {@value #MAX_FILES} files, {@value #MAX_TEXT} characters in all layers.
 */
final class ScriptReading {
    private static final int MAX_LAYERS = 4;
    private static final int MAX_FILES = 20;
    private static final int MAX_TEXT = 32 << 20;
    /** A script longer than this is taken for a library: single words in it say little. */
    private static final int LIBRARY = 40_000;

    private static final Pattern JOIN = Pattern.compile("(['\"`])\\s*\\+\\s*\\1");
    private static final Pattern JOIN_MIXED = Pattern.compile("['\"`]\\s*\\+\\s*['\"`]");
    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-fA-F]{2})|\\\\u([0-9a-fA-F]{4})|\\\\u\\{([0-9a-fA-F]{1,6})\\}");
    private static final Pattern PERCENT = Pattern.compile("(?:%[0-9a-fA-F]{2}[^%'\"`\\s]{0,8}){6,}");
    private static final Pattern PERCENT_ONE = Pattern.compile("%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})");
    private static final Pattern BASE64 = Pattern.compile("['\"`]([A-Za-z0-9+/_-]{24,}={0,2})['\"`]");
    private static final Pattern BASE64_CALL = Pattern.compile("atob\\s*\\(\\s*['\"`]([A-Za-z0-9+/=\\s]{4,})['\"`]");
    private static final Pattern HEXADECIMAL = Pattern.compile("['\"`]((?:[0-9a-fA-F]{2}){12,})['\"`]");
    private static final Pattern NUMBERS = Pattern.compile("((?:0x[0-9a-fA-F]{1,4}|\\d{1,5})(?:\\s*,\\s*(?:0x[0-9a-fA-F]{1,4}|\\d{1,5})){7,})");
    private static final Pattern REVERSED = Pattern.compile("['\"`]([^'\"`]{6,})['\"`]\\s*\\.\\s*split\\s*\\(\\s*['\"`]{2}\\s*\\)\\s*\\.\\s*reverse");
    private static final Pattern DATA = Pattern.compile("data:([\\w.+/-]*)(;[\\w=.-]{1,200}){0,8},", Pattern.CASE_INSENSITIVE);

    private static final Pattern MAKES_FILE = Pattern.compile(
        "new\\s+blob\\b|new\\s+file\\s*\\(|createobjecturl|mssave\\w*blob|msblobbuilder|blobbuilder|\\[\\s*['\"]blob['\"]\\s*\\]|\\bsaveas\\s*\\("
            + "|showsavefilepicker|createwritable|octet-stream|data:application/|x-msdownload|streamsaver|\\[\\s*['\"]createobjecturl['\"]\\s*\\]");
    private static final Pattern SAVES = Pattern.compile(
        "\\.download\\b|\\[\\s*['\"]download['\"]\\s*\\]|setattribute\\s*\\(\\s*['\"]download|mssave\\w*blob|\\.click\\s*\\("
            + "|\\[\\s*['\"]click['\"]\\s*\\]"
            + "|dispatchevent|\\bsaveas\\s*\\(|location(?:\\.href)?\\s*=|navigate\\s*\\(|window\\.open\\s*\\(|\\bdownload\\s*=|showsavefilepicker"
            + "|location\\.(?:replace|assign)");
    private static final Pattern DECODES = Pattern.compile(
        "\\batob\\b|fromcharcode|charcodeat|uint8array|unescape\\s*\\(|decodeuricomponent|webassembly|parseint\\s*\\([^)]{0,60},\\s*(?:16"
            + "|36)|codepointat"
            + "|fromcodepoint|textdecoder|cryptojs|crypto\\.subtle|decompressionstream|\\bxor\\b|\\^\\s*\\w");
    private static final Pattern RUNS_CODE = Pattern.compile(
        "\\beval\\s*\\(|new\\s+function\\s*\\(|\\bfunction\\s*\\(\\s*['\"]|document\\s*\\.\\s*write(?:ln)?\\s*\\(|settimeout\\s*\\(\\s*['\"]"
            + "|\\[\\s*['\"]eval['\"]\\s*\\]"
            + "|document\\s*\\[\\s*['\"]write|execscript|\\.innerhtml\\s*=|insertadjacenthtml|srcdoc");
    private static final Pattern RUNS_DECODED = Pattern.compile(
        "\\b(?:eval|function)\\s*\\(\\s*(?:(?:window|self|top)\\s*\\.\\s*)?"
            + "(?:atob|unescape|decodeuri(?:component)?|string\\s*\\.\\s*fromcharcode)\\b");
    private static final Pattern LOADS = Pattern.compile("createelement\\s*\\(\\s*['\"]script['\"][\\s\\S]{0,200}?\\.src\\s*=\\s*['\"](?:https?:)?//"
        + "|\\bimport\\s*(?:\\(\\s*|[\\w{},*\\s]{0,200}\\bfrom\\s*)?['\"]https?://");
    private static final Pattern NATIVE = Pattern.compile(
        "activexobject|wscript\\s*\\.|\\bcreateobject\\s*\\(|getobject\\s*\\(|shell\\.application|adodb\\.stream"
            + "|scripting\\.filesystemobject|msxml2\\.|#@~\\^");
    private static final Pattern COPIES = Pattern.compile("clipboard\\s*\\.\\s*write\\w*|execcommand\\s*\\(\\s*['\"]copy"
        + "|clipboarddata\\s*\\.\\s*setdata|\\.setdata\\s*\\(");
    private static final Pattern COMMAND = Pattern.compile(
        "powershell|\\bpwsh\\b|\\bmshta\\b|\\bcmd(?:\\.exe)?\\s*/[ck]|\\bcurl\\s+-|\\bcurl\\s+http|\\bmsiexec\\b|rundll32|regsvr32|bitsadmin"
            + "|certutil|wscript|cscript"
            + "|\\biwr\\b|\\biex\\b|invoke-\\w+|\\bbash\\s+-c|\\bosascript\\b|\\bwget\\s+http|schtasks|conhost|\\bfinger\\b");
    private static final Pattern REDIRECTS = Pattern.compile(
        "(?:window|document|top|self|parent|this)?\\.?\\blocation(?:\\s*\\.\\s*href)?\\s*=\\s*[^=]|location\\s*\\.\\s*(?:replace|assign)\\s*\\("
            + "|location\\s*\\[\\s*['\"](?:href|replace|assign)|window\\s*\\.\\s*navigate"
        + "|window\\s*\\.\\s*open\\s*\\([^)]{0,500}['\"]_(?:self|top|parent)['\"]");
    private static final Pattern SENDS = Pattern.compile("api\\.telegram\\.org|discord(?:app)?\\.com/api/webhooks|smtpjs|email\\.send\\s*\\("
        + "|formspree|getform\\.io|submit-form\\.com");
    private static final Pattern CALLS_OUT = Pattern.compile("xmlhttprequest|\\bfetch\\s*\\(|\\$\\.(?:ajax|post|get|getjson)\\s*\\("
        + "|sendbeacon|axios");
    private static final Pattern PROTOCOL = Pattern.compile("(?:search-ms|ms-msdt|ms-officecmd|ms-appinstaller|shell):[^\\s]");

    final StringBuilder layers;
    final List<byte[]> files = new ArrayList<>();
    /** Decoded texts that look like markup of their own. */
    final List<String> pages = new ArrayList<>();
    boolean obfuscated;
    private final int length;
    private int longest;

    private ScriptReading(String script) {
        this.length = script.length();
        this.layers = new StringBuilder(script);
    }

    static ScriptReading of(String script) {
        ScriptReading reading = new ScriptReading(script.length() > MAX_TEXT ? script.substring(0, MAX_TEXT) : script);
        String layer = reading.layers.toString();
        for (int i = 0; i < MAX_LAYERS && !layer.isEmpty(); i++) {
            layer = reading.unwrap(layer);
            if (reading.layers.length() + layer.length() > MAX_TEXT) {
                break;
            }
            reading.layers.append('\n').append(layer);
        }
        return reading;
    }

    /** The texts that a layer decodes, one after the other. */
    private String unwrap(String layer) {
        StringBuilder next = new StringBuilder();
        String joined = JOIN_MIXED.matcher(JOIN.matcher(layer).replaceAll("")).replaceAll("");
        if (joined.length() < layer.length()) {
            next.append(joined).append('\n');
        }
        Matcher escape = ESCAPE.matcher(joined);
        if (escape.find()) {
            String plain = escape.replaceAll(ScriptReading::escaped);
            obfuscated |= joined.length() - plain.length() > 60;
            next.append(plain).append('\n');
        }
        Matcher percent = PERCENT.matcher(joined);
        while (percent.find() && next.length() < MAX_TEXT) {
            text(PERCENT_ONE.matcher(percent.group()).replaceAll(ScriptReading::escaped), next);
        }
        Matcher call = BASE64_CALL.matcher(joined);
        while (call.find() && next.length() < MAX_TEXT) {
            binary(base64(call.group(1)), next, 1);
        }
        Matcher literal = BASE64.matcher(joined);
        while (literal.find() && next.length() < MAX_TEXT) {
            longest = Math.max(longest, literal.group(1).length());
            binary(base64(literal.group(1)), next, 24);
            if (literal.group(1).startsWith("=") || literal.group(1).length() < 1 << 20 && layer.contains("reverse")) {
                binary(base64(new StringBuilder(literal.group(1)).reverse().toString()), next, 24);
            }
        }
        Matcher data = DATA.matcher(joined);
        while (data.find() && next.length() < MAX_TEXT && files.size() < MAX_FILES) {
            int end = data.end();
            boolean packed = data.group().toLowerCase(Locale.ROOT).endsWith(";base64,");
            while (packed && end < joined.length() && "'\"`<> )".indexOf(joined.charAt(end)) < 0) {
                end++;
            }
            String encoded = joined.substring(data.end(), end);
            binary(base64(encoded.indexOf('%') >= 0 ? Links.percentDecoded(encoded) : encoded), next, 4);
        }
        Matcher hexadecimal = HEXADECIMAL.matcher(joined);
        while (hexadecimal.find() && next.length() < MAX_TEXT) {
            longest = Math.max(longest, hexadecimal.group(1).length());
            byte[] bytes = new byte[hexadecimal.group(1).length() / 2];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) Integer.parseInt(hexadecimal.group(1), 2 * i, 2 * i + 2, 16);
            }
            binary(bytes, next, 12);
        }
        Matcher numbers = NUMBERS.matcher(joined);
        while (numbers.find() && next.length() < MAX_TEXT) {
            codes(numbers.group(1), next);
        }
        Matcher reversed = REVERSED.matcher(joined);
        while (reversed.find() && next.length() < MAX_TEXT) {
            text(new StringBuilder(reversed.group(1)).reverse().toString(), next);
        }
        return next.toString();
    }

    private static String escaped(java.util.regex.MatchResult match) {
        for (int group = 1; group <= match.groupCount(); group++) {
            if (match.group(group) != null) {
                int code = Integer.parseInt(match.group(group), 16);
                return Character.isValidCodePoint(code) ? Matcher.quoteReplacement(Character.toString(code)) : "";
            }
        }
        return "";
    }

    private void codes(String list, StringBuilder next) {
        String[] numbers = list.split(",", -1);
        StringBuilder decoded = new StringBuilder(numbers.length);
        boolean bytes = true;
        for (String number : numbers) {
            String digits = number.strip();
            int code = digits.startsWith("0x") ? Integer.parseInt(digits.substring(2), 16) : Integer.parseInt(digits);
            bytes &= code < 256;
            decoded.append((char) code);
        }
        longest = Math.max(longest, numbers.length > 60 ? list.length() : 0);
        if (bytes) {
            binary(decoded.toString().getBytes(StandardCharsets.ISO_8859_1), next, 8);
        }
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getMimeDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private void binary(byte[] bytes, StringBuilder next, int atLeast) {
        if (bytes.length < atLeast) {
            return;
        }
        if (Payloads.isFile(bytes) && files.size() < MAX_FILES) {
            files.add(bytes);
        } else if (Payloads.isText(bytes)) {
            text(new String(bytes, StandardCharsets.ISO_8859_1), next);
        }
    }

    private void text(String text, StringBuilder next) {
        next.append(text).append('\n');
        String lower = text.toLowerCase(Locale.ROOT);
        boolean telling = MAKES_FILE.matcher(lower).find() || RUNS_CODE.matcher(lower).find() || REDIRECTS.matcher(lower).find()
            || NATIVE.matcher(lower).find()
            || lower.contains("<script") || lower.contains("<form") || lower.contains("http");
        obfuscated |= telling;
        if (lower.contains("<") && (lower.contains("<html") || lower.contains("<form") || lower.contains("<script") || lower.contains("<iframe")
            || lower.contains("<meta") || lower.contains("<input") || lower.contains("<svg")) && pages.size() < MAX_FILES) {
            pages.add(text);
        }
    }

    /** What it comes to. */
    record Deeds(boolean smuggles, boolean makesFile, boolean obfuscated, boolean system, boolean copiesCommand, boolean redirects,
        boolean sends, boolean callsOut,
                 boolean protocol, boolean loads) {
    }

    Deeds deeds() {
        String words = layers.toString().toLowerCase(Locale.ROOT);
        boolean library = length > LIBRARY && longest < length / 3;
        boolean makes = MAKES_FILE.matcher(words).find();
        boolean saves = SAVES.matcher(words).find();
        boolean decodes = DECODES.matcher(words).find();
        boolean payload = !files.isEmpty() || longest >= 512 && longest > length / 4;
        boolean smuggles = makes && saves && (payload || decodes && !library) || !files.isEmpty() && decodes && (makes || saves && !library);
        boolean runs = RUNS_CODE.matcher(words).find();
        return new Deeds(smuggles, makes && saves, obfuscated && !library && (runs || decodes)
            || !library && RUNS_DECODED.matcher(words).find() || runs && decodes && !library && longest > 200,
            NATIVE.matcher(words).find() && !library, COPIES.matcher(words).find() && COMMAND.matcher(words).find() && !library,
            REDIRECTS.matcher(words).find() && !library, SENDS.matcher(words).find(), CALLS_OUT.matcher(words).find(),
                PROTOCOL.matcher(words).find(), LOADS.matcher(words).find() && !library);
    }
}
