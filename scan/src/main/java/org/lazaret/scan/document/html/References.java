package org.lazaret.scan.document.html;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Character references of HTML and XML: the numeric ones, and those names that hide scripts and links. */
final class References {
    private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("amp", "&"), Map.entry("lt", "<"), Map.entry("gt", ">"),
        Map.entry("quot", "\""), Map.entry("apos", "'"), Map.entry("colon", ":"), Map.entry("tab", ""), Map.entry("newline", ""),
        Map.entry("lpar", "("), Map.entry("rpar", ")"), Map.entry("sol", "/"), Map.entry("bsol", "\\"), Map.entry("period", "."),
        Map.entry("equals", "="), Map.entry("nbsp", " "), Map.entry("comma", ","), Map.entry("semi", ";"), Map.entry("plus", "+"),
        Map.entry("num", "#"), Map.entry("lowbar", "_"), Map.entry("quest", "?"));

    private References() {
    }

    static String resolve(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        StringBuilder resolved = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '&') {
                resolved.append(c);
                at++;
                continue;
            }
            int end = at + 1;
            while (end < text.length() && end < at + 12 && (Character.isLetterOrDigit(text.charAt(end))
                || text.charAt(end) == '#' && end == at + 1)) {
                end++;
            }
            String name = text.substring(at + 1, end);
            String value = name.startsWith("#") ? number(name.substring(1)) : NAMES.get(name.toLowerCase(Locale.ROOT));
            if (value == null) {
                resolved.append('&');
                at++;
            } else {
                resolved.append(value);
                at = end < text.length() && text.charAt(end) == ';' ? end + 1 : end;
            }
        }
        return resolved.toString();
    }

    private static @Nullable String number(String digits) {
        try {
            boolean hexadecimal = digits.startsWith("x") || digits.startsWith("X");
            int code = hexadecimal ? Integer.parseInt(digits.substring(1), 16) : Integer.parseInt(digits);
            return Character.isValidCodePoint(code) ? Character.toString(code) : "";
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
