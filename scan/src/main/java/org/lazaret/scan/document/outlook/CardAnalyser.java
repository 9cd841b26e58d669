package org.lazaret.scan.document.outlook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * Calendar (RFC 5545) and contact files (RFC 6350): files inside them are handed on, links are judged by where they lead. An ordinary
 * invitation with web links is not remarked on.
 */
public final class CardAnalyser implements Analyser {
    private static final int MAX_TEXT = 32 << 20;
    private static final int MAX_LINE = 24 << 20;
    private static final Pattern PROGRAM = Pattern.compile(
        "\\b(?:search-ms|ms-msdt|ms-officecmd|ms-appinstaller|ms-settings|vbscript|javascript|shell"
            + "|ms-cxh-full):[^\\s\"<>]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern SHARE = Pattern.compile(
        "\\bfile:/{2,}[^\\s\"<>]+|(?<![\\w\\\\]|\\b[a-z]:)\\\\\\\\[\\w.-]+[@\\\\][^\\s\"<>]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern HANDLER = Pattern.compile("<[a-z][^<>]{0,2000}?[\\s/\"']on[a-z]{3,30}\\s*=");
    private static final Pattern WEB = Pattern.compile("\\bhttps?://[^\\s\"<>]+", Pattern.CASE_INSENSITIVE);

    @Override
    public boolean handles(Item item) {
        return item.is(Type.ICALENDAR) || item.is(Type.VCARD);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (item.content().size() > MAX_TEXT) {
            examination.unscannable(item, Reason.OVER_LIMIT, "calendar or contact file larger than " + MAX_TEXT + " bytes");
        }
        String text = new String(item.content().range(0, (int) Math.min(item.content().size(), MAX_TEXT)),
            StandardCharsets.ISO_8859_1).replace("\0", "");
        String[] lines = text.split("\r\n|\n|\r", -1);
        StringBuilder line = new StringBuilder();
        for (String next : lines) {
            boolean folded = next.startsWith(" ") || next.startsWith("\t") || line.toString().endsWith("=") && isQuotedPrintable(line);
            if (folded && line.length() < MAX_LINE) {
                line.append(next, next.startsWith(" ") || next.startsWith("\t") ? 1 : 0, next.length());
            } else {
                line(item, line.toString(), examination);
                line.setLength(0);
                line.append(next);
            }
        }
        line(item, line.toString(), examination);
    }

    private static boolean isQuotedPrintable(StringBuilder line) {
        return line.length() > 30 && line.substring(0, Math.min(line.length(), 200)).toUpperCase(Locale.ROOT).contains("QUOTED-PRINTABLE");
    }

    private static void line(Item item, String line, Examination examination) throws IOException, LimitExceeded {
        int colon = value(line);
        if (colon < 0) {
            return;
        }
        String head = line.substring(0, colon).toUpperCase(Locale.ROOT);
        String value = line.substring(colon + 1);
        String property = head.split("[;]", 2)[0];
        property = property.substring(property.lastIndexOf('.') + 1);
        boolean base64 = head.contains("ENCODING=B") || head.contains("ENCODING=\"B") || head.contains(";BASE64") || head.contains("VALUE=BINARY");
        boolean data = value.regionMatches(true, 0, "data:", 0, 5) && value.contains(";base64,");
        if (base64 || data) {
            String encoded = data ? value.substring(value.indexOf(',') + 1) : value;
            try {
                byte[] bytes = Base64.getMimeDecoder().decode(encoded.replace("\\,", ""));
                examination.child(item, name(line.substring(0, colon), property), "", new ByteArrayInputStream(bytes), -1);
            } catch (IllegalArgumentException e) {
                examination.unscannable(item, Reason.MALFORMED, property + " is no base64");
            }
            return;
        }
        if (value.length() > 1 << 20) {
            value = value.substring(0, 1 << 20);
        }
        if (property.equals("ACTION") && value.strip().equalsIgnoreCase("PROCEDURE")) {
            examination.finding(item, "card.procedure", line);
        }
        String plain = value.replace("\\\\", "\\").replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n").replace("\\N", "\n");
        Matcher program = PROGRAM.matcher(plain);
        if (program.find()) {
            examination.finding(item, "card.link.program", program.group());
        }
        Matcher share = SHARE.matcher(value);
        Matcher sharePlain = SHARE.matcher(plain);
        if (share.find() && !local(share.group())) {
            examination.finding(item, "card.link.share", share.group());
        } else if (sharePlain.find() && !local(sharePlain.group())) {
            examination.finding(item, "card.link.share", sharePlain.group());
        }
        if (property.equals("ATTACH") || property.equals("URL") || property.equals("PHOTO") || property.equals("SOUND")
            || property.equals("LOCATION")) {
            Matcher web = WEB.matcher(plain);
            if (web.find() && Links.isExecutable(web.group())) {
                examination.finding(item, "card.link.executable", web.group());
            }
        }
        String lower = plain.toLowerCase(Locale.ROOT);
        if (lower.contains("<script") || lower.contains("<iframe") || lower.contains("<object") || lower.contains("<embed")
            || lower.contains("<form") || HANDLER.matcher(lower).find()) {
            examination.finding(item, "card.script", plain);
        }
    }

    private static boolean local(String target) {
        return target.toLowerCase(Locale.ROOT).matches("file:/+[a-z]:.*") && !Links.isExecutable(target);
    }

    /** The colon that ends name and parameters: one that stands in no quotes. */
    private static int value(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ':' && !quoted) {
                return i;
            }
        }
        return line.indexOf(':');
    }

    private static String name(String head, String property) {
        Matcher name = Pattern.compile("(?:X-FILENAME|FILENAME|X-ORACLE-FILENAME|X-APPLE-FILENAME"
            + "|NAME)=\"?([^\";:]+)", Pattern.CASE_INSENSITIVE).matcher(head);
        return name.find() ? name.group(1) : property.toLowerCase(Locale.ROOT);
    }
}
