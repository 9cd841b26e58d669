package org.lazaret.scan;

import java.io.InputStream;

/** Classifies messages and files. Immutable and safe for concurrent use. */
public final class Scanner {
    private final ScanSettings settings;

    public Scanner(ScanSettings settings) {
        this.settings = settings;
    }

    /**
     * Classifies a message. Never throws for what a message can hold, nor for an {@link Error} out of a parser: both are verdicts.
     */
    public Verdict scanMessage(MessageSource message) {
        return new Verdict.Failed(Score.NONE, java.util.List.of(), java.util.List.of(), "not built yet " + settings.limits());
    }

    /**
     * Classifies one file as if it were an attachment.
     *
     * @param name         its name
     * @param declaredType media type, or {@code application/octet-stream} when none is known
     */
    public Verdict scanFile(String name, String declaredType, InputStream content) {
        return new Verdict.Failed(Score.NONE, java.util.List.of(), java.util.List.of(), "not built yet " + settings.limits());
    }
}
