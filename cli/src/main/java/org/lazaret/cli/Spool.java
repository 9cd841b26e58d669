package org.lazaret.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keeps what can be read only once (standard input, pipes) in files that the owner alone can read, until the run is over. */
final class Spool implements AutoCloseable {
    private final List<Path> kept = new ArrayList<>();

    Path keep(InputStream in) throws IOException {
        Path file = Files.createTempFile("scan", ".in");
        kept.add(file);
        try (OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        for (Path file : kept) {
            Files.deleteIfExists(file);
        }
    }
}
