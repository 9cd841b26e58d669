package org.lazaret.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.lazaret.it.client.ClamDaemon;

/** The short soak; {@code bin/soak MINUTES} is the same, for longer. */
class SoakIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));
    private static final Duration DURATION = Duration.ofSeconds(Long.getLong("lazaret.soak.seconds", 300));

    static boolean clamdIsThere() {
        return ClamDaemon.program().isPresent();
    }

    @Test
    @EnabledIf(value = "clamdIsThere", disabledReason = "there is no clamd on this machine")
    void nothingShouldBeLostAndNothingGrowWhileEngineAndDatabaseComeAndGo() throws Exception {
        Path folder = ROOT.resolve("it-tests/james-persistent/target/soak");
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        assertThat(new SoakRun(ROOT, Files.createDirectories(folder), DURATION, System.out).run()).isEmpty();
    }
}
