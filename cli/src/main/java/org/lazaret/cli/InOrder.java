package org.lazaret.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Works on many things at once and hands the results on in the order of the things. No more than {@value #AHEAD} things per worker are
 * begun or finished before the oldest result is handed on, so that neither a slow first file nor a long list fills the memory.
 */
final class InOrder {
    private static final int AHEAD = 8;

    private InOrder() {
    }

    /**
     * @param work must not throw: what it throws is a fault of ours and ends the run
     * @param sink called by the calling thread alone
     */
    static <T, R> void run(Iterator<T> things, int workers, Function<T, R> work, Consumer<R> sink) {
        Deque<Future<R>> begun = new ArrayDeque<>();
        ExecutorService executor = Executors.newFixedThreadPool(workers, Thread.ofPlatform().daemon().name("scan-", 0).factory());
        try {
            while (things.hasNext() || !begun.isEmpty()) {
                while (things.hasNext() && begun.size() < workers * AHEAD) {
                    T thing = things.next();
                    begun.addLast(executor.submit(() -> work.apply(thing)));
                }
                sink.accept(begun.removeFirst().get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("Scanning broke off", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }
}
