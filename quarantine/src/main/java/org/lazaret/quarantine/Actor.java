package org.lazaret.quarantine;

/**
 * Who acts, for the audit.
 *
 * @param name    mail address of the person, or the name of a job
 * @param address network address the request came from; empty for jobs
 */
public record Actor(Role role, String name, String address) {
    /** What somebody may do; an auditor looks, and decides nothing. */
    public enum Role {
        RECIPIENT, AUDITOR, ADMINISTRATOR, SYSTEM;

        /** Whether this role decides for others. */
        public boolean decides() {
            return this == ADMINISTRATOR || this == SYSTEM;
        }
    }
}
