package org.lazaret.it.crash;

/**
 * Where the server can be made to end: before or after the call of a method, in a method. {@code docs/durability.md} says what a user sees
 * of each.
 */
public enum CrashPoint {
    P1("temporary file written", "org.lazaret.quarantine.content.FileContentStore", "put", Side.BEFORE, "java.nio.file.Files", "move"),
    P2("file renamed", "org.lazaret.quarantine.content.FileContentStore", "put", Side.AFTER, "java.nio.file.Files", "move"),
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
        "org.lazaret.quarantine.content.ContentStore", "delete");

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
