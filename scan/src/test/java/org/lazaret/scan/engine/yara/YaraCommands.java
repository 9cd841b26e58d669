package org.lazaret.scan.engine.yara;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The real {@code yara} and {@code yarac} (Debian: yara). */
public final class YaraCommands {
    private YaraCommands() {
    }

    /** Skips the test, saying so. */
    public static void skipWhereNotInstalled() {
        if (!Files.isExecutable(Path.of("/usr/bin/yara")) || !Files.isExecutable(Path.of("/usr/bin/yarac"))) {
            String reason = "Skipped: /usr/bin/yara or /usr/bin/yarac is not installed (Debian: yara)";
            System.out.println(reason);
            Assumptions.abort(reason);
        }
    }
}
