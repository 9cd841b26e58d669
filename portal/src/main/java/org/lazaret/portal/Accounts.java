package org.lazaret.portal;

/** Port: the mail server's accounts. */
@FunctionalInterface
public interface Accounts {

    /**
     * Whether this is the account's password. Called for at most a few guesses a minute for one account; should take about as long for an
     * unknown account as for a wrong password.
     *
     * @param address as typed, trimmed and in lower case
     */
    boolean signIn(String address, String password);
}
