package org.lazaret.scan;

import java.util.List;

/**
 * Why something could not be looked into.
 *
 * @param reason class of the obstacle; policy decides by it
 * @param detail for people, naming the limit or the defect
 * @param path   where, as in {@link Finding#path()}
 */
public record Unscannable(Reason reason, String detail, List<String> path) {

    /** The obstacles that policy tells apart. */
    public enum Reason {
        /** Protected by a password or key that is not in the mail. */
        ENCRYPTED,
        /** S/MIME or PGP encrypted: meant to be unreadable on the way. */
        END_TO_END_ENCRYPTED,
        /** Time, bytes, entries, depth or ratio: the detail names the limit. */
        OVER_LIMIT,
        /** An engine is well but could not judge it: larger than it takes, or encrypted for it. */
        OVER_ENGINE_LIMIT,
        /** Broken such that a reader may still open it. */
        MALFORMED,
        /** Two readers could see different content. */
        AMBIGUOUS,
        /** A format that is recognised but cannot be opened here. */
        UNSUPPORTED
    }

    public Unscannable {
        path = List.copyOf(path);
    }
}
