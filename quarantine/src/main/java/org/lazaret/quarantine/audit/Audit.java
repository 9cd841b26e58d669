package org.lazaret.quarantine.audit;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Port: the audit as it is kept. Appended to, never changed; safe for concurrent use, also by several processes on the same store. */
public interface Audit {

    /** Adds an entry behind all others; durable when this returns. */
    void append(AuditEntry entry);

    /**
     * Has somebody told of each entry that this process writes from now on, once it is durable: in the thread that wrote it, and in no certain order.
     * There is one watcher; it must be quick. An entry whose commit nobody knows the outcome of may be missing.
     */
    void watch(Consumer<AuditEntry> watcher);

    /** Latest first: by their place in the chain, whatever the clocks said. */
    List<ChainedEntry> page(AuditQuery query);

    /** Entries behind a sequence, oldest first, for an export: each as one line of {@link ChainedEntry#toJson}. */
    List<ChainedEntry> after(long sequence, int limit);

    /** The end of the chain. Noted down outside of the store, it lets {@link #check} see more. */
    AuditHead head();

    /**
     * Checks the whole chain. Reads all of it: some seconds for a million entries.
     *
     * @param known a head that was noted down earlier, which the chain must run through
     */
    AuditCheck check(Optional<AuditHead> known);
}
