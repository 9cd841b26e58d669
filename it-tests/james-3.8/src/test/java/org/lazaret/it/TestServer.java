package org.lazaret.it;

import java.nio.file.Path;
import java.util.Map;
import org.lazaret.it.client.Samples.Sample;

/** Servers for tests: with {@code conf} as it is handed out, but for the settings that a test is about. */
final class TestServer {
    static final Path ROOT = Path.of(System.getProperty("lazaret.root"));

    private TestServer() {
    }

    static JamesServer start(Path folder, Map<String, String> settings) throws Exception {
        return JamesServer.start(folder, ROOT.resolve("conf"), ROOT.resolve("extension/target/lazaret-james-3.8.jar"),
            JamesServer.Ports.ANY, settings);
    }

    static JamesServer start(Path folder) throws Exception {
        return start(folder, Map.of());
    }

    /** The same sample with a subject of its own, so that it is told from those of other tests. */
    static Sample titled(String title, Sample sample) {
        return new Sample(title, sample.fate(), sample.fileName(), sample.mediaType(), sample.content());
    }
}
