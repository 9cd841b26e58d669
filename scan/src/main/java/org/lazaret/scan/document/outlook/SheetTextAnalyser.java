package org.lazaret.scan.document.outlook;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * Text that spreadsheets open as cells: comma-separated values with formulas that start programs (CWE-1236), and SYLK, whose records hold
 * Excel 4 macros that no macro setting of old versions stopped. Lines are looked at up to {@value #MAX_LINE} characters.
 */
public final class SheetTextAnalyser implements Analyser {
    private static final int MAX_LINE = 16 << 10;
    private static final Set<String> EXTENSIONS = Set.of("csv", "tsv", "tab", "slk", "sylk", "dif", "iqy", "oqy", "dqy", "rqy", "prn", "txt");
    private static final Pattern CELL = Pattern.compile("(?:^|[,;\\t])\\s*\"?\\s*'?[=+\\-@][^,;\\t"
        + "|]{0,200}?([\\w.\\\\:/-]{1,60})\\s*\\|\\s*(?:'{1,2}[^']{0,200}'{1,2}|[\\w./\\\\ -]{0,200})\\s*!\\s*['\\w$]");
    private static final Pattern FETCH = Pattern.compile("(?:^|[,;\\t])\\s*\"?\\s*[=+\\-@]\\s*\\w*\\(?\\s*(?:webservice|importxml|importdata"
        + "|importfeed|importhtml|importrange|filterxml|dde)\\s*\\(");
    private static final Pattern CALL = Pattern.compile(";e[^;]*?\\b(exec|call|register(?:\\.id)?|fopen|fwrite(?:ln)?|initiate|execute|run"
        + "|formula|halt|alert|goto)\\s*\\(");
    private static final Set<String> HARD = Set.of("exec", "call", "register", "register.id", "fopen", "fwrite", "fwriteln", "initiate",
        "execute", "run", "formula");

    @Override
    public boolean handles(Item item) {
        return item.is(Type.SYLK) || EXTENSIONS.contains(extension(item.name())) && (item.is(Type.TEXT) || item.is(Type.UNKNOWN))
            || item.is(Type.TEXT) && (item.declaredType().endsWith("/csv") || item.declaredType().contains("excel"));
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT).strip();
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        byte[] head = item.content().range(0, 4);
        Charset charset = head.length > 1 && head[0] == (byte) 0xff && head[1] == (byte) 0xfe ? StandardCharsets.UTF_16LE
            : head.length > 1 && head[0] == (byte) 0xfe && head[1] == (byte) 0xff ? StandardCharsets.UTF_16BE : StandardCharsets.ISO_8859_1;
        boolean sylk = item.is(Type.SYLK);
        Set<String> calls = new LinkedHashSet<>();
        boolean automatic = false;
        boolean macroSheet = false;
        String formula = "";
        try (Reader reader = new BufferedReader(new InputStreamReader(Charged.timed(item.content().open(), examination), charset))) {
            StringBuilder line = new StringBuilder();
            int c = 0;
            while (c >= 0) {
                c = reader.read();
                if (c >= 0 && c != '\n' && c != '\r') {
                    if (line.length() < MAX_LINE) {
                        line.append((char) c);
                    }
                    continue;
                }
                String text = line.toString().replace("\u00ef\u00bb\u00bf", "").replace("\ufeff", "").toLowerCase(Locale.ROOT);
                line.setLength(0);
                if (sylk) {
                    automatic |= text.startsWith("nn;nauto_") || text.contains(";nauto_open") || text.contains(";nauto_close");
                    macroSheet |= text.startsWith("o;") && (text.contains(";e") && text.matches(".*;e(?:;.*)?$"));
                    Matcher call = CALL.matcher(text);
                    if (text.startsWith("c;") && call.find()) {
                        calls.add(call.group(1));
                    }
                }
                if (formula.isEmpty() && text.indexOf('|') >= 0 && (CELL.matcher(text).find() || sylk && text.matches("c;.*;e.*\\|.*!.*"))) {
                    formula = text;
                } else if (formula.isEmpty() && FETCH.matcher(text).find()) {
                    formula = text;
                }
            }
        } catch (Charged.Exhausted e) {
            throw e.limit();
        }
        if (!formula.isEmpty()) {
            examination.finding(item, sylk && Links.isCommand(formula.replace('|', ' ')) ? "office.dde.command" : "office.csv.formula", formula);
        }
        if (sylk && (automatic || macroSheet || !calls.isEmpty())) {
            boolean hard = automatic || calls.stream().anyMatch(HARD::contains);
            examination.finding(item, hard ? "office.sylk.macro" : "office.sylk", (automatic ? "Auto_Open " : "") + String.join(", ", calls));
        }
    }
}
