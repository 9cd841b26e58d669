package org.lazaret.mailets.james;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.apache.james.lifecycle.api.Disposable;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.RecordId;

/**
 * A held mail in the hands of James' tools. Looked at, it is the mail as it came. When James reprocesses it, which begins with counting the
 * attempt in an attribute of the mail, it is released instead, as an administrator would in the portal: protected, marked, for all of its
 * recipients, audited; and what James then puts into its queue is a ghost that ends there. A release that fails ends the reprocessing.
 *
 * <p>A proxy, since the mail class of James is closed.
 */
final class Reprocessable implements InvocationHandler {
    /** Set by {@code ReprocessingService} of James before it does anything else with a mail. */
    static final AttributeName ATTEMPTS = AttributeName.of("mailRepository-reprocessing");

    private final Mail mail;
    private final Quarantine quarantine;
    private final RecordId record;
    private final Actor actor;
    private boolean released;

    private Reprocessable(Mail mail, Quarantine quarantine, RecordId record, Actor actor) {
        this.mail = mail;
        this.quarantine = quarantine;
        this.record = record;
        this.actor = actor;
    }

    static Mail of(Mail mail, Quarantine quarantine, RecordId record, Actor actor) {
        return (Mail) Proxy.newProxyInstance(Reprocessable.class.getClassLoader(), new Class<?>[] {Mail.class, Disposable.class},
            new Reprocessable(mail, quarantine, record, actor));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("setAttribute") && arguments != null && arguments[0] instanceof Attribute attribute
            && attribute.getName().equals(ATTEMPTS)) {
            release();
        }
        if (released && method.getName().equals("setState")) {
            return null;
        }
        try {
            return method.invoke(mail, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private void release() {
        if (released) {
            return;
        }
        switch (quarantine.release(record, Set.of(), actor)) {
            case Outcome.Done done -> { }
            case Outcome.Already already -> { }
            case Outcome.Unknown unknown -> throw new IllegalStateException("Held mail " + record + " is gone");
            case Outcome.FailedToAct failed -> throw new IllegalStateException("Held mail " + record + " could not be released: " + failed.reason());
        }
        mail.setState(Mail.GHOST);
        released = true;
    }
}
