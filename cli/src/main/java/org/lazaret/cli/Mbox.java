package org.lazaret.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The messages of an mbox file (RFC 4155, with the quoting of {@code From } lines known as mboxrd): each begins behind a line that starts with
 * {@code From } at the start of the file or behind an empty line. One at a time is in memory.
 */
final class Mbox {
    private static final byte[] START = "From ".getBytes(StandardCharsets.US_ASCII);

    /** What is done with each message. */
    @FunctionalInterface
    interface Each {
        void message(int number, byte[] message) throws IOException;
    }

    private Mbox() {
    }

    static boolean isMbox(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return startsWith(in.readNBytes(START.length), 0);
        }
    }

    static void read(Path file, Each each) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            boolean empty = true;
            int number = 0;
            for (byte[] line = line(in); line.length > 0; line = line(in)) {
                if (empty && startsWith(line, 0)) {
                    if (number > 0) {
                        each.message(number, message.toByteArray());
                    }
                    number++;
                    message.reset();
                } else {
                    int quoted = quotes(line);
                    message.write(line, quoted, line.length - quoted);
                }
                empty = line[0] == '\n' || line[0] == '\r';
            }
            if (number > 0) {
                each.message(number, message.toByteArray());
            }
        }
    }

    /** One, when it is a {@code From } line of the message with quotes in front. */
    private static int quotes(byte[] line) {
        int at = 0;
        while (at < line.length && line[at] == '>') {
            at++;
        }
        return at > 0 && startsWith(line, at) ? 1 : 0;
    }

    private static boolean startsWith(byte[] line, int from) {
        for (int i = 0; i < START.length; i++) {
            if (from + i >= line.length || line[from + i] != START[i]) {
                return false;
            }
        }
        return true;
    }

    /** With its end; empty at the end of the file. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int value = in.read(); value >= 0; value = in.read()) {
            line.write(value);
            if (value == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }
}
