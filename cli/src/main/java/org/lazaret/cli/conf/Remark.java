package org.lazaret.cli.conf;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * Something that was found in a configuration.
 *
 * @param file name of the file in the folder
 * @param line from 1; 0 for the file as a whole
 */
public record Remark(Kind kind, String file, int line, String text) {
    /** How bad it is. */
    public enum Kind {
        /** The server does not start, loses something, or delivers what it should hold. */
        FAULT,
        /** It works, and is perhaps not what was meant. */
        HINT
    }

    static final Comparator<Remark> BY_PLACE = Comparator.comparing(Remark::file).thenComparingInt(Remark::line).thenComparing(Remark::kind)
        .thenComparing(Remark::text);

    /** As compilers write it, so that editors find the place. */
    public String in(Path folder) {
        return folder.resolve(file) + (line > 0 ? ":" + line : "") + ": " + (kind == Kind.HINT ? "hint: " : "") + text;
    }
}
