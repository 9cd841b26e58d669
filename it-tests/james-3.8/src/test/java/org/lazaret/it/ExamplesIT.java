package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** James starts with each of the examples: every class exists and takes its parameters, and every setting is allowed. */
class ExamplesIT {
    private static final Path EXAMPLES = TestServer.ROOT.resolve("conf/examples");

    static Stream<Path> examples() throws Exception {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void jamesShouldStartWithTheExample(Path example, @TempDir Path folder) throws Exception {
        Path conf = TestServer.changedConf(folder.resolve("own-conf"), "mailetcontainer.xml", text -> read(example.resolve("mailetcontainer.xml")));
        Files.copy(example.resolve("lazaret.properties"), conf.resolve("lazaret.properties"), StandardCopyOption.REPLACE_EXISTING);

        try (JamesServer server = TestServer.start(folder.resolve("james"), conf, Map.of())) {
            assertThat(server.ports().smtp()).isPositive();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
