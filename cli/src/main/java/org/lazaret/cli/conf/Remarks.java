package org.lazaret.cli.conf;

import java.util.List;
import java.util.TreeSet;

/** What was found so far; the same is noted once. */
final class Remarks {
    private final TreeSet<Remark> all = new TreeSet<>(Remark.BY_PLACE);

    void fault(String file, int line, String text) {
        all.add(new Remark(Remark.Kind.FAULT, file, line, text));
    }

    void hint(String file, int line, String text) {
        all.add(new Remark(Remark.Kind.HINT, file, line, text));
    }

    List<Remark> sorted() {
        return List.copyOf(all);
    }
}
