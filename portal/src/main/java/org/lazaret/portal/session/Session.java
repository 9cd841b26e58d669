package org.lazaret.portal.session;

import java.time.Instant;

/**
 * Somebody signed in.
 *
 * @param account       mail address, lower case
 * @param administrator whether the account may see and decide everybody's mail
 * @param formToken     what each of the session's forms carries
 */
public record Session(String account, boolean administrator, String formToken, Instant started) {
}
