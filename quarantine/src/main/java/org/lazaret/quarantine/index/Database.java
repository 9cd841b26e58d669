package org.lazaret.quarantine.index;

import org.jdbi.v3.core.Handle;

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

    /** Put behind a SELECT within a transaction, locks its rows and leaves out those that another transaction has locked. */
    String lockingRows();

    @Override
    void close();
}
