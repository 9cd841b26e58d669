package org.lazaret.scan.name;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.type.Bytes;
import org.lazaret.scan.type.Type;

/**
 * Judges names. A name is read in every way that some program on the way would read it: cut at NUL or at a stream's colon, without
 * trailing dots and spaces (Windows drops them), without characters that do not show, in compatibility form (NFKC), with encoded words
 * decoded. The most dangerous extension of all readings counts; when the plain reading hides it, that is a finding of its own.
 *
 * <p>Names in right-to-left scripts carry marks (U+200E, U+200F) and emoji carry joiners: these are no finding. Overrides are.
 */
public final class Names {
    /** Longer names than file systems hold, in UTF-16 units. */
    static final int MAX_LENGTH = 255;
    /** From this weight on an extension is worth disguising. */
    private static final int DANGEROUS = 6;

    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?([\\w.:-]{1,40}?)(?:\\*[\\w-]{0,20})?\\?([bBqQ])\\?([^?]{0,2000})\\?=");
    private static final Pattern STREAM = Pattern.compile("::?\\$[a-zA-Z_]+\\s*$|\\.[a-zA-Z][a-zA-Z0-9]{0,7}:[^\\s:/\\\\][^:/\\\\]*$");
    private static final Pattern CLSID = Pattern.compile("\\.?\\{[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
        + "\\}\\s*$");
    private static final Pattern CLIMBING = Pattern.compile("(?:^|[/\\\\])\\s*\\.\\.\\s*(?:[/\\\\]|$)");
    private static final Pattern DRIVE = Pattern.compile("^(?:[a-zA-Z]:[/\\\\]|\\\\\\\\)");
    private static final Pattern PADDING = Pattern.compile("[\\s\u00a0\u2000-\u200a\u3000]{12,}\\.?[\\s\u00a0]*\\S{1,12}\\s*$|_{30,}\\.\\w{1,8}$");
    /** Windows opens the device instead of a file, whatever extension follows. */
    private static final Pattern DEVICE = Pattern.compile("(?i)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])\\s*(?:\\.[^.]*)?");
    private static final Pattern PERCENT = Pattern.compile("%([0-9a-fA-F]{2})");

    /** Extensions that a reader trusts: one of these in front of a dangerous one is a double extension. */
    private static final Set<String> INNOCENT = Set.of("pdf", "doc", "docx", "docm", "dot", "dotx", "rtf", "odt", "xls", "xlsx", "xlsm", "xlsb",
        "ods", "csv", "ppt", "pptx", "pps",
        "ppsx", "odp", "txt", "log", "md", "jpg", "jpeg", "jpe", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "svg", "ico", "mp3", "mp4",
            "wav", "avi", "mov", "mkv", "wmv", "mpg",
        "mpeg", "m4a", "flac", "zip", "rar", "7z", "gz", "tar", "tgz", "html", "htm", "xml", "json", "eml", "msg", "ics", "vcf", "one", "pub",
            "vsd", "vsdx", "psd", "ai", "epub", "xps",
        "dwg", "pages", "numbers", "key", "p7s", "p7m", "asc", "rpmsg");

    private static final Set<String> PACKED = Set.of("gz", "bz2", "xz", "zst", "z", "lz", "lzma", "lz4", "zip", "rar", "7z", "arj", "ace", "tar",
        "tgz", "txt");

    /** Letters of other scripts that look like the Latin ones in extensions. */
    private static final Map<Character, Character> LOOKALIKES = Map.ofEntries(
        Map.entry('\u0430', 'a'), Map.entry('\u0435', 'e'), Map.entry('\u0445', 'x'), Map.entry('\u0441', 'c'), Map.entry('\u043e', 'o'),
            Map.entry('\u0440', 'p'),
        Map.entry('\u0443', 'y'), Map.entry('\u0456', 'i'), Map.entry('\u0458', 'j'), Map.entry('\u0455', 's'), Map.entry('\u043c', 'm'),
            Map.entry('\u0442', 't'),
        Map.entry('\u0432', 'b'), Map.entry('\u043d', 'h'), Map.entry('\u043a', 'k'), Map.entry('\u0501', 'd'), Map.entry('\u051b', 'q'),
            Map.entry('\u051d', 'w'),
        Map.entry('\u04bb', 'h'), Map.entry('\u03bf', 'o'), Map.entry('\u03b1', 'a'), Map.entry('\u03c1', 'p'), Map.entry('\u03bd', 'v'),
            Map.entry('\u03c7', 'x'),
        Map.entry('\u03b5', 'e'), Map.entry('\u0131', 'i'), Map.entry('\u0261', 'g'), Map.entry('\u1d0f', 'o'), Map.entry('\u217c', 'l'),
            Map.entry('\u0585', 'o'),
        Map.entry('\u2e33', '.'), Map.entry('\uff61', '.'), Map.entry('\u2024', '.'), Map.entry('\u00b7', '.'), Map.entry('\u0701', '.'),
            Map.entry('\u0702', '.'), Map.entry('\ua4f8', '.'), Map.entry('\u3002', '.'));

    private Names() {
    }

    /** The analyser for names, with a list of blocked extensions. */
    public static Analyser analyser(Extensions blocked) {
        return new NameAnalyser(blocked);
    }

    private record NameAnalyser(Extensions blocked) implements Analyser {
        @Override
        public boolean handles(Item item) {
            return !item.name().isEmpty();
        }

        @Override
        public void analyse(Item item, Examination examination) throws IOException {
            boolean inside = item.depth() > 0;
            Judgement judgement = judge(inside ? item.name() : item.name().replaceFirst("[/\\\\]+$", ""), inside, blocked);
            int cap = confirmedHarmless(item, judgement.extension()) ? 3 : 9;
            for (Map.Entry<String, String> finding : judgement.findings().entrySet()) {
                if (cap < 9 && finding.getKey().startsWith("name.blocked.")) {
                    examination.finding(item, "name.blocked." + Math.min(cap,
                        Integer.parseInt(finding.getKey().substring("name.blocked.".length()))), finding.getValue());
                } else {
                    examination.finding(item, finding.getKey(), finding.getValue());
                }
            }
        }
    }

    /**
     * What a name tells.
     *
     * @param extension the most dangerous extension of all its readings
     * @param findings  evidence by rule
     */
    record Judgement(String extension, Map<String, String> findings) {
    }

    /** Some extensions have two owners; when the bytes are the harmless owner's, the name says little. */
    private static boolean confirmedHarmless(Item item, String extension) throws IOException {
        Bytes head = Bytes.of(item.content(), 0, 128);
        return switch (extension) {
            case "mat" -> head.at(0, "MATLAB ");
            case "cer", "crt", "der" -> head.at(0, "\060\202") || head.indexOf("-----BEGIN CERTIFICATE", 0) >= 0;
            case "vss", "vst" -> item.is(Type.OLE2);
            case "mdf", "bif", "cnt", "plg" -> item.is(Type.TEXT);
            default -> false;
        };
    }

    static Judgement judge(String raw, boolean inside, Extensions blocked) {
        Map<String, String> findings = new java.util.LinkedHashMap<>();
        characters(raw, findings);
        String decoded = decodeWords(raw);
        if (!decoded.equals(raw)) {
            findings.put("name.encoded-word", raw);
            characters(decoded, findings);
        }
        if (CLIMBING.matcher(decoded).find() || inside && DRIVE.matcher(decoded).find()) {
            findings.put("name.traversal", raw);
        } else if (decoded.startsWith("/") || DRIVE.matcher(decoded).find()) {
            findings.put("name.absolute", raw);
        }
        String last = lastSegment(decoded);
        if (!inside && DEVICE.matcher(last.strip()).matches()) {
            findings.put("name.device", raw);
        }
        if (last.length() > MAX_LENGTH) {
            findings.put("name.overlong", last.length() + " characters");
        }
        if (PADDING.matcher(last).find()) {
            findings.put("name.padding", raw);
        }
        if (STREAM.matcher(last).find() && !DRIVE.matcher(decoded).find()) {
            findings.put("name.stream", raw);
        }
        if (CLSID.matcher(last).find()) {
            findings.put("name.clsid", raw);
        }
        if (!last.equals(stripEnd(last)) && !last.isBlank() && !stripEnd(last).isEmpty()) {
            findings.put("name.trailing", raw);
        }
        String plain = extension(last);
        String worst = plain;
        List<String> worstReading = segments(last);
        for (String reading : readings(decoded)) {
            String extension = extension(reading);
            if (blocked.weight(extension) > blocked.weight(worst)) {
                worst = extension;
                worstReading = segments(reading);
            }
        }
        int weight = blocked.weight(worst);
        if (weight > 0) {
            findings.put("name.blocked." + weight, "." + worst);
        }
        if (weight >= DANGEROUS && !worst.equals(plain)) {
            findings.put("name.disguised", "." + worst + " in " + raw);
        }
        doubleExtension(worst, weight, worstReading, raw, findings);
        String before = worstReading.size() < 3 ? "" : worstReading.get(worstReading.size() - 2).strip().toLowerCase(Locale.ROOT);
        if (PACKED.contains(worst) && blocked.weight(before) >= 8 && !before.equals("com")) {
            findings.put("name.packed-program", raw);
        }
        return new Judgement(worst, findings);
    }

    private static void doubleExtension(String extension, int weight, List<String> segments, String raw, Map<String, String> findings) {
        if (segments.size() < 3) {
            return;
        }
        String before = segments.get(segments.size() - 2).strip().toLowerCase(Locale.ROOT);
        if (!INNOCENT.contains(before) || before.equals(extension)) {
            return;
        }
        if (weight >= DANGEROUS) {
            findings.put("name.double-extension", raw);
        } else if (Set.of("html", "htm", "shtml", "xhtml", "svg", "mht", "mhtml").contains(extension)
            && !Set.of("html", "htm", "xml", "svg", "md", "txt", "eml", "msg", "json").contains(before)) {
            findings.put("name.double-extension.page", raw);
        }
    }

    private static void characters(String name, Map<String, String> findings) {
        boolean rightToLeft = name.codePoints().anyMatch(Names::isRightToLeft);
        int invisibleAt = -1;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == 0x202d || c == 0x202e) {
                findings.put("name.bidi", String.format(Locale.ROOT, "U+%04X", (int) c));
            } else if (c >= 0x202a && c <= 0x202c || c >= 0x2066 && c <= 0x2069) {
                findings.putIfAbsent(rightToLeft ? "name.bidi.embedded" : "name.bidi", String.format(Locale.ROOT, "U+%04X", (int) c));
            } else if (c == 0) {
                findings.put("name.nul", "NUL at " + i);
            } else if (c == '\t' || c == '\r' || c == '\n') {
                findings.put("name.line-break", String.format(Locale.ROOT, "U+%04X at %d", (int) c, i));
            } else if (c < 0x20 || c == 0x7f) {
                findings.put("name.control", String.format(Locale.ROOT, "U+%04X at %d", (int) c, i));
            } else if (isInvisible(c) && c != 0x200c && c != 0x200d && c != 0x200e && c != 0x200f) {
                invisibleAt = i;
                findings.put("name.invisible", String.format(Locale.ROOT, "U+%04X at %d", (int) c, i));
            }
        }
        if (invisibleAt > 0 && name.lastIndexOf('.') >= 0 && invisibleAt >= name.lastIndexOf('.') - 1) {
            findings.put("name.invisible.extension", String.format(Locale.ROOT, "U+%04X at %d", (int) name.charAt(invisibleAt), invisibleAt));
        }
    }

    private static boolean isRightToLeft(int codePoint) {
        byte direction = Character.getDirectionality(codePoint);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    /** Format characters, fillers and selectors: nothing of them shows. */
    private static boolean isInvisible(char c) {
        return c == 0x00ad || c == 0x034f || c == 0x061c || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 || c >= 0x180b && c <= 0x180e
            || c >= 0x200b && c <= 0x200f
            || c >= 0x202a && c <= 0x202e || c >= 0x2060 && c <= 0x206f || c == 0x2800 || c == 0x3164 || c == 0xfeff || c == 0xffa0;
    }

    /** Every way to read a name, the plain one first. */
    private static Set<String> readings(String name) {
        Set<String> readings = new LinkedHashSet<>();
        add(readings, name);
        int nul = name.indexOf('\0');
        if (nul > 0) {
            add(readings, name.substring(0, nul));
        }
        String last = lastSegment(name);
        int encodedNul = name.indexOf("%00");
        if (encodedNul > 0) {
            add(readings, name.substring(0, encodedNul));
        }
        int semicolon = last.indexOf(';');
        if (semicolon > 0) {
            add(readings, last.substring(0, semicolon));
        }
        int colon = last.indexOf(':');
        if (colon > 0) {
            add(readings, last.substring(0, colon));
            add(readings, last.substring(colon + 1));
        }
        Matcher clsid = CLSID.matcher(last);
        if (clsid.find()) {
            add(readings, last.substring(0, clsid.start()));
        }
        if (PERCENT.matcher(name).find()) {
            add(readings,
                PERCENT.matcher(name).replaceAll(match -> Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(match.group(1), 16)))));
        }
        return readings;
    }

    private static void add(Set<String> readings, String name) {
        String visible = visible(name);
        readings.add(lastSegment(visible));
        String compatible = Normalizer.normalize(visible, Normalizer.Form.NFKC);
        readings.add(lastSegment(compatible));
        StringBuilder latin = new StringBuilder(compatible.length());
        for (char c : compatible.toLowerCase(Locale.ROOT).toCharArray()) {
            latin.append(LOOKALIKES.getOrDefault(c, c));
        }
        readings.add(lastSegment(latin.toString()));
    }

    private static String visible(String name) {
        StringBuilder visible = new StringBuilder(name.length());
        for (char c : name.toCharArray()) {
            if (!isInvisible(c) && !Character.isISOControl(c) && !(c >= 0xfe00 && c <= 0xfe0f)) {
                visible.append(c);
            }
        }
        return visible.toString();
    }

    private static String lastSegment(String name) {
        int at = name.length();
        while (at > 0 && (name.charAt(at - 1) == '/' || name.charAt(at - 1) == '\\')) {
            at--;
        }
        boolean folder = at < name.length();
        String file = name.substring(0, at);
        String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return folder ? last + "/" : last;
    }

    private static String stripEnd(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || Character.isWhitespace(name.charAt(end - 1))
            || Character.isSpaceChar(name.charAt(end - 1)))) {
            end--;
        }
        return name.substring(0, end);
    }

    private static List<String> segments(String name) {
        return new ArrayList<>(List.of(stripEnd(name).split("\\.", -1)));
    }

    /** Extension as Windows would take it, lower case; empty for none, and for a folder. */
    static String extension(String name) {
        String file = stripQuotes(stripEnd(name));
        int dot = file.lastIndexOf('.');
        return dot < 0 ? "" : file.substring(dot + 1).strip().toLowerCase(Locale.ROOT);
    }

    private static String stripQuotes(String name) {
        int end = name.length();
        while (end > 0 && "\"'`;,<>|?*".indexOf(name.charAt(end - 1)) >= 0) {
            end--;
        }
        return stripEnd(name.substring(0, end));
    }

    /** Encoded words (RFC 2047) that a mail program left in a parameter; most readers decode them all the same. */
    static String decodeWords(String name) {
        if (!name.contains("=?")) {
            return name;
        }
        Matcher word = ENCODED_WORD.matcher(name.replaceAll("\\?=\\s+=\\?", "?==?"));
        return word.replaceAll(match -> Matcher.quoteReplacement(decodeWord(match.group(1), match.group(2), match.group(3), match.group())));
    }

    private static String decodeWord(String charset, String encoding, String text, String whole) {
        byte[] bytes;
        if (encoding.equalsIgnoreCase("b")) {
            try {
                bytes = Base64.getMimeDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                return whole;
            }
        } else {
            java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '=' && i + 2 < text.length() && Character.digit(text.charAt(i + 1), 16) >= 0 && Character.digit(text.charAt(i + 2),
                    16) >= 0) {
                    out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                } else {
                    out.write(c == '_' ? ' ' : c);
                }
            }
            bytes = out.toByteArray();
        }
        Charset decoder = StandardCharsets.UTF_8;
        try {
            decoder = Charset.forName(charset);
        } catch (IllegalArgumentException unknown) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        return new String(bytes, decoder);
    }
}
