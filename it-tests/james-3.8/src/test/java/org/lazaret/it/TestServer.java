package org.lazaret.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.lazaret.it.client.Samples.Sample;

/** Servers for tests: with {@code conf} as it is handed out, but for the settings that a test is about. */
final class TestServer {
    static final Path ROOT = Path.of(System.getProperty("lazaret.root"));

    private TestServer() {
    }

    static JamesServer start(Path folder, Map<String, String> settings) throws Exception {
        return start(folder, ROOT.resolve("conf"), settings);
    }

    static JamesServer start(Path folder, Path conf, Map<String, String> settings) throws Exception {
        return JamesServer.start(folder, conf, ROOT.resolve("extension/target/lazaret-james-3.8.jar"), JamesServer.Ports.ANY, settings);
    }

    static JamesServer startWithoutAccounts(Path folder, Path conf) throws Exception {
        return JamesServer.start(folder, conf, ROOT.resolve("extension/target/lazaret-james-3.8.jar"), JamesServer.Ports.ANY, Map.of(), List.of());
    }

    /** A copy of {@code conf} with one file changed, as an operator would do. */
    static Path changedConf(Path folder, String changed, UnaryOperator<String> change) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        String text = Files.readString(folder.resolve(changed));
        String after = change.apply(text);
        if (after.equals(text)) {
            throw new IllegalStateException("Nothing to change in " + changed);
        }
        Files.writeString(folder.resolve(changed), after);
        return folder;
    }

    static JamesServer start(Path folder) throws Exception {
        return start(folder, Map.of());
    }

    /** The same sample with a subject of its own, so that it is told from those of other tests. */
    static Sample titled(String title, Sample sample) {
        return new Sample(title, sample.fate(), sample.fileName(), sample.mediaType(), sample.content());
    }
}
