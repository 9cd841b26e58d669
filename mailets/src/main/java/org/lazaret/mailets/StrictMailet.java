package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.lazaret.scan.log.Log;
import org.lazaret.scan.log.Told;

/**
 * A mailet that refuses parameters it does not know, and turns whatever goes wrong into a {@link MessagingException}: James 3.8 catches no
 * {@link Error}, and would lose the mail together with a thread of the spooler.
 */
abstract class StrictMailet extends GenericMailet {
    private static final Set<String> OF_JAMES = Set.of("onMailetException", "onMatchException");
    private final String info = "Lazaret " + getClass().getSimpleName();

    /** The parameters it knows. */
    Set<String> parameters() {
        return Set.of();
    }

    abstract void process(Mail mail) throws MessagingException, IOException;

    @Override
    public void init() throws MessagingException {
        Set<String> unknown = new TreeSet<>();
        for (Iterator<String> names = getInitParameterNames(); names.hasNext();) {
            unknown.add(names.next());
        }
        unknown.removeAll(OF_JAMES);
        unknown.removeAll(parameters());
        if (!unknown.isEmpty()) {
            throw new MessagingException(getClass().getSimpleName() + " has no parameter " + String.join(", ", unknown) + "; it has "
                + (parameters().isEmpty() ? "none" : String.join(", ", new TreeSet<>(parameters()))));
        }
    }

    @Override
    public final void service(Mail mail) throws MessagingException {
        try {
            process(mail);
        } catch (IOException | RuntimeException e) {
            throw new MessagingException(failure(mail, e), Told.exception(e));
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            throw new MessagingException(failure(mail, e), new IllegalStateException(Told.of(e)));
        }
    }

    @Override
    public String getMailetInfo() {
        return info;
    }

    private String failure(Mail mail, Throwable cause) {
        return Log.text(getClass().getSimpleName() + " failed on " + mail.getName() + ": " + cause);
    }
}
