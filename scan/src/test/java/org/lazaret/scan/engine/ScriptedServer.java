package org.lazaret.scan.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.lazaret.scan.engine.Peer.Opinion;

/** A server on the loopback that speaks a {@link Peer}'s protocol and misbehaves as told. */
public final class ScriptedServer implements AutoCloseable {

    /** What the server does with the answer that decides. */
    public sealed interface Behaviour {
        /** Sends it. */
        record Healthy() implements Behaviour {
        }

        /** Never sends it. */
        record Silent() implements Behaviour {
        }

        /** Sends it byte by byte, such that the last one comes after this time. */
        record Drip(int millis) implements Behaviour {
        }

        /** Sends all of it after this time. */
        record Late(int millis) implements Behaviour {
        }

        /** Sends this many bytes of it and closes. */
        record Cut(int length) implements Behaviour {
        }

        /** Sends this many bytes of it and resets the connection. */
        record Reset(int length) implements Behaviour {
        }

        /** Sends something else and closes. */
        record Garbage(byte[] bytes) implements Behaviour {
        }

        /** Sends this many bytes of it, then this byte for ever. */
        record Endless(int length, byte filler) implements Behaviour {
        }

        /** Reads nothing of the request at all. */
        record Deaf() implements Behaviour {
        }
    }

    private static final int RECEIVE_BUFFER = 4096;

    private final Peer peer;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answers = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Behaviour behaviour = new Behaviour.Healthy();
    private volatile Opinion opinion = Opinion.CLEAN;
    private volatile int answerLength;

    public ScriptedServer(Peer peer) {
        this.peer = peer;
        try {
            this.listener = new ServerSocket();
            listener.setReceiveBufferSize(RECEIVE_BUFFER);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.acceptor = Thread.ofVirtual().start(this::accept);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** From the next answer on. */
    public ScriptedServer behave(Behaviour next) {
        behaviour = next;
        return this;
    }

    /** From the next answer on. */
    public ScriptedServer say(Opinion next) {
        opinion = next;
        return this;
    }

    /** Answers that were asked for so far, sent or not. */
    public int answers() {
        return answers.get();
    }

    /** Bytes of the last answer as it should have been. */
    public int answerLength() {
        return answerLength;
    }

    /** Closes all connections, as a restart does; new ones are taken. */
    public void drop() throws IOException {
        for (Socket connection : connections) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drop();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            if (behaviour instanceof Behaviour.Deaf) {
                rest(Long.MAX_VALUE);
            }
            OutputStream out = connection.getOutputStream();
            InputStream in = connection.getInputStream();
            peer.serve(in, out, new Peer.Reply() {
                @Override
                public Opinion opinion() {
                    return opinion;
                }

                @Override
                public void send(byte[] answer) throws IOException {
                    answers.incrementAndGet();
                    answerLength = answer.length;
                    play(connection, out, answer);
                }
            });
        } catch (IOException e) {
            // the client or the script has ended it
        } finally {
            connections.remove(connection);
        }
    }

    private void play(Socket connection, OutputStream out, byte[] answer) throws IOException {
        switch (behaviour) {
            case Behaviour.Healthy healthy -> out.write(answer);
            case Behaviour.Silent silent -> rest(Long.MAX_VALUE);
            case Behaviour.Deaf deaf -> rest(Long.MAX_VALUE);
            case Behaviour.Drip drip -> {
                for (byte b : answer) {
                    rest(TimeUnit.MILLISECONDS.toNanos(drip.millis()) / answer.length + 1);
                    out.write(b);
                }
            }
            case Behaviour.Late late -> {
                rest(TimeUnit.MILLISECONDS.toNanos(late.millis()));
                out.write(answer);
            }
            case Behaviour.Cut cut -> {
                out.write(answer, 0, cut.length());
                throw new EOFException("As the script says");
            }
            case Behaviour.Reset reset -> {
                out.write(answer, 0, reset.length());
                connection.setSoLinger(true, 0);
                throw new EOFException("As the script says");
            }
            case Behaviour.Garbage garbage -> {
                out.write(garbage.bytes());
                throw new EOFException("As the script says");
            }
            case Behaviour.Endless endless -> {
                out.write(answer, 0, endless.length());
                byte[] block = new byte[1 << 16];
                Arrays.fill(block, endless.filler());
                while (closed.getCount() > 0) {
                    out.write(block);
                }
            }
        }
    }

    /** Waits, but not for longer than the server is open. */
    private void rest(long nanos) throws IOException {
        try {
            if (closed.await(nanos, TimeUnit.NANOSECONDS)) {
                throw new EOFException("The server was closed");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
