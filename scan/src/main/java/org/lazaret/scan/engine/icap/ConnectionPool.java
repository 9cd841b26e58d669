package org.lazaret.scan.engine.icap;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.lazaret.scan.engine.Deadline;

/** How many connections are in use, and those that wait for more to do. */
final class ConnectionPool {
    private static final long LONGEST_IDLE = Duration.ofMinutes(1).toNanos();

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final Deque<IcapConnection> idle = new ArrayDeque<>();
    private int limit;
    private int lent;
    private boolean closed;

    ConnectionPool(int limit) {
        this.limit = limit;
    }

    void limit(int most) {
        lock.lock();
        try {
            limit = most;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a turn; each is ended by {@link #leave}. */
    void enter(Deadline deadline) throws SocketTimeoutException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (lent >= limit) {
                changed.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            }
            deadline.remaining();
            lent++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            lent--;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The one used last, which the server is the least likely to have closed. */
    Optional<IcapConnection> take() {
        lock.lock();
        try {
            IcapConnection youngest = idle.pollFirst();
            if (youngest != null && youngest.isIdleFor(LONGEST_IDLE)) {
                youngest.close();
                closeIdle();
                return Optional.empty();
            }
            return Optional.ofNullable(youngest);
        } finally {
            lock.unlock();
        }
    }

    void keep(IcapConnection connection) {
        lock.lock();
        try {
            if (closed || connection.isRetired() || idle.size() >= limit) {
                connection.close();
                return;
            }
            connection.idle();
            idle.addFirst(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Closes those that wait; those in use may go on. */
    void closeIdle() {
        lock.lock();
        try {
            idle.forEach(IcapConnection::close);
            idle.clear();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            closeIdle();
        } finally {
            lock.unlock();
        }
    }
}
