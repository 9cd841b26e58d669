package org.lazaret.scan.engine.atp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

final class Tokens {
    private Tokens() {
    }

    /** A file with this token that only its owner may read. */
    static Path write(Path folder, String token) throws IOException {
        Path file = folder.resolve("token");
        if (Files.notExists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return Files.writeString(file, token + "\n");
    }
}
