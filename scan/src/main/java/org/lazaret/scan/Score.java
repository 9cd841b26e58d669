package org.lazaret.scan;

import java.util.Locale;

/**
 * A threat score from 0.0 (nothing found) to 10.0 (worst), kept in tenths so that comparisons are exact.
 *
 * @param tenths 0 to 100
 */
public record Score(int tenths) implements Comparable<Score> {
    public static final Score NONE = new Score(0);
    public static final Score WORST = new Score(100);

    public Score {
        if (tenths < 0 || tenths > 100) {
            throw new IllegalArgumentException("A score is from 0.0 to 10.0, not " + tenths / 10.0);
        }
    }

    /** The score nearest to a value from 0 to 10. */
    public static Score of(double value) {
        return new Score((int) Math.round(value * 10));
    }

    /**
     * Reads what {@link #toString()} writes, and whole numbers.
     *
     * @throws IllegalArgumentException when the text is no number from 0 to 10 with at most one decimal
     */
    public static Score parse(String text) {
        if (!text.matches("\\d{1,2}(\\.\\d)?")) {
            throw new IllegalArgumentException("A score is a number from 0 to 10 with at most one decimal, not '" + text + "'");
        }
        return of(Double.parseDouble(text));
    }

    public double value() {
        return tenths / 10.0;
    }

    public boolean atLeast(Score other) {
        return tenths >= other.tenths;
    }

    public Score max(Score other) {
        return tenths >= other.tenths ? this : other;
    }

    @Override
    public int compareTo(Score other) {
        return Integer.compare(tenths, other.tenths);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d.%d", tenths / 10, tenths % 10);
    }
}
