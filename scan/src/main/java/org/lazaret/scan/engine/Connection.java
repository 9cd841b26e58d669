package org.lazaret.scan.engine;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A connection to a server that is over at a deadline, whatever is being done with it then: connecting, writing to a server that does not
 * read, reading from one that trickles. Over TCP or a Unix domain socket. For one exchange and one thread.
 *
 * <p>What it throws once the deadline is over is a {@link SocketTimeoutException}. An interrupt of the thread closes it
 * ({@link ClosedByInterruptException}).
 */
public final class Connection implements Closeable {
    private final SocketChannel channel;
    private final Deadline deadline;
    private final Thread watch;

    private Connection(SocketChannel channel, Deadline deadline, Duration left) {
        this.channel = channel;
        this.deadline = deadline;
        // A parked virtual thread costs a few hundred bytes, and ending it less than a timer shared by all connections.
        this.watch = Thread.ofVirtual().unstarted(() -> closeAfter(channel, left));
    }

    /** @throws SocketTimeoutException when the deadline is over before the connection stands */
    public static Connection open(Address address, Deadline deadline) throws IOException {
        Duration left = deadline.remaining();
        SocketChannel channel = address instanceof Address.Unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        Connection connection = new Connection(channel, deadline, left);
        connection.watch.start();
        try {
            channel.connect(address.socket());
            return connection;
        } catch (IOException e) {
            connection.close();
            throw connection.explained(e);
        } catch (RuntimeException e) {
            connection.close();
            throw new IOException(address + ": " + e.getMessage(), e);
        }
    }

    private static void closeAfter(SocketChannel channel, Duration left) {
        try {
            Thread.sleep(left);
            channel.close();
        } catch (InterruptedException | IOException e) {
            // no longer needed, or closed already
        }
    }

    /** Writes all of it. */
    public void write(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** @return bytes read, at least one when there is room; -1 when the server has ended the connection in order */
    public int read(ByteBuffer target) throws IOException {
        try {
            int count = channel.read(target);
            deadline.remaining();
            return count;
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** Not buffered. */
    public InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return length == 0 ? 0 : Connection.this.read(ByteBuffer.wrap(target, offset, length));
            }
        };
    }

    /** Not buffered. */
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Connection.this.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private IOException explained(IOException e) {
        if (e instanceof ClosedByInterruptException || e instanceof SocketTimeoutException) {
            return e;
        }
        try {
            deadline.remaining();
        } catch (SocketTimeoutException late) {
            late.initCause(e);
            return late;
        }
        if (e instanceof AsynchronousCloseException) {
            // The watch was a moment early.
            SocketTimeoutException late = new SocketTimeoutException("No answer in time");
            late.initCause(e);
            return late;
        }
        return e;
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        channel.close();
    }
}
