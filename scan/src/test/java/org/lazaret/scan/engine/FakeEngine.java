package org.lazaret.scan.engine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.lazaret.scan.Score;

/** An engine that says what it is told to. */
public final class FakeEngine implements Engine {

    /** What becomes of a question. */
    @FunctionalInterface
    public interface Behaviour {
        Answer answer(Sample sample, Deadline deadline) throws IOException, InterruptedException;
    }

    public static final Behaviour CLEAN = (sample, deadline) -> new Answer.Clean();
    public static final Behaviour DOWN = (sample, deadline) -> {
        throw new IOException("connection refused");
    };

    private final String name;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Optional<String> version = Optional.of("1");
    private volatile Behaviour behaviour = CLEAN;
    private volatile boolean closed;

    public FakeEngine(String name) {
        this.name = name;
    }

    public static Behaviour harmful(String signature, double weight) {
        return (sample, deadline) -> new Answer.Harmful(List.of(new Answer.Hit(signature, Score.of(weight), "database 1")));
    }

    public static Behaviour unable(String why) {
        return (sample, deadline) -> new Answer.Unable(why);
    }

    public FakeEngine behave(Behaviour next) {
        behaviour = next;
        return this;
    }

    public FakeEngine version(Optional<String> next) {
        version = next;
        return this;
    }

    /** SHA-256 of each sample that it was asked about. */
    public List<String> asked() {
        return asked;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> version() {
        return version;
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException, InterruptedException {
        asked.add(sample.content().sha256());
        return behaviour.answer(sample, deadline);
    }

    @Override
    public void close() {
        closed = true;
    }
}
