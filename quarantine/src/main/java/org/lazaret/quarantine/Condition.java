package org.lazaret.quarantine;

/**
 * How a part of the quarantine does.
 *
 * @param part  its name, for people
 * @param cause what is wrong, for people; empty when nothing is; may hold text from elsewhere, so escape before display
 */
public record Condition(String part, State state, String cause) {

    /** From well to worst. */
    public enum State {
        WELL,
        /** It works, and somebody should look at it. */
        IMPAIRED,
        /** Mail cannot be held, or not be found again. */
        BROKEN
    }

    public static Condition well(String part) {
        return new Condition(part, State.WELL, "");
    }

    public static Condition impaired(String part, String cause) {
        return new Condition(part, State.IMPAIRED, cause);
    }

    public static Condition broken(String part, String cause) {
        return new Condition(part, State.BROKEN, cause);
    }
}
