package org.lazaret.scan;

/** The table of rules: {@code rules.tsv} beside this class. */
public final class Rules {
    private Rules() {
    }
}
