package org.lazaret.policy.lists;

/** Which list an entry is on. */
public enum Effect {
    /** What matches is not scanned. */
    ALLOW,
    /** What matches is treated as malicious. */
    BLOCK
}
