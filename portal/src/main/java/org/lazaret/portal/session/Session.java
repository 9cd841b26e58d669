package org.lazaret.portal.session;

import java.time.Instant;

/**
 * Somebody signed in.
 *
 * @param account   mail address, lower case
 * @param formToken what each of the session's forms carries
 */
public record Session(String account, Role role, String formToken, Instant started) {

    /** What an account may do besides looking after its own mail. */
    public enum Role {
        /** Nothing. */
        RECIPIENT,
        /** See what administrators see. */
        AUDITOR,
        /** See and decide everybody's mail. */
        ADMINISTRATOR
    }

    public boolean administrator() {
        return role == Role.ADMINISTRATOR;
    }

    /** Whether the administrators' pages are there for this account. */
    public boolean staff() {
        return role != Role.RECIPIENT;
    }
}
