package org.lazaret.scan.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SLF4J, with everything that is put into a message escaped by {@link Visible}, what exceptions say included. Messages are constants of the program
 * and stand as they are.
 */
public final class Log {
    /** Characters of one thing in a message. */
    private static final int LONGEST = 2_000;

    private final Logger logger;

    private Log(Logger logger) {
        this.logger = logger;
    }

    public static Log of(Class<?> source) {
        return new Log(LoggerFactory.getLogger(source));
    }

    /** A text as it would stand in the log, for whoever hands it to a log of somebody else. */
    public static String text(String text) {
        return Visible.line(text, LONGEST, true);
    }

    public void debug(String message, @Nullable Object... things) {
        if (logger.isDebugEnabled()) {
            logger.debug(message, shown(things));
        }
    }

    public void info(String message, @Nullable Object... things) {
        if (logger.isInfoEnabled()) {
            logger.info(message, shown(things));
        }
    }

    public void warn(String message, @Nullable Object... things) {
        if (logger.isWarnEnabled()) {
            logger.warn(message, shown(things));
        }
    }

    public void error(String message, @Nullable Object... things) {
        if (logger.isErrorEnabled()) {
            logger.error(message, shown(things));
        }
    }

    private static Object[] shown(@Nullable Object... things) {
        Object[] shown = new Object[things.length];
        for (int i = 0; i < things.length; i++) {
            @Nullable Object thing = things[i];
            if (thing instanceof Throwable problem) {
                shown[i] = Told.of(problem);
            } else {
                shown[i] = thing instanceof Number ? thing : text(String.valueOf(thing));
            }
        }
        return shown;
    }
}
