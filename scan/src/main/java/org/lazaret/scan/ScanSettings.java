package org.lazaret.scan;

import java.nio.file.Path;
import java.util.Optional;
import org.lazaret.scan.engine.setup.EnginesSettings;

/**
 * What an operator can set about classification.
 *
 * @param limits            budget of each mail
 * @param blockedExtensions file with one extension a line in place of the built-in list
 * @param temporary         folder for items too large for the heap
 * @param engines           what else is asked
 */
public record ScanSettings(Limits limits, Optional<Path> blockedExtensions, Path temporary, EnginesSettings engines) {
    /** Without engines. */
    public ScanSettings(Limits limits, Optional<Path> blockedExtensions, Path temporary) {
        this(limits, blockedExtensions, temporary, EnginesSettings.NONE);
    }

    public static ScanSettings defaults() {
        return new ScanSettings(Limits.DEFAULT, Optional.empty(), Path.of(System.getProperty("java.io.tmpdir")));
    }
}
