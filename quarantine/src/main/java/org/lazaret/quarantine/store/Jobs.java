package org.lazaret.quarantine.store;

import java.time.Duration;
import java.util.UUID;
import org.lazaret.quarantine.index.Leases;

/**
 * Runs what one node does at a time. The others skip their turn; what a node that died was at is done by another one when its lease has
 * ended.
 */
final class Jobs {
    /** How long a job, or a release, of a node that died waits for another one. */
    static final Duration TIME = Duration.ofSeconds(30);
    private static final String NODE = "node ";

    private final Leases leases;
    private final String node = UUID.randomUUID().toString();
    private volatile long beat = System.nanoTime() - TIME.toNanos();

    Jobs(Leases leases) {
        this.leases = leases;
    }

    /** What a job does. */
    @FunctionalInterface
    interface Work {
        void run(Lease lease);
    }

    /** Asked between the steps of a job. */
    final class Lease {
        private final String job;
        private long renewed = System.nanoTime();

        private Lease(String job) {
            this.job = job;
        }

        /** Renews the lease when it is time to. When this is false, another node may be at the job: stop. */
        boolean isHeld() {
            if (System.nanoTime() - renewed < TIME.toNanos() / 3) {
                return true;
            }
            long now = System.nanoTime();
            boolean held = leases.acquire(job, node, TIME);
            renewed = now;
            return held;
        }
    }

    /**
     * Does the job unless another node is at it.
     *
     * @return whether it was done
     */
    boolean run(String job, Work work) {
        if (!leases.acquire(job, node, TIME)) {
            return false;
        }
        try {
            work.run(new Lease(job));
        } finally {
            leases.release(job, node);
        }
        return true;
    }

    /** Names this process among all that ever were. */
    String node() {
        return node;
    }

    /** Says that this node is alive; to be called more often than {@link #TIME}. */
    void beat() {
        if (System.nanoTime() - beat > TIME.toNanos() / 6) {
            long now = System.nanoTime();
            leases.acquire(NODE + node, node, TIME);
            beat = now;
        }
    }

    boolean isAlive(String other) {
        return other.equals(node) || leases.isHeld(NODE + other);
    }

    /** This node goes: what it has left others may do at once. */
    void leave() {
        leases.release(NODE + node, node);
    }
}
