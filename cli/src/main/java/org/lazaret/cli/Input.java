package org.lazaret.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One thing to scan.
 *
 * @param label        as the user wrote it, for reports
 * @param file         where its bytes are
 * @param name         name to judge it by when it is scanned as an attachment; empty for none
 * @param declaredType media type to scan it as; empty for none
 * @param form         how to read it; empty to decide by name and content
 */
record Input(String label, Path file, String name, Optional<String> declaredType, Optional<Form> form) {

    /** How the bytes are read. */
    enum Form {
        /** A whole message, RFC 5322. */
        MESSAGE,
        /** One attachment. */
        FILE
    }
}
