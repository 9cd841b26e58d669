package org.lazaret.cli;

import org.lazaret.scan.log.Visible;

/**
 * Text from mails made fit for a terminal, as {@link Visible} does; on a terminal that does not speak UTF-8 everything outside of ASCII is escaped
 * too.
 *
 * @param unicode whether characters outside of ASCII can be shown
 */
record Display(boolean unicode) {
    private static final int LONGEST = 300;

    String escape(String text) {
        return Visible.line(text, LONGEST, unicode);
    }

    String branch() {
        return unicode ? "├─ " : "|- ";
    }

    String lastBranch() {
        return unicode ? "└─ " : "`- ";
    }

    String trunk() {
        return unicode ? "│  " : "|  ";
    }
}
