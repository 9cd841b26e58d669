package org.lazaret.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The short kill test: each crash point once, and a few random times. {@code -Dlazaret.kill.rounds=200 -Dlazaret.kill.seed=7} makes it
 * longer, or other; {@code bin/kill} is the same without a build around it.
 */
class KillIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));
    private static final int ROUNDS = Integer.getInteger("lazaret.kill.rounds", 14);
    private static final long SEED = Long.getLong("lazaret.kill.seed", 1);

    @Test
    void nothingShouldBeLostWhenTheServerIsKilled() throws Exception {
        Path folder = emptied(ROOT.resolve("it-tests/james-persistent/target/kill"));

        assertThat(new KillRun(ROOT, folder, SEED, System.out).run(ROUNDS)).isEmpty();

        assertThat(Files.readString(folder.resolve("log/james.log"))).contains("JAMES server started").doesNotContain("in memory only");
    }

    static Path emptied(Path folder) throws Exception {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(folder);
    }
}
