package org.lazaret.scan.type;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Small text files that make a shell, an office program or an installer act, told by what stands in them, whatever their name:
 * Internet shortcuts, Explorer command files, saved searches, consoles, sandboxes, queries, remote desktops, deployment manifests.
 *
 * @param rule    id of the rule
 * @param words   of which a text that the pattern finds has at least one; to look for them first is much cheaper than the pattern
 * @param pattern on the lower-case beginning of the text
 */
record ShellFiles(String rule, List<String> words, Pattern pattern) {
    static final List<ShellFiles> TABLE = List.of(
        of("type.shell.url.remote", List.of("[internetshortcut"),
            "^\\[internetshortcut[^\\n]*\\](?s:.{0,4000}?)^\\s*(?:url|basehref|workingdirectory)\\s*=\\s*(?:file:|\\\\\\\\|//|javascript:|data:|ms"
                + "-|search-ms|mhtml:|res:"
            + "|[^\\n]{0,2000}\\.(?:exe|scr|hta|js|jse|vbs|vbe|wsf|bat|cmd|ps1|msi|lnk|cpl|pif|jar|zip|iso|url)\\s*$)"),
        of("type.shell.url", List.of("[internetshortcut"), "^\\[internetshortcut[^\\n]*\\]"),
        of("type.shell.explorer-command", List.of("[shell]"), "^\\[shell\\]\\s*$(?s:.{0,2000}?)^\\s*(?:command|iconfile)\\s*="),
        of("type.shell.desktop-entry", List.of("[desktop entry]"), "^\\[desktop entry\\](?s:.{0,4000}?)^\\s*(?:exec|url)\\s*="),
        of("type.shell.settings", List.of("<pcsettings", "<searchablecontent"), "<(?:pcsettings|searchablecontent)[\\s>]"),
        of("type.shell.console", List.of("<mmc_consolefile"), "<mmc_consolefile[\\s>]"),
        of("type.shell.search", List.of("<librarydescription", "<persistedquery", "<searchconnectordescription"),
            "<(?:librarydescription|persistedquery|searchconnectordescription)[\\s>]"),
        of("type.shell.sandbox", List.of("<configuration>"), "<configuration>(?s:.{0,4000}?)<(?:logoncommand|mappedfolders?)[\\s>]"),
        of("type.shell.web-query", List.of("web", "querytype"), "\\Aweb\\s*\\r?\\n\\s*1\\s*\\r?\\n\\s*(?:https?|file|ftp):|\\A\\s*querytype\\s*="),
        of("type.shell.remote-desktop", List.of("full address", "remoteapplicationprogram", "drivestoredirect"),
            "^(?:full address|alternate full address|remoteapplicationprogram|drivestoredirect)\\s*:[sib]:"),
        of("type.shell.theme", List.of("[theme]"), "^\\[theme\\]\\s*$"),
        of("type.shell.registry", List.of("windows registry editor version", "regedit4"), "\\A\\s*(?:windows registry editor version|regedit4)"),
        of("type.shell.setup-information", List.of("[defaultinstall", "[version"),
            "^\\[(?:defaultinstall|version)[^\\n\\]]*\\](?s:.{0,8000}?)^\\s*(?:runpresetupcommands|registerocxs|unregisterocxs|runpostsetupcommand"
                + "s|addreg|copyfiles)\\w*\\s*="),
        of("type.shell.script-host", List.of("[scriptfile]"), "^\\[scriptfile\\]\\s*$"),
        of("type.shell.autorun", List.of("[autorun"), "^\\[autorun[^\\n\\]]*\\](?s:.{0,2000}?)^\\s*(?:open|shellexecute|shell\\\\[^\\n=]*)\\s*="),
        of("type.shell.web-start", List.of("<jnlp"), "<jnlp[\\s>]"),
        of("type.shell.deployment", List.of("assembly", "<appinstaller"),
            "<(?:\\w+:)?assembly[\\s>](?s:.{0,8000}?)<(?:\\w+:)?(?:deployment|entrypoint|commandline)[\\s>]|<appinstaller[\\s>]"),
        of("type.script.application", List.of("<hta:application"), "<hta:application[\\s>]"),
        of("type.script.host", List.of("<script"),
            "<(?:scriptlet|component)[\\s>](?s:.{0,8000}?)<script[\\s>]|<(?:package|job)(?:\\s[^>]{0,200})?>(?s:.{0,8000}?)<script[\\s>]"),
        of("type.script.stylesheet", List.of("<msxsl:script", "urn:schemas-microsoft-com:xslt"),
            "<msxsl:script|<(?:xsl:)?stylesheet(?s:.{0,8000}?)urn:schemas-microsoft-com:xslt(?s:.{0,8000}?)<\\w+:script[\\s>]"),
        of("type.script.build", List.of("<project"), "<project[\\s>](?s:.{0,8000}?)(?:codetaskfactory|<exec\\s)"),
        of("type.shell.web-location", List.of("<plist"), "<plist(?s:.{0,2000}?)<key>url</key>\\s*<string>(?!https?:)"),
        of("type.shell.profile", List.of("<plist"), "<plist(?s:.{0,4000}?)<key>payloadcontent</key>"),
        of("type.xml.entities", List.of("<!entity"), "<!entity\\s+(?:%\\s*)?[\\w.:-]+\\s+[\"'][^\"'<]{0,2000}?&[\\w.:-]+;[^\"'<]{0,2000}?&[\\w.:-]+;"
            + "|<!entity\\s+(?:%\\s*)?[\\w.:-]+\\s+(?:system|public\\s+[\"'][^\"']*[\"'])\\s+[\"'](?:file|https?|ftp|php|jar|\\\\\\\\|/etc)"),
        of("type.script.macro-text", List.of("attribute vb_name", "sub "),
            "^attribute vb_name\\s*=|^\\s*(?:private |public )?sub (?:auto_?open|autoexec|autoclose|document_open|workbook_open)\\s*\\("));

    /** Characters looked at. */
    private static final int REACH = 16 * 1024;

    private static ShellFiles of(String rule, List<String> words, String pattern) {
        return new ShellFiles(rule, words, Pattern.compile(pattern, Pattern.MULTILINE));
    }

    private boolean isIn(String text) {
        return words.stream().anyMatch(text::contains) && pattern.matcher(text).find();
    }

    /** Rules that a text breaks, in the order of the table; an Internet shortcut counts once. */
    static List<String> rules(String text) {
        String lower = text.substring(0, Math.min(text.length(), REACH)).toLowerCase(Locale.ROOT).replace("\r", "");
        List<String> rules = TABLE.stream().filter(file -> file.isIn(lower)).map(ShellFiles::rule).toList();
        return rules.contains("type.shell.url.remote") ? rules.stream().filter(rule -> !rule.equals("type.shell.url")).toList() : rules;
    }
}
