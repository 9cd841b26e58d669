package org.lazaret.scan.archive;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Heap for the dictionaries of decoders, shared by all scans of the process: sixteen mails with a 64 MiB dictionary each would not fit, so
 * the large ones take turns. A third of the heap, in MiB.
 */
final class Memory implements AutoCloseable {
    /** Largest dictionary that is unpacked, in MiB; larger ones are over the limit. */
    static final int MAX_DICTIONARY = 80;

    private static final int POOL = (int) Math.clamp(Runtime.getRuntime().maxMemory() / 3 >> 20, MAX_DICTIONARY + 16, 4096);
    private static final Semaphore FREE = new Semaphore(POOL, true);

    private final int permits;

    private Memory(int permits) {
        this.permits = permits;
    }

    /** Waits for its turn, within the mail's time. */
    static Memory reserve(int mebibytes, Examination examination) throws LimitExceeded {
        int permits = Math.clamp(mebibytes, 1, POOL);
        try {
            while (!FREE.tryAcquire(permits, 200, TimeUnit.MILLISECONDS)) {
                examination.checkTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimitExceeded("time: interrupted");
        }
        return new Memory(permits);
    }

    @Override
    public void close() {
        FREE.release(permits);
    }
}
