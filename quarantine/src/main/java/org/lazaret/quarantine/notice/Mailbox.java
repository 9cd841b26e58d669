package org.lazaret.quarantine.notice;

/**
 * An address with an optional display name, as an administrator writes it: {@code Mail quarantine <postmaster@example.org>} or the address
 * alone.
 */
record Mailbox(String name, String address) {

    /** @throws IllegalArgumentException when it is neither */
    static Mailbox parse(String text) {
        String trimmed = text.strip();
        int open = trimmed.lastIndexOf('<');
        String name = "";
        String address = trimmed;
        if (open >= 0 && trimmed.endsWith(">")) {
            name = trimmed.substring(0, open).strip();
            address = trimmed.substring(open + 1, trimmed.length() - 1).strip();
            if (name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"")) {
                name = name.substring(1, name.length() - 1);
            }
        }
        if (!address.matches("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+") || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'" + text + "' is no mail address with or without a display name");
        }
        return new Mailbox(name, address);
    }

    String domain() {
        return address.substring(address.indexOf('@') + 1);
    }
}
