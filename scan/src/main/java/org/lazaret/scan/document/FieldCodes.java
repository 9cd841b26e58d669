package org.lazaret.scan.document;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/** Judges field instructions of Word (ECMA-376-1, 17.16; RTF 1.9.1): DDE starts programs, INCLUDE and LINK fields load by themselves. */
public final class FieldCodes {
    private static final int MAX_FIELD = 8192;
    private static final Pattern DDE = Pattern.compile("(?:^|[\\s{\\x13\"])dde(?:auto)?[\\s\"\\\\]");
    private static final Pattern INCLUDE = Pattern.compile("(?:^|[\\s{\\x13])(includetext|includepicture|import|link|include|rd"
        + "|database)\\s+(.*)", Pattern.DOTALL);
    private static final Pattern HYPERLINK = Pattern.compile("(?:^|[\\s{\\x13])hyperlink\\s+(?:\\\\[a-z]\\s+){0,8}\"?([^\"]+)");
    private static final Pattern QUOTED_NUMBERS = Pattern.compile("quote((?:\\s+\\d{2,3})+)");

    private FieldCodes() {
    }

    /** @param instruction text of one field, its runs joined, nested fields included as text */
    public static void judge(Item item, String instruction, Examination examination) {
        String field = instruction.length() > MAX_FIELD ? instruction.substring(0, MAX_FIELD) : instruction;
        String text = unquoted(field.strip().toLowerCase(Locale.ROOT));
        if (DDE.matcher(text + " ").find()) {
            examination.finding(item, Links.isCommand(text.replace('"', ' ')) ? "office.dde.command" : "office.dde", field.strip());
            return;
        }
        Matcher hyperlink = HYPERLINK.matcher(text);
        if (hyperlink.find()) {
            String target = hyperlink.group(1).strip().replace("\\\\", "\\");
            String share = target.startsWith("\\") ? '\\' + target : target;
            if (Links.isProtocol(target)) {
                examination.finding(item, "office.link.program", field.strip());
            } else if (Links.isShare(share) && Links.isExecutable(share)) {
                examination.finding(item, "office.link.executable", field.strip());
            }
        }
        Matcher include = INCLUDE.matcher(text);
        if (include.find()) {
            String target = include.group(2).replace("\\\\", "\\");
            boolean share = Pattern.compile("(?:^|[\\s\"])(?:\\\\{1,4}[\\w.-]+[@\\\\]|file:/{2,}[\\w.-]+\\.\\w)").matcher(include.group(2)).find()
                && !Pattern.compile("file:/+[a-z]:").matcher(target).find();
            boolean web = target.contains("http:") || target.contains("https:") || target.contains("ftp:");
            if (share) {
                examination.finding(item, "office.field.remote", field.strip());
            } else if (web) {
                examination.finding(item, include.group(1).equals("includepicture") ? "office.field.picture" : "office.field.remote", field.strip());
            }
        }
    }

    private static String unquoted(String field) {
        return QUOTED_NUMBERS.matcher(field).replaceAll(match -> {
            StringBuilder text = new StringBuilder();
            for (String number : match.group(1).strip().split("\\s+")) {
                text.append((char) Integer.parseInt(number));
            }
            return Matcher.quoteReplacement(text.toString().toLowerCase(Locale.ROOT));
        });
    }
}
