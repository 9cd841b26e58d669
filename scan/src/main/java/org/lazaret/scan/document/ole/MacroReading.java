package org.lazaret.scan.document.ole;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Basic source would do: names that run by themselves, and calls that write, execute or download. Comments are dropped, lines
 * joined and constant strings folded first ({@code "po" & "wershell"}, {@code Chr(112)}, {@code StrReverse("…")}), since hiding these
 * words is what obfuscation is for.
 *
 * @param automatic procedures that the program calls by itself, as found
 * @param acts      calls that reach out of the document, as found
 * @param hidden    whether the text is obfuscated beyond what people write
 * @param empty     whether there is no statement at all
 */
public record MacroReading(Set<String> automatic, Set<String> acts, boolean hidden, boolean empty) {
    private static final int MAX_SOURCE = 4 << 20;

    private static final String AUTOMATIC_NAMES = "auto_?(?:open|exec|new|close|exit|run|activate|deactivate)"
        + "|document_?(?:open|close|new|beforeclose|before_close|change|beforesave|beforeprint|sync|contentcontrolon\\w+|buildingblockinsert"
        + "|xmlafterinsert|xmlbeforedelete|storyunlock)|newdocument|workbook_?(?:open|activate|deactivate|close|beforeclose|beforesave|beforeprint"
        + "|addininstall|windowactivate|sheetactivate|sheetcalculate|sheetchange|newsheet|syncevent)"
        + "|worksheet_(?:activate|calculate|change|selectionchange)|presentation_?(?:open|close)|onslideshow\\w+|slideshowbegin|onloadribbon"
        + "|application_(?:startup|newmail|newmailex|quit|documentopen|workbookopen)|database_open|form_(?:open|load)|app_\\w*open"
        + "|\\w+_(?:layout|painted|painting|gotfocus|lostfocus|mousehover|mousemove|mouseenter|resize|initialize|beforenavigate2|onconnecting"
        + "|downloadcomplete|navigatecomplete2|documentcomplete|onauthenticationerror|onlogoncomplete|onremotedesktopsizechange|statechange"
        + "|readystatechange|validationerror|progresschange)";
    private static final Pattern AUTOMATIC = Pattern.compile("\\b(?:sub|function|property\\s+get)\\s+(" + AUTOMATIC_NAMES + ")\\b");
    private static final Pattern AUTOMATIC_COMPILED = Pattern.compile("\\b(auto_?open|auto_?exec|auto_?close|document_open|document_close"
        + "|document_new"
        + "|workbook_open|workbook_activate|workbook_beforeclose|presentation_open)\\b");

    private static final Pattern ACTS = Pattern.compile(
        "\\bshell\\s*[(\" ]|\\bshell\\s*$|\\bshellexecute\\w*|wscript\\.\\w+|shell\\.application|scriptcontrol|winmgmts|win32_process\\w*"
            + "|powershell|\\bpwsh\\b"
        + "|\\bcmd(?:\\.exe)?\\s+/[ck]|comspec|\\bmshta\\b|\\brundll32|\\bregsvr32|certutil|bitsadmin|\\bmsiexec|\\bcscript\\b|schtasks"
        + "|schedule\\.service|\\bmacscript\\b|applescripttask|executeexcel4macro|\\bcallbyname\\b|regwrite|\\blolbas"
        + "|urldownloadtofile\\w*|xmlhttp|winhttp\\w*|internetexplorer\\.application|internetopen\\w*|internetreadfile|responsebody|webclient"
        + "|downloadfile|downloadstring|savetofile|adodb\\.stream|createtextfile|copyfile\\b|\\bfilecopy\\b"
        + "|\\bfor\\s+(?:binary|output|append|random)\\b|virtualalloc\\w*|virtualprotect\\w*|createthread|createremotethread|rtlmovememory"
        + "|writeprocessmemory|createprocess\\w*|\\bwinexec\\b|ntwritevirtualmemory|heapcreate|enumsystem\\w+|callwindowproc\\w*|queueuserapc"
        + "|\\bvbproject\\b|\\bvbcomponents\\b|addfromstring|\\binsertlines\\b|organizercopy|codemodule|accessvbom|vbawarnings|securityzone"
        + "|getobject\\s*\\(\\s*\"(?:script|new|winmgmts|http)|\\bnew:\\{?[0-9a-f]{8}-|frombase64string|\\biex\\b|invoke-\\w+|\\\\startup\\\\"
        + "|createobject\\s*\\(\\s*[a-z_]\\w*\\s*[(,)&+]|createobject\\s*\\(\\s*\"\\s*\"|\\.exec\\s*\\(|wmiprvse|clsid:\\w|hkey_current_user|hkcu\\\\"
        + "|\\bsetcontents\\b|microsoft\\.xmldom|bin\\.base64|nodetypedvalue",
        Pattern.MULTILINE);

    private static final Pattern CONTINUED = Pattern.compile("[ \\t]_[ \\t]*\\r?\\n");
    private static final Pattern CHARACTER = Pattern.compile("\\bchr[wb]?\\$?\\s*\\(\\s*(&h[0-9a-f]{1,4}&?|\\d{1,5})\\s*(?:([-+*^]"
        + "|xor)\\s*(\\d{1,5})\\s*)?\\)");
    private static final Pattern JOINED = Pattern.compile("\"\\s*[&+]\\s*\"");
    private static final Pattern REVERSED = Pattern.compile("\\bstrreverse\\s*\\(\\s*\"([^\"\\n]{1,2000})\"\\s*\\)");
    private static final Pattern REPLACED = Pattern.compile(
        "\\breplace\\s*\\(\\s*\"([^\"\\n]{1,2000})\"\\s*,\\s*\"([^\"\\n]{1,20})\"\\s*,\\s*\"([^\"\\n]{0,20})\"\\s*\\)");
    private static final Pattern HEXADECIMAL = Pattern.compile("\"(?:[0-9a-f]{2}[ ,]?){60,}\"|\"[a-z0-9+/]{200,}={0,2}\"");
    private static final Pattern NUMBERS = Pattern.compile("array\\s*\\(\\s*(?:&?h?-?[0-9a-f]{1,5}\\s*,\\s*){40,}");

    public MacroReading {
        automatic = Set.copyOf(automatic);
        acts = new LinkedHashSet<>(acts);
    }

    /** Reads Basic source: VBA, StarBasic or VBScript. */
    public static MacroReading of(String source) {
        String text = statements(source.length() > MAX_SOURCE ? source.substring(0, MAX_SOURCE) : source);
        boolean empty = text.isBlank();
        int characters = count(CHARACTER, text);
        String folded = fold(text);
        Set<String> automatic = all(AUTOMATIC, folded, 1);
        Set<String> acts = all(ACTS, folded, 0);
        boolean hidden = characters > 12 || HEXADECIMAL.matcher(folded).find() || NUMBERS.matcher(folded).find();
        return new MacroReading(automatic, acts, hidden, empty);
    }

    /** Reads the names and strings of compiled code. */
    static MacroReading ofCompiled(String names) {
        return new MacroReading(all(AUTOMATIC_COMPILED, names, 1), all(ACTS, names, 0), false, names.isBlank());
    }

    private static String statements(String source) {
        String joined = CONTINUED.matcher(source.toLowerCase(Locale.ROOT)).replaceAll(" ");
        StringBuilder text = new StringBuilder(joined.length());
        for (String line : joined.split("\\r?\\n|\\r", -1)) {
            String statement = uncommented(line).strip();
            if (!statement.isEmpty() && !statement.startsWith("attribute vb_") && !statement.startsWith("option ")) {
                text.append(statement).append('\n');
            }
        }
        return text.toString();
    }

    private static String uncommented(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\'' && !quoted) {
                return line.substring(0, i);
            }
        }
        String bare = line.strip();
        return bare.startsWith("rem ") || "rem".equals(bare) ? "" : line;
    }

    private static String fold(String text) {
        String folded = CHARACTER.matcher(text).replaceAll(MacroReading::character);
        folded = JOINED.matcher(folded).replaceAll("");
        folded = REPLACED.matcher(folded).replaceAll(match ->
            Matcher.quoteReplacement("\"" + match.group(1).replace(match.group(2), match.group(3)) + "\""));
        folded = REVERSED.matcher(folded).replaceAll(match ->
            Matcher.quoteReplacement("\"" + new StringBuilder(match.group(1)).reverse() + "\""));
        return JOINED.matcher(folded).replaceAll("");
    }

    private static String character(java.util.regex.MatchResult match) {
        int value = number(match.group(1));
        if (match.group(2) != null) {
            int other = number(match.group(3));
            value = switch (match.group(2)) {
                case "-" -> value - other;
                case "+" -> value + other;
                case "xor" -> value ^ other;
                default -> value;
            };
        }
        return value < 0x20 || value > 0xffff || value == '"' ? "\" \"" : Matcher.quoteReplacement("\"" + Character.toLowerCase((char) value) + "\"");
    }

    private static int number(String text) {
        try {
            return text.startsWith("&h") ? Integer.parseInt(text.replace("&", "").substring(1), 16) : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static int count(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        int count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    private static Set<String> all(Pattern pattern, String text, int group) {
        Set<String> all = new LinkedHashSet<>();
        Matcher matcher = pattern.matcher(text);
        while (all.size() < 12 && matcher.find()) {
            all.add(matcher.group(group).strip());
        }
        return all;
    }

    /** Evidence for people: what runs by itself and what it calls. */
    public String evidence() {
        StringBuilder text = new StringBuilder(String.join(", ", automatic));
        if (!acts.isEmpty()) {
            text.append(text.isEmpty() ? "" : " → ").append(String.join(", ", acts));
        }
        if (hidden) {
            text.append(text.isEmpty() ? "" : "; ").append("obfuscated strings");
        }
        return text.toString();
    }
}
