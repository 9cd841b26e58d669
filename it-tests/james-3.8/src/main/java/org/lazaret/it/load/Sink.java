package org.lazaret.it.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The next hop: an SMTP server (RFC 5321) on 127.0.0.1 that takes every mail, tells of it and forgets it. It keeps the beginning of a mail, and
 * of all of its body a CRC-32.
 */
public final class Sink implements AutoCloseable {
    /** Bytes of a mail that are kept: all of a notice, and the head of the others. */
    private static final int BEGINNING = 64 << 10;
    private static final Pattern TO = Pattern.compile("(?i)^RCPT TO:\\s*<([^>]*)>.*");

    /**
     * @param beginning of the mail, in ISO 8859-1
     * @param check     CRC-32 of the bytes after the first empty line
     * @param nanos     when its end was there, as {@link System#nanoTime}
     */
    public record Arrival(String recipient, String beginning, long check, long nanos) {
        /** A field of its header, folded lines joined. */
        public Optional<String> header(String name) {
            int end = beginning.indexOf("\r\n\r\n");
            Matcher field = Pattern.compile("(?im)^" + Pattern.quote(name) + ":[ \\t]*(.*(?:\\r\\n[ \\t].*)*)")
                .matcher(end < 0 ? beginning : beginning.substring(0, end + 2));
            return field.find() ? Optional.of(field.group(1).replaceAll("\\r\\n[ \\t]+", " ").strip()) : Optional.empty();
        }
    }

    private final ServerSocket socket;
    private final Consumer<Arrival> arrivals;

    public Sink(Consumer<Arrival> arrivals) throws IOException {
        this.arrivals = arrivals;
        this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("sink").start(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client; OutputStream out = client.getOutputStream()) {
            client.setTcpNoDelay(true);
            Lines in = new Lines(client.getInputStream());
            reply(out, "220 sink");
            String recipient = "";
            while (true) {
                String line = in.line();
                if (line == null) {
                    return;
                }
                String command = line.toUpperCase(Locale.ROOT);
                if (command.startsWith("DATA")) {
                    reply(out, "354 go on");
                    Arrival arrival = in.message(recipient);
                    reply(out, "250 taken");
                    arrivals.accept(arrival);
                } else if (command.startsWith("QUIT")) {
                    reply(out, "221 bye");
                    return;
                } else {
                    Matcher to = TO.matcher(line);
                    recipient = to.matches() ? to.group(1) : recipient;
                    reply(out, "250 fine");
                }
            }
        } catch (IOException e) {
            // The client went away: what it had not been told to be taken it will send again.
        }
    }

    private static void reply(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What a client says. */
    private static final class Lines {
        private static final byte[] EMPTY_LINE = {'\r', '\n', '\r', '\n'};
        private final InputStream in;
        private final byte[] buffer = new byte[1 << 16];
        private int position;
        private int end;

        Lines(InputStream in) {
            this.in = in;
        }

        private boolean fill() throws IOException {
            position = 0;
            end = Math.max(0, in.read(buffer));
            return end > 0;
        }

        @Nullable
        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                if (position == end && !fill()) {
                    return null;
                }
                char next = (char) (buffer[position++] & 0xff);
                if (next == '\n') {
                    return line.toString().stripTrailing();
                }
                line.append(next);
            }
        }

        /** Up to the line with nothing but a dot; the dot in front of others is taken away (RFC 5321, section 4.5.2). */
        Arrival message(String recipient) throws IOException {
            byte[] beginning = new byte[BEGINNING];
            int kept = 0;
            CRC32 check = new CRC32();
            byte[] block = new byte[buffer.length];
            boolean body = false;
            int empty = 0;
            boolean lineStart = true;
            boolean dotted = false;
            while (true) {
                if (position == end && !fill()) {
                    throw new IOException("The mail has no end");
                }
                int length = 0;
                int bodyStart = body ? 0 : -1;
                boolean last = false;
                while (position < end && !last) {
                    byte next = buffer[position++];
                    if (lineStart && next == '.') {
                        dotted = true;
                        lineStart = false;
                        continue;
                    }
                    if (dotted && next == '\r') {
                        // Either the end, or a line that began with a dot and has nothing else, which no client sends.
                        last = true;
                        break;
                    }
                    dotted = false;
                    block[length++] = next;
                    lineStart = next == '\n';
                    if (bodyStart < 0) {
                        empty = next == EMPTY_LINE[empty] ? empty + 1 : next == '\r' ? 1 : 0;
                        if (empty == EMPTY_LINE.length) {
                            bodyStart = length;
                            body = true;
                        }
                    }
                }
                if (bodyStart >= 0) {
                    check.update(block, bodyStart, length - bodyStart);
                }
                int copied = Math.min(length, BEGINNING - kept);
                System.arraycopy(block, 0, beginning, kept, copied);
                kept += copied;
                if (last) {
                    if (position == end && !fill()) {
                        throw new IOException("The mail has no end");
                    }
                    position++;
                    return new Arrival(recipient, new String(beginning, 0, kept, StandardCharsets.ISO_8859_1), check.getValue(), System.nanoTime());
                }
            }
        }
    }
}
