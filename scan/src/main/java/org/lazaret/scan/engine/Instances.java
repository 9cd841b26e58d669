package org.lazaret.scan.engine;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Several servers of one kind as one engine: each sample goes to the next of them, and on to the others when that one fails. One that failed
 * is asked last for a while. What is left of the time is shared out between those that could still be asked, so that one which does not
 * answer leaves time for the rest.
 */
public final class Instances implements Engine {
    private static final Duration AVOIDED = Duration.ofSeconds(10);

    private static final class Instance {
        private final Engine engine;
        private volatile Deadline avoided = Deadline.in(Duration.ZERO);

        Instance(Engine engine) {
            this.engine = engine;
        }

        boolean isAvoided() {
            return avoided.nanoTime() - System.nanoTime() > 0;
        }
    }

    private final String name;
    private final List<Instance> instances;
    private final AtomicInteger next = new AtomicInteger();

    /** @param engines at least one; closed with this one */
    public Instances(String name, List<? extends Engine> engines) {
        if (engines.isEmpty()) {
            throw new IllegalArgumentException("No instance of " + name);
        }
        this.name = name;
        this.instances = engines.stream().map(Instance::new).toList();
    }

    /** One engine by itself, several as one. */
    public static Engine of(String name, List<? extends Engine> engines) {
        return engines.size() == 1 ? engines.getFirst() : new Instances(name, engines);
    }

    @Override
    public String name() {
        return name;
    }

    /** That of all servers that are there; empty while they differ, since it is not known which of them will answer. */
    @Override
    public Optional<String> version() {
        Set<Optional<String>> versions = new HashSet<>();
        for (Instance instance : instances) {
            if (!instance.isAvoided()) {
                versions.add(instance.engine.version());
            }
        }
        return versions.size() == 1 ? versions.iterator().next() : Optional.empty();
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException, InterruptedException {
        List<Instance> order = order();
        @Nullable IOException failure = null;
        for (int i = 0; i < order.size(); i++) {
            Instance instance = order.get(i);
            try {
                Duration share = deadline.remaining().dividedBy(order.size() - i);
                Answer answer = instance.engine.ask(sample, Deadline.in(share));
                instance.avoided = Deadline.in(Duration.ZERO);
                return answer;
            } catch (EngineError e) {
                failure = joined(failure, e);
            } catch (IOException e) {
                instance.avoided = Deadline.in(AVOIDED);
                failure = joined(failure, e);
            }
        }
        throw failure == null ? new SocketTimeoutException("No answer in time") : failure;
    }

    private static IOException joined(@Nullable IOException earlier, IOException e) {
        if (earlier != null && earlier != e) {
            e.addSuppressed(earlier);
        }
        return e;
    }

    private List<Instance> order() {
        int first = Math.floorMod(next.getAndIncrement(), instances.size());
        List<Instance> order = new ArrayList<>();
        List<Instance> last = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            Instance instance = instances.get((first + i) % instances.size());
            (instance.isAvoided() ? last : order).add(instance);
        }
        order.addAll(last);
        return order;
    }

    @Override
    public void close() {
        instances.forEach(instance -> instance.engine.close());
    }
}
