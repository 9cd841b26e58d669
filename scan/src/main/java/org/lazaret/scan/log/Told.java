package org.lazaret.scan.log;

/** An exception as it may stand in a log: names, places and causes of the one it stands for, and its messages escaped. */
public final class Told extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 10;

    private Told(String message, StackTraceElement[] place) {
        super(message);
        setStackTrace(place);
    }

    /** The same exception where nothing in it has to be escaped. */
    public static Throwable of(Throwable problem) {
        return isVisible(problem, 0) ? problem : copy(problem, 0);
    }

    /** As {@link #of}, for what takes no {@link Error}. */
    public static Exception exception(Throwable problem) {
        return problem instanceof Exception exception && isVisible(problem, 0) ? exception : copy(problem, 0);
    }

    private static boolean isVisible(Throwable problem, int depth) {
        if (depth > DEEPEST) {
            return false;
        }
        String said = String.valueOf(problem.getMessage());
        if (!Log.text(said).equals(said)) {
            return false;
        }
        for (Throwable other : problem.getSuppressed()) {
            if (!isVisible(other, depth + 1)) {
                return false;
            }
        }
        return problem.getCause() == null || isVisible(problem.getCause(), depth + 1);
    }

    private static Told copy(Throwable problem, int depth) {
        Told copy = new Told(Log.text(problem.toString()), problem.getStackTrace());
        if (depth < DEEPEST) {
            if (problem.getCause() != null) {
                copy.initCause(copy(problem.getCause(), depth + 1));
            }
            for (Throwable other : problem.getSuppressed()) {
                copy.addSuppressed(copy(other, depth + 1));
            }
        }
        return copy;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
