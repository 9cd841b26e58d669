package org.lazaret.cli;

import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What a run reads from and writes to.
 *
 * @param charset          of {@code out}
 * @param progressVisible  whether {@code err} is a terminal
 */
record Streams(InputStream in, PrintStream out, PrintStream err, Charset charset, boolean progressVisible) {

    /** Those of the process. That standard error is a terminal is told by {@code bin/scan}, since Java cannot see it. */
    static Streams ofProcess() {
        Charset charset = Charset.forName(System.getProperty("stdout.encoding", "US-ASCII"), StandardCharsets.US_ASCII);
        return new Streams(System.in, System.out, System.err, charset, Boolean.getBoolean("lazaret.progress"));
    }

    Display display() {
        return new Display(charset.equals(StandardCharsets.UTF_8));
    }

    PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(out, charset));
    }
}
