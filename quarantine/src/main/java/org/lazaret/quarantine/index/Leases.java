package org.lazaret.quarantine.index;

import java.time.Duration;

/**
 * Port: who does what, among the nodes on one database. A lease ends by itself when its owner does not renew it, so that a node that died
 * loses it; time is the database's own, not the nodes'. A step of that clock can end leases early or make a dead owner's last once more as
 * long as it was taken for: what is done under a lease must stand being done twice at a time.
 */
public interface Leases {

    /**
     * Takes a lease, or renews it when this owner has it.
     *
     * @return false when another owner has it
     */
    boolean acquire(String name, String owner, Duration time);

    /** Ends a lease early; nothing happens when another owner has it. */
    void release(String name, String owner);

    /** Whether anybody has a lease. */
    boolean isHeld(String name);
}
