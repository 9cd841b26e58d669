package org.lazaret.quarantine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A mail server's queue that keeps what it was given, and can be told to fail. */
public final class SentMail implements Outgoing {
    public record Sent(Message message, byte[] bytes) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private final List<Sent> sent = new ArrayList<>();
    private volatile boolean failing;
    private volatile Runnable meanwhile = () -> { };

    @Override
    public void send(Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.body().writeTo(bytes);
        meanwhile.run();
        if (failing) {
            throw new IOException("the queue is down");
        }
        synchronized (sent) {
            sent.add(new Sent(message, bytes.toByteArray()));
        }
    }

    /** What happens while a mail is sent. */
    public void during(Runnable work) {
        meanwhile = work;
    }

    public void failing(boolean now) {
        failing = now;
    }

    public void clear() {
        synchronized (sent) {
            sent.clear();
        }
    }

    public List<Sent> all() {
        synchronized (sent) {
            return List.copyOf(sent);
        }
    }

    public List<Sent> of(Outgoing.Kind kind) {
        return all().stream().filter(one -> one.message().kind() == kind).toList();
    }
}
