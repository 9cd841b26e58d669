package org.lazaret.scan.engine.clamd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Connection;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineError;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.inspect.Content;

/**
 * ClamAV's daemon, by its own protocol (clamd(8)): {@code zINSTREAM}, chunks of bytes with their length in front of them, a chunk of length
 * 0, and one reply up to a NUL. Over TCP or a Unix domain socket, with one connection for each sample: a session for several saves about a
 * tenth of a millisecond, and without one nothing of a sample can reach the next. A reload of the signatures is invisible from here:
 * connections wait in the daemon's queue meanwhile, or are served by the signatures of before.
 *
 * <ul>
 * <li>{@code stream: OK} is clean.
 * <li>{@code stream: NAME FOUND} is harmful, but for names that tell of limits ({@code Heuristics.Encrypted…},
 *     {@code Heuristics.Limits.Exceeded…}): then the daemon could not look at all of it, which is {@link Answer.Unable}.
 * <li>{@code INSTREAM size limit exceeded. ERROR} is {@link Answer.Unable}: its StreamMaxLength is lower than the limit set here.
 * <li>Anything else, each {@code ERROR} above all, is a failure.
 * </ul>
 */
public final class ClamdEngine implements Engine {
    private static final byte[] INSTREAM = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION = "zVERSION\0".getBytes(StandardCharsets.US_ASCII);
    private static final String STREAM = "stream: ";
    private static final String FOUND = " FOUND";
    private static final String ERROR = " ERROR";
    private static final String TOO_LARGE = "INSTREAM size limit exceeded. ERROR";
    private static final int CHUNK = 1 << 16;
    private static final int LENGTH_FIELD = 4;
    private static final int MAX_REPLY = 4096;
    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration VERSION_LASTS = Duration.ofSeconds(5);

    private record Version(Optional<String> text, Deadline lasts) {
    }

    private final String name;
    private final Address address;
    private final Score weight;
    private final long maxSize;
    private volatile Version version = new Version(Optional.empty(), Deadline.in(Duration.ZERO));

    /** @param maxSize bytes; at most the daemon's StreamMaxLength, and its MaxFileSize */
    public ClamdEngine(String name, Address address, Score weight, long maxSize) {
        this.name = name;
        this.address = address;
        this.weight = weight;
        this.maxSize = maxSize;
    }

    @Override
    public String name() {
        return name;
    }

    /** The daemon's and its database's; empty for a database without a version, which is one of the operator's own signatures alone. */
    @Override
    public Optional<String> version() {
        // ClamAV 1.4.3/27500/Mon Jan 5 09:00:00 2026; the number and time are those of the database that is loaded.
        return fullVersion().filter(text -> text.indexOf('/') >= 0);
    }

    @Override
    public Answer ask(Sample sample, Deadline deadline) throws IOException, InterruptedException {
        if (sample.content().size() > maxSize) {
            return new Answer.Unable("larger than " + maxSize + " bytes");
        }
        try {
            String reply;
            try (Connection connection = Connection.open(address, deadline)) {
                reply = exchange(connection, sample.content());
            }
            return answer(reply);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException(name);
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static String exchange(Connection connection, Content content) throws IOException {
        try {
            send(connection, content);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // It may have said why it no longer listens.
            String reply;
            try {
                reply = reply(connection);
            } catch (IOException none) {
                e.addSuppressed(none);
                throw e;
            }
            if (reply.endsWith(ERROR)) {
                return reply;
            }
            throw e;
        }
        return reply(connection);
    }

    private static void send(Connection connection, Content content) throws IOException {
        byte[] chunk = new byte[CHUNK];
        ByteBuffer buffer = ByteBuffer.allocate(INSTREAM.length + 2 * LENGTH_FIELD + CHUNK);
        buffer.put(INSTREAM);
        long position = 0;
        while (position < content.size()) {
            int count = content.read(position, chunk, 0, CHUNK);
            if (count <= 0) {
                throw new IOException("The sample ended after " + position + " of " + content.size() + " bytes");
            }
            buffer.putInt(count).put(chunk, 0, count);
            position += count;
            if (position < content.size()) {
                connection.write(buffer.flip());
                buffer.clear();
            }
        }
        connection.write(buffer.putInt(0).flip());
    }

    /** The only reply there is, without the NUL behind it. */
    private static String reply(Connection connection) throws IOException {
        ByteBuffer reply = ByteBuffer.allocate(MAX_REPLY);
        while (connection.read(reply) >= 0) {
            if (!reply.hasRemaining()) {
                throw new IOException("A reply of more than " + MAX_REPLY + " bytes");
            }
        }
        byte[] bytes = reply.array();
        int end = reply.position() - 1;
        if (end < 0 || bytes[end] != 0) {
            throw new IOException("The reply ended after " + reply.position() + " bytes");
        }
        for (int i = 0; i < end; i++) {
            if (bytes[i] == 0) {
                throw new IOException("More than one reply");
            }
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private Answer answer(String reply) throws IOException {
        if (reply.equals(STREAM + "OK")) {
            return new Answer.Clean();
        }
        if (reply.equals(TOO_LARGE)) {
            return new Answer.Unable("larger than StreamMaxLength of the daemon");
        }
        if (reply.startsWith(STREAM) && reply.endsWith(FOUND) && reply.length() > STREAM.length() + FOUND.length()) {
            String signature = reply.substring(STREAM.length(), reply.length() - FOUND.length());
            if (signature.startsWith("Heuristics.Encrypted") || signature.startsWith("Heuristics.Limits.Exceeded")) {
                return new Answer.Unable(signature);
            }
            return new Answer.Harmful(List.of(new Answer.Hit(signature, weight, database())));
        }
        if (reply.endsWith(ERROR)) {
            throw new EngineError("clamd says: " + reply);
        }
        throw new IOException("Not an answer of clamd: " + (reply.length() > 100 ? reply.substring(0, 100) + "…" : reply));
    }

    /** What the signature came from, as far as it is known. */
    private String database() {
        String known = fullVersion().orElse("");
        int slash = known.indexOf('/');
        return slash < 0 ? known : "database " + known.substring(slash + 1).replaceFirst("/", " of ");
    }

    private Optional<String> fullVersion() {
        Version known = version;
        if (known.lasts().nanoTime() - System.nanoTime() > 0) {
            return known.text();
        }
        Optional<String> text;
        try (Connection connection = Connection.open(address, Deadline.in(VERSION_TIMEOUT))) {
            connection.write(ByteBuffer.wrap(VERSION));
            String reply = reply(connection);
            text = reply.startsWith("ClamAV ") ? Optional.of(reply) : Optional.empty();
        } catch (IOException e) {
            // The next sample shows what is wrong.
            text = Optional.empty();
        }
        version = new Version(text, Deadline.in(VERSION_LASTS));
        return text;
    }

    @Override
    public void close() {
        // Keeps no connection open.
    }
}
