package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.utils.UserDefinedStartable;
import org.lazaret.scan.log.Log;

/**
 * Started by James last, named in {@code extensions.properties}: finishes releases and notices that an earlier run left half done. Warns when
 * James' own queue keeps mail in memory only: what James accepted is then lost with the process, and nothing here can make up for it.
 */
public final class LazaretStartable implements UserDefinedStartable {
    private static final Log LOGGER = Log.of(LazaretStartable.class);
    /** By name: no server but the memory server has the class. */
    private static final String MEMORY_QUEUES = "org.apache.james.queue.memory.MemoryMailQueueFactory";

    private final Lazaret lazaret;
    private final MailQueueFactory<?> queues;

    @Inject
    public LazaretStartable(Lazaret lazaret, MailQueueFactory<?> queues) {
        this.lazaret = lazaret;
        this.queues = queues;
    }

    @Override
    public void start() {
        if (queues.getClass().getName().equals(MEMORY_QUEUES)) {
            LOGGER.warn("The mail queue of this James is in memory only: mail that it accepted and that is neither delivered nor held yet, and"
                + " releases on their way, are lost when the process ends. For mail that matters, run a James with a persistent queue");
        }
        lazaret.start();
    }
}
