package org.lazaret.scan.examine;

import java.util.function.LongSupplier;
import org.lazaret.scan.Limits;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * What one mail may still use. Once time, bytes or entries are used up, everything that asks for more is refused, so that a scan
 * winds down whatever its analysers do.
 */
public final class Budget {
    private final Limits limits;
    private final LongSupplier nanos;
    private final long deadline;
    private long bytes;
    private int entries;
    private boolean exhausted;

    public Budget(Limits limits) {
        this(limits, System::nanoTime);
    }

    public Budget(Limits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.deadline = nanos.getAsLong() + limits.time().toNanos();
    }

    public Limits limits() {
        return limits;
    }

    /** Whether a limit of the whole mail was passed: nothing more can be looked at. */
    public boolean exhausted() {
        return exhausted;
    }

    public long bytesUsed() {
        return bytes;
    }

    public int entriesUsed() {
        return entries;
    }

    public void entry() throws LimitExceeded {
        if (++entries > limits.entries()) {
            exhausted = true;
            throw new LimitExceeded("entries: more than " + limits.entries());
        }
    }

    /** Charges entries that were counted for another mail with the same content. */
    public void entries(int count) throws LimitExceeded {
        for (int i = 0; i < count; i++) {
            entry();
        }
    }

    public void bytes(long count) throws LimitExceeded {
        bytes += count;
        if (bytes > limits.decodedBytes()) {
            exhausted = true;
            throw new LimitExceeded("decodedBytes: more than " + limits.decodedBytes());
        }
    }

    /** Refuses bytes that are kept only for a while, encoded, when they are more than could ever be decoded. */
    public void room(long count) throws LimitExceeded {
        if (count / 2 > limits.decodedBytes()) {
            exhausted = true;
            throw new LimitExceeded("decodedBytes: more than " + limits.decodedBytes());
        }
    }

    public void time() throws LimitExceeded {
        if (nanos.getAsLong() - deadline > 0) {
            exhausted = true;
            throw new LimitExceeded("time: more than " + limits.time().toMillis() + " ms");
        }
    }

    /** Nesting is refused where it occurs; the rest of the mail goes on. */
    public void depth(int depth) throws LimitExceeded {
        if (depth > limits.depth()) {
            throw new LimitExceeded("depth: more than " + limits.depth());
        }
    }

    /** Bytes out of one container against its own size; the rest of the mail goes on. */
    public void ratio(long unpacked, long packed) throws LimitExceeded {
        if (unpacked > Limits.RATIO_FROM && unpacked / Math.max(1, packed) >= limits.ratio()
                && unpacked > limits.ratio() * Math.max(1, packed)) {
            throw new LimitExceeded("ratio: more than " + limits.ratio() + " to 1");
        }
    }
}
