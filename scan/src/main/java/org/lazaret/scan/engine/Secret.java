package org.lazaret.scan.engine;

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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a password or token is. Settings name the place and never hold the secret itself, so that they can be shown, copied and kept under
 * version control; what is read here is in no message and no log.
 */
public sealed interface Secret {
    /** Bytes; a password or token is much shorter. */
    int LIMIT = 16 * 1024;

    /** How it is written in the settings. */
    String ALLOWED = "file:PATH of a file that only its owner can read, or env:NAME of an environment variable";

    /**
     * The secret as it is now, without spaces and line breaks at its ends.
     *
     * @throws IOException when it is not there, is empty, or others can read it; names the place
     */
    String read() throws IOException;

    /**
     * @param base folder that relative paths start at
     * @throws IllegalArgumentException when the text is neither {@code file:PATH} nor {@code env:NAME}; the text is not in its message
     */
    static Secret parse(String text, Path base) {
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            return new InFile(base.resolve(text.substring("file:".length())));
        }
        if (text.matches("env:[A-Za-z_][A-Za-z0-9_]*")) {
            return new InVariable(text.substring("env:".length()));
        }
        throw new IllegalArgumentException(ALLOWED + "; the secret itself does not stand here");
    }

    /** A file of mode 0600 or 0400. On file systems without POSIX permissions that is not checked. */
    record InFile(Path file) implements Secret {
        private static final Set<PosixFilePermission> STRANGERS = EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

        @Override
        public String read() throws IOException {
            if (!Files.isReadable(file)) {
                throw new IOException(file + " cannot be read");
            }
            if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                if (permissions.stream().anyMatch(STRANGERS::contains)) {
                    throw new IOException(file + " is open to others than its owner (" + PosixFilePermissions.toString(permissions)
                        + "); set its mode to 0600");
                }
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(LIMIT + 1);
            }
            if (bytes.length > LIMIT) {
                throw new IOException(file + " holds no secret: it has more than " + LIMIT + " bytes");
            }
            String secret = new String(bytes, StandardCharsets.UTF_8).strip();
            if (secret.isEmpty()) {
                throw new IOException(file + " is empty");
            }
            return secret;
        }

        @Override
        public String toString() {
            return "file:" + file;
        }
    }

    /** A variable of the environment that the server was started in. */
    record InVariable(String name) implements Secret {
        @Override
        public String read() throws IOException {
            return read(System::getenv);
        }

        String read(UnaryOperator<@Nullable String> environment) throws IOException {
            String secret = environment.apply(name);
            if (secret == null || secret.isBlank()) {
                throw new IOException("The environment variable " + name + " is not set");
            }
            return secret.strip();
        }

        @Override
        public String toString() {
            return "env:" + name;
        }
    }
}
