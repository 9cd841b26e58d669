package org.lazaret.quarantine.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.lazaret.quarantine.RecordId;

/**
 * Port: the sealed content of held mail, one object per record. Safe for concurrent use, also by several processes. Everything written
 * through it is sealed already, so an implementation need not keep secrets.
 */
public interface ContentStore extends AutoCloseable {

    /** Writes an object's bytes once. */
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Stores an object unless there is one of that id: that stays as it is, and the writer may not be asked. When this returns, what is there
     * is durable; when it throws, or the process dies before, a reader finds one whole object or nothing.
     *
     * @return false when there is one
     */
    boolean create(RecordId id, Writer content) throws IOException;

    /**
     * Stores an object in place of any of that id. When this returns it is durable; when it throws, or the process dies before, a reader
     * finds what was there before, whole, or nothing.
     */
    void put(RecordId id, Writer content) throws IOException;

    /** The object's bytes, for the caller to close; empty when there is none. */
    Optional<InputStream> get(RecordId id) throws IOException;

    /** An object, and when it was stored by the clock of the store. */
    record Stored(RecordId id, Instant modified) {
    }

    /** Looks at every object, in no certain order. One that comes or goes meanwhile may be among them or not. */
    void list(Consumer<Stored> each) throws IOException;

    /**
     * Removes what writers left behind that never finished.
     *
     * @param before what was begun later stays: it may be in use by another process
     * @return how many were removed
     */
    int sweep(Instant before) throws IOException;

    /** Removes an object; nothing happens when there is none. */
    void delete(RecordId id) throws IOException;

    /**
     * Looks whether content could be stored now, as far as that shows without storing any.
     *
     * @throws IOException when not, saying why
     */
    default void probe() throws IOException {
        Optional<InputStream> none = get(new RecordId("0".repeat(32)));
        if (none.isPresent()) {
            none.get().close();
        }
    }

    @Override
    void close();
}
