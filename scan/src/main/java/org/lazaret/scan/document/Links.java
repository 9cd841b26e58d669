package org.lazaret.scan.document;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where a link in a document leads, as Windows programs read it. */
public final class Links {
    private static final Pattern UNC = Pattern.compile(
        "^(?:file:/{0,3})?(?:\\\\\\\\|\\\\/|/\\\\)[^/\\\\].*|^(?:file:)?//[^/\\\\].*|^file:/{4,}[^/\\\\].*|^file:[^/\\\\:]+\\\\.*", Pattern.DOTALL);
    private static final Pattern WEB = Pattern.compile("^(?:https?|ftps?|mhtml|webdavs?|dav):.*");
    private static final Pattern PROTOCOL = Pattern.compile(
        "^(?:ms-msdt|search-ms|search|ms-search|ms-officecmd|ms-settings|ms-appinstaller|ms-cxh-full|mhtml|script|vbscript|javascript|jar"
            + "|shell|ldap|its|mk"
            + "|ms-its|ms-excel|ms-word|ms-powerpoint|ms-visio|ms-access|ms-publisher|ms-spd|ms-infopath|hcp|res|wscript|powershell|cmd):.*");
    private static final Pattern OFFICE_SCHEME = Pattern.compile("^ms-(?:excel|word|powerpoint|visio|access|publisher|spd|infopath):.*");
    private static final Pattern EXECUTABLE = Pattern.compile(
        ".*\\.(?:exe|scr|com|pif|bat|cmd|msi|msix|appinstaller|jar|jnlp|js|jse|vbs|vbe|wsf|wsh|hta|ps1|lnk|url|scf|cpl|dll|iso|img|vhdx?|apk"
            + "|dmg|reg|chm|sct|xll"
            + "|library-ms|search-ms|settingcontent-ms|application|appref-ms|msc|inf)(?:[?#!\"' ].*)?$", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile(
        "(?:^|[/\\\\\"' =!|])(?:cmd|powershell|pwsh|mshta|wscript|cscript|rundll32|regsvr32|certutil|bitsadmin|msiexec|msdt|explorer"
            + "|schtasks|wmic|curl|bash)"
            + "(?:\\.exe)?(?:[\"' /\\\\|]|$)");

    private Links() {
    }

    private static final Pattern LOCAL = Pattern.compile("^(?:file:)?[/\\\\]*(?:[a-z]:|localhost/|[?.][/\\\\][a-z]:).*", Pattern.DOTALL);

    /** Lower case, trimmed, percent signs resolved. */
    public static String plain(String target) {
        String text = target.strip();
        if (text.indexOf('%') >= 0) {
            try {
                text = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                text = target.strip();
            }
        }
        return text.strip().toLowerCase(Locale.ROOT);
    }

    /** Percent signs resolved to bytes, everything else as it is. */
    public static String percentDecoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                decoded.append((char) (high << 4 | low));
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    /** A share on another machine: opening it sends credentials there. */
    public static boolean isShare(String target) {
        String text = plain(target);
        return UNC.matcher(text).matches() && !LOCAL.matcher(text).matches();
    }

    public static boolean isWeb(String target) {
        return WEB.matcher(plain(target)).matches();
    }

    public static boolean isRemote(String target) {
        return isShare(target) || isWeb(target);
    }

    /** A scheme that starts a program on the recipient's machine. */
    public static boolean isProtocol(String target) {
        String text = plain(target);
        return PROTOCOL.matcher(text).matches() && !OFFICE_SCHEME.matcher(text).matches() && !text.startsWith("javascript:void")
            && !text.startsWith("javascript:;");
    }

    /** Leads to a file that runs when opened. */
    public static boolean isExecutable(String target) {
        String text = plain(target);
        int query = text.indexOf('?');
        String path = query > 0 && text.startsWith("http") ? text.substring(0, query) : text;
        // Names of hosts and mail addresses end in .com far more often than programs that are fetched do.
        int fragment = path.indexOf('#');
        String place = fragment > 0 && text.startsWith("http") ? path.substring(0, fragment) : path;
        boolean bare = place.indexOf('/') < 0 && place.indexOf('\\') < 0 && (place.startsWith("www.") || place.indexOf('@') >= 0);
        boolean host = text.startsWith("mailto:") || (bare || place.startsWith("http:") || place.startsWith("https:"))
            && (place.endsWith(".com") || place.endsWith(".com/"));
        if (host || path.matches("https?://[^/]*/?")) {
            return false;
        }
        return EXECUTABLE.matcher(path).matches();
    }

    /** Reads like a command line. */
    public static boolean isCommand(String target) {
        String text = plain(target);
        return !text.startsWith("http:") && !text.startsWith("https:") && !text.startsWith("mailto:") && COMMAND.matcher(text).find();
    }
}
