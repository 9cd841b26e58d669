package org.lazaret.scan.engine.atp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** The application token, in a file that only its owner may read. On file systems without POSIX permissions that is not checked. */
record TokenFile(Path file) {
    private static final int MAX_SIZE = 16 * 1024;
    private static final Set<PosixFilePermission> STRANGERS = EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /** @throws IOException when there is no such file, it is open to others, or what it holds cannot be a token; never with the token in it */
    String read() throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(STRANGERS::contains)) {
                throw new IOException(file + " is open to others than its owner (" + PosixFilePermissions.toString(permissions)
                    + "); set its mode to 0600");
            }
        }
        String token;
        try (InputStream in = Files.newInputStream(file)) {
            token = new String(in.readNBytes(MAX_SIZE + 1), StandardCharsets.ISO_8859_1).strip();
        }
        if (token.length() > MAX_SIZE || !token.matches("[A-Za-z0-9._~+/=-]+")) {
            throw new IOException(file + " holds no token: one line of letters, digits and . _ ~ + / = -");
        }
        return token;
    }
}
