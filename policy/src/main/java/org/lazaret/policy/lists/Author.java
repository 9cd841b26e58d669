package org.lazaret.policy.lists;

/**
 * Who changes the lists, for entries and audit.
 *
 * @param name    mail address of a person, or the name of a program
 * @param address network address that the request came from; may be empty
 */
public record Author(String name, String address) {
}
