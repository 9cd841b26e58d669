package org.lazaret.cli;

import java.io.PrintStream;
import java.time.Duration;

/** One line on standard error that counts, rewritten in place; silent when that is no terminal. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL = Duration.ofMillis(200).toNanos();

    private final PrintStream err;
    private final boolean visible;
    private final int total;
    private int done;
    private long shownAt = System.nanoTime();
    private boolean shown;

    Progress(PrintStream err, boolean visible, int total) {
        this.err = err;
        this.visible = visible && total > 1;
        this.total = total;
    }

    /** To be called before anything is printed that may share the terminal. */
    void clear() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
            shown = false;
        }
    }

    void step() {
        done++;
        if (visible && System.nanoTime() - shownAt >= INTERVAL) {
            shownAt = System.nanoTime();
            shown = true;
            err.print("\r\u001b[K" + done + " of " + total + " (" + done * 100L / total + " %)");
            err.flush();
        }
    }

    @Override
    public void close() {
        clear();
    }
}
