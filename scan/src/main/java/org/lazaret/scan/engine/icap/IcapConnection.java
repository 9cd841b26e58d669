package org.lazaret.scan.engine.icap;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.inspect.Content;

/**
 * A connection to an ICAP server: lines, headers and chunks, each with a limit. It blocks; whoever has it closes it from another thread when time
 * is over. Lines end with CR LF and nothing else does.
 */
final class IcapConnection {
    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_HEAD = 64 * 1024;
    private static final int BLOCK = 32 * 1024;
    private static final Pattern STATUS = Pattern.compile("ICAP/1\\.0 ([1-5]\\d\\d)(?: (.*))?");
    private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?");

    /** Takes the bytes of a body. */
    interface Sink {
        /** @return whether to go on */
        boolean take(byte[] bytes, int length);
    }

    private final Socket plain;
    private final InputStream in;
    private final OutputStream out;
    private boolean usedBefore;
    private boolean answering;
    private boolean retired;
    private long idleSince;

    /**
     * @param plain  what to close
     * @param socket what to talk over, the same or TLS on top of it
     */
    IcapConnection(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.in = new BufferedInputStream(socket.getInputStream(), BLOCK);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BLOCK);
    }

    /** Sends the head of a request. */
    void request(byte[] head) throws IOException {
        usedBefore |= answering;
        answering = false;
        out.write(head);
        out.flush();
    }

    /** Whether it went silent after it had served before: the server may have closed it for being idle. */
    boolean wentStale() {
        return usedBefore && !answering;
    }

    /** Sends bytes of the content as chunks, without the last one. */
    void chunks(Content content, long start, long end) throws IOException {
        byte[] block = new byte[BLOCK];
        long position = start;
        while (position < end) {
            int length = content.read(position, block, 0, (int) Math.min(block.length, end - position));
            if (length <= 0) {
                throw new IOException("The sample ended at " + position + " of " + end + " bytes");
            }
            out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(block, 0, length);
            out.write('\r');
            out.write('\n');
            position += length;
        }
    }

    /** Sends the last chunk, which marks what is complete within a preview ({@code ieof}). */
    void lastChunk(boolean completePreview) throws IOException {
        out.write((completePreview ? "0; ieof\r\n\r\n" : "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    Response response() throws IOException {
        String line = line();
        Matcher status = STATUS.matcher(line);
        if (!status.matches()) {
            throw new IOException("This is no answer of an ICAP server: " + Answers.printable(line));
        }
        String reason = status.group(2) == null ? "" : Answers.printable(status.group(2));
        return new Response(Integer.parseInt(status.group(1)), reason, headers());
    }

    /** So many bytes, as lines; the last one is empty. */
    List<String> block(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw cut();
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r\n\r\n")) {
            throw new IOException("The ICAP server's header of HTTP ends elsewhere than it says");
        }
        return List.of(text.substring(0, text.length() - 4).split("\r\n", -1));
    }

    /**
     * Reads a body up to its end, or up to where the sink has enough.
     *
     * @return its trailer; empty when the sink had enough
     */
    Headers body(Sink sink) throws IOException {
        byte[] block = new byte[BLOCK];
        while (true) {
            Matcher matcher = CHUNK_SIZE.matcher(line());
            if (!matcher.matches()) {
                throw new IOException("The ICAP server sent a chunk without a size");
            }
            long left = Long.parseLong(matcher.group(1), 16);
            if (left == 0) {
                return headers();
            }
            while (left > 0) {
                int length = in.readNBytes(block, 0, (int) Math.min(block.length, left));
                if (length == 0) {
                    throw cut();
                }
                if (!sink.take(block, length)) {
                    return new Headers();
                }
                left -= length;
            }
            if (!line().isEmpty()) {
                throw new IOException("The ICAP server sent a chunk of another size than it said");
            }
        }
    }

    boolean isIdleFor(long nanos) {
        return System.nanoTime() - idleSince > nanos;
    }

    void idle() {
        usedBefore = true;
        idleSince = System.nanoTime();
    }

    /** Not to be used again: it has more to say, or the server ends it. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired || plain.isClosed();
    }

    /** Lets the server know that no more comes; what it says to that can still be read. */
    void hangUp() {
        try {
            plain.shutdownOutput();
        } catch (IOException e) {
            // It is gone, which is all that was wanted.
        }
    }

    /** From any thread. The plain socket only, since TLS would wait for a writer that waits for the server. */
    void close() {
        try {
            plain.close();
        } catch (IOException e) {
            // It is gone, which is all that was wanted.
        }
    }

    private Headers headers() throws IOException {
        List<String> lines = new ArrayList<>();
        int size = 0;
        while (true) {
            String line = line();
            if (line.isEmpty()) {
                return Headers.of(lines);
            }
            size += line.length() + 2;
            if (size > MAX_HEAD) {
                throw new IOException("The ICAP server's header is larger than " + MAX_HEAD + " bytes");
            }
            lines.add(line);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() <= MAX_LINE) {
            int octet = in.read();
            if (octet < 0) {
                throw cut();
            }
            answering = true;
            if (octet == '\r') {
                if (in.read() != '\n') {
                    throw new IOException("The ICAP server sent a line that ends with half of a line end");
                }
                return line.toString();
            }
            if (octet == '\n') {
                throw new IOException("The ICAP server sent a line that ends with half of a line end");
            }
            line.append((char) octet);
        }
        throw new IOException("The ICAP server sent a line longer than " + MAX_LINE + " bytes");
    }

    private static EOFException cut() {
        return new EOFException("The ICAP server closed the connection before its answer was complete");
    }
}
