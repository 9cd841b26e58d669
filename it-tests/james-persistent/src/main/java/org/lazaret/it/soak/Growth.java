package org.lazaret.it.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.lazaret.it.load.Figures;

/**
 * Looks whether something grows: what the last third of the looks has, against the first third. The least of each third is compared, since what
 * is in the middle of its work at one moment is not at another, and a leak is there at every one.
 */
final class Growth {
    private static final double MORE = 1.2;
    private static final long HEAP = 24L << 20;
    private static final long THREADS = 12;
    private static final long FILES = 24;

    private final List<Figures> looks = new ArrayList<>();

    void add(Figures figures) {
        looks.add(figures);
    }

    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (looks.size() < 6) {
            problems.add("Only " + looks.size() + " looks at the server: too few to see growth");
            return problems;
        }
        check(problems, "heap after garbage collection, bytes", Figures::heap, HEAP);
        check(problems, "threads", Figures::threads, THREADS);
        check(problems, "open files", Figures::files, FILES);
        return problems;
    }

    private void check(List<String> problems, String what, ToLongFunction<Figures> figure, long allowed) {
        long first = least(0, figure);
        long last = least(looks.size() - looks.size() / 3, figure);
        if (last > first * MORE + allowed) {
            problems.add(String.format(Locale.ROOT, "%s grew from %d to %d", what, first, last));
        }
    }

    private long least(int from, ToLongFunction<Figures> figure) {
        return looks.subList(from, from + looks.size() / 3).stream().mapToLong(figure).min().orElseThrow();
    }

    @Override
    public String toString() {
        int end = looks.size() - looks.size() / 3;
        return String.format(Locale.ROOT, "heap after garbage collection %d to %d MB, threads %d to %d, open files %d to %d",
            least(0, Figures::heap) >> 20, least(end, Figures::heap) >> 20, least(0, Figures::threads), least(end, Figures::threads),
            least(0, Figures::files), least(end, Figures::files));
    }
}
