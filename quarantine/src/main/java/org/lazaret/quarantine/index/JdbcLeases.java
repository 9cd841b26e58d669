package org.lazaret.quarantine.index;

import java.time.Duration;

/** Leases as rows: each change is one statement that compares and sets. */
public final class JdbcLeases implements Leases {
    /** No lease is longer; one that ends later was taken by a clock that was wrong. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Database database;

    public JdbcLeases(Database database) {
        this.database = database;
    }

    @Override
    public boolean acquire(String name, String owner, Duration time) {
        if (time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("A lease is at most " + LONGEST + " long, not " + time);
        }
        String now = database.clock();
        return database.write(handle -> handle.createUpdate("INSERT INTO lease (name, owner, held_until) VALUES (:name, :owner, " + now + " + :time)"
                + " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, held_until = excluded.held_until"
                + " WHERE lease.owner = excluded.owner OR lease.held_until <= " + now + " OR lease.held_until > " + now + " + :longest")
            .bind("name", name)
            .bind("owner", owner)
            .bind("time", time.toMillis())
            .bind("longest", LONGEST.toMillis())
            .execute()) > 0;
    }

    @Override
    public void release(String name, String owner) {
        database.write(handle -> handle.createUpdate("DELETE FROM lease WHERE name = :name AND owner = :owner")
            .bind("name", name)
            .bind("owner", owner)
            .execute());
    }

    /** For a server that has the database to itself: what leases are in it are of a process that ended. */
    public void releaseAll() {
        database.write(handle -> handle.createUpdate("DELETE FROM lease").execute());
    }

    @Override
    public boolean isHeld(String name) {
        String now = database.clock();
        return database.read(handle -> handle.createQuery("SELECT count(*) FROM lease WHERE name = :name AND held_until > " + now
                + " AND held_until <= " + now + " + :longest")
            .bind("name", name)
            .bind("longest", LONGEST.toMillis())
            .mapTo(Long.class)
            .one()) > 0;
    }
}
