package org.lazaret.portal.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lazaret.scan.name.Misleading;

/**
 * Text from a mail, made fit for display: characters that are invisible or change the order of others (controls, bidirectional overrides and
 * isolates, zero-width and format characters, unpaired surrogates) stand as marks such as {@code U+202E}, so that {@code gpj.exe} cannot read
 * as {@code exe.jpg}. The joiners that Persian, Indic scripts and emoji need are left alone.
 */
public record Shown(List<Run> runs) {

    /**
     * A piece of it.
     *
     * @param mark whether it stands for a character that is not shown
     */
    public record Run(String text, boolean mark) {
    }

    public Shown {
        runs = List.copyOf(runs);
    }

    /** A single line. */
    public static Shown line(String text, int maxLength) {
        return of(text.length() <= maxLength ? text : text.substring(0, maxLength) + "…", false);
    }

    public static Shown line(String text) {
        return line(text, 300);
    }

    /** Text of many lines; line breaks and tabs stay. */
    public static Shown lines(String text) {
        return of(text.replace("\r\n", "\n").replace('\r', '\n'), true);
    }

    private static Shown of(String text, boolean breaks) {
        List<Run> runs = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if ((breaks && (c == '\n' || c == '\t')) || !misleads(c)) {
                plain.appendCodePoint(c);
            } else {
                if (!plain.isEmpty()) {
                    runs.add(new Run(plain.toString(), false));
                    plain.setLength(0);
                }
                runs.add(new Run(String.format(Locale.ROOT, "U+%04X", c), true));
            }
        });
        if (!plain.isEmpty()) {
            runs.add(new Run(plain.toString(), false));
        }
        return new Shown(runs);
    }

    private static boolean misleads(int c) {
        boolean joiner = c == 0x200C || c == 0x200D;
        // What looks like a space may be one: text is judged here in whole sentences.
        boolean space = Character.getType(c) == Character.SPACE_SEPARATOR;
        return !joiner && !space && Misleading.is(c);
    }

    public boolean isEmpty() {
        return runs.stream().allMatch(run -> run.text().isBlank());
    }

    /** As one string, the marks in brackets. */
    @Override
    public String toString() {
        StringBuilder all = new StringBuilder();
        for (Run run : runs) {
            all.append(run.mark() ? "[" + run.text() + "]" : run.text());
        }
        return all.toString();
    }
}
