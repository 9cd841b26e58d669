package org.lazaret.quarantine.index;

import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.lazaret.quarantine.audit.AuditEntry;

/**
 * A database that the tables of the quarantine lie in, its schema up to date: runs transactions, and knows the few words in which the dialects
 * differ. Safe for concurrent use, also by several processes on the same database.
 */
public interface Database extends AutoCloseable {

    /** Statements that belong together. May run more than once: whatever it does outside of the database must not add up. */
    @FunctionalInterface
    interface Work<T> {
        T on(Handle handle);
    }

    /** Runs statements that only read, all of them on the same state of the database. */
    <T> T read(Work<T> work);

    /** Runs statements as one transaction: durable when this returns, without any effect when it throws. */
    <T> T write(Work<T> work);

    /** As {@link org.lazaret.quarantine.audit.Audit#watch}. */
    void watch(Consumer<AuditEntry> watcher);

    /** Put behind a SELECT of a writing transaction, keeps its rows from being changed by others until the end. */
    String lockingRows();

    /** As {@link #lockingRows()}, but leaves out rows that others have locked. */
    String lockingFreeRows();

    /** The time of the database in milliseconds since 1970, as an expression. */
    String clock();

    /** Put in front of a query, says how it would be done. */
    String explain();

    /** How terms are found in the table {@code record_term}. */
    FullText fullText();

    @Override
    void close();
}
