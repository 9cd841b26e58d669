package org.lazaret.policy.lists;

import java.util.List;

/** A CSV file that cannot be imported; nothing of it was. */
public final class CsvException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 20;

    /** @param problems each with the line it is in */
    CsvException(List<String> problems) {
        super(String.join("\n", problems.subList(0, Math.min(SHOWN, problems.size())))
            + (problems.size() > SHOWN ? "\nand " + (problems.size() - SHOWN) + " more" : ""));
    }
}
