package org.lazaret.it.crash;

import java.util.EnumSet;
import java.util.List;

/**
 * Where a process can be made to end: before or after the call of a method, in a method. {@code docs/durability.md} says what a user sees of
 * those on the way of a mail; the others are in the middle of the jobs on the store.
 */
public enum CrashPoint {
    P1("temporary file written", "org.lazaret.quarantine.content.FileContentStore", "create", Side.BEFORE, "java.nio.file.Files", "createLink"),
    P2("file named", "org.lazaret.quarantine.content.FileContentStore", "create", Side.AFTER, "java.nio.file.Files", "createLink"),
    P3("record committed", "org.lazaret.quarantine.store.StoredQuarantine", "hold", Side.AFTER, "org.lazaret.quarantine.index.Index", "insert"),
    P4("message replaced by the notice", "org.lazaret.mailets.Quarantine", "hold", Side.AFTER, "org.lazaret.quarantine.Outgoing", "send"),
    P5("delivered", "org.apache.james.transport.mailets.LocalDelivery", "service", Side.AFTER,
        "org.apache.james.transport.mailets.delivery.MailDispatcher", "dispatch"),
    P6("acknowledged", "org.apache.james.queue.jms.JMSMailQueueItem", "done", Side.AFTER, "javax.jms.Session", "commit"),
    P7("outbox sent", "org.lazaret.quarantine.store.StoredQuarantine", "flushOutbox", Side.AFTER, "org.lazaret.quarantine.Outgoing", "send"),
    P8("RELEASING", "org.lazaret.quarantine.store.StoredQuarantine", "release", Side.AFTER, "org.lazaret.quarantine.index.Index", "move"),
    P9("release enqueued", "org.lazaret.quarantine.store.StoredQuarantine", "send", Side.AFTER, "org.lazaret.quarantine.Outgoing", "send"),
    P10("RELEASED", "org.lazaret.quarantine.store.StoredQuarantine", "conclude", Side.AFTER, "org.lazaret.quarantine.index.Index", "move"),
    P11("content deleted", "org.lazaret.quarantine.store.Removal", "removeIfUnused", Side.AFTER,
        "org.lazaret.quarantine.content.ContentStore", "delete"),
    RETENTION("mail expired", "org.lazaret.quarantine.store.Retention", "expire", Side.AFTER, "org.lazaret.quarantine.index.Holdings", "expire"),
    ORPHANS("content adopted", "org.lazaret.quarantine.store.Orphans", "care", Side.AFTER, "org.lazaret.quarantine.index.Index", "insert"),
    REWRAP("content rewrapped", "org.lazaret.quarantine.store.Housekeeping", "rewrap", Side.AFTER,
        "org.lazaret.quarantine.content.ContentStore", "put"),
    VERIFY("content verified", "org.lazaret.quarantine.store.Housekeeping", "verify", Side.AFTER,
        "org.lazaret.quarantine.index.Holdings", "sound");

    /** P1 to P11: any server with traffic gets there. */
    public static final List<CrashPoint> ON_THE_WAY = List.copyOf(EnumSet.range(P1, P11));

    /** Of a call. */
    enum Side { BEFORE, AFTER }

    private final String words;
    private final String inClass;
    private final String inMethod;
    private final Side side;
    private final String calledClass;
    private final String calledMethod;

    CrashPoint(String words, String inClass, String inMethod, Side side, String calledClass, String calledMethod) {
        this.words = words;
        this.inClass = inClass.replace('.', '/');
        this.inMethod = inMethod;
        this.side = side;
        this.calledClass = calledClass.replace('.', '/');
        this.calledMethod = calledMethod;
    }

    public String words() {
        return words;
    }

    Side side() {
        return side;
    }

    boolean isIn(String className) {
        return inClass.equals(className);
    }

    boolean isIn(String className, String method) {
        return inClass.equals(className) && (inMethod.equals(method) || method.startsWith("lambda$" + inMethod + "$"));
    }

    boolean isCall(String className, String method) {
        return calledClass.equals(className) && calledMethod.equals(method);
    }
}
