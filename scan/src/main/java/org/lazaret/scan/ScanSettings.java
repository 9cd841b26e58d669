package org.lazaret.scan;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What an operator can set about classification.
 *
 * @param limits            budget of each mail
 * @param blockedExtensions file with one extension a line in place of the built-in list
 * @param temporary         folder for items too large for the heap
 */
public record ScanSettings(Limits limits, Optional<Path> blockedExtensions, Path temporary) {
    public static ScanSettings defaults() {
        return new ScanSettings(Limits.DEFAULT, Optional.empty(), Path.of(System.getProperty("java.io.tmpdir")));
    }
}
