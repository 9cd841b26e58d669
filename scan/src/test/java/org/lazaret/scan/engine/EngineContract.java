package org.lazaret.scan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.engine.Peer.Opinion;
import org.lazaret.scan.engine.ScriptedServer.Behaviour;
import org.lazaret.scan.examine.Spool;

/**
 * What each engine that asks a server is held to: nothing but a real clean answer reads as clean.
 *
 * <p>To implement it, say how to make the engine for a server's address, and write the server's side of the protocol as a {@link Peer}; all
 * that goes wrong is then played by {@link ScriptedServer}:
 *
 * <pre>
 * class IcapEngineTest implements EngineContract {
 *     public Engine engine(InetSocketAddress server, long maxSize) { return new IcapEngine("icap", …); }
 *     public Peer peer() { return new IcapPeer(); }
 * }
 * </pre>
 *
 * <p>An engine that has timeouts of its own should have longer ones than {@link #PATIENCE}, so that the deadline of the call ends it. An
 * engine that answers out of its own memory, such as a hash list, has no server and no such contract.
 */
public interface EngineContract {
    /** Longer than any test takes that works. */
    Duration PATIENCE = Duration.ofSeconds(20);
    /** The deadline of calls that are not answered in time. */
    Duration SHORT = Duration.ofMillis(400);
    /** Until when such a call must have ended: the deadline, and room for a machine that does other things too. */
    Duration TOLERATED = Duration.ofSeconds(3);
    long MAX_SIZE = 64 << 20;

    /** A new engine that asks a server at this address and takes samples up to this many bytes. */
    Engine engine(InetSocketAddress server, long maxSize);

    /** The server's side of the protocol. */
    Peer peer();

    /** Samples that the engine is asked about, such as of a type that it does ask about. */
    default Sample sample(byte[] bytes) {
        return new Sample("sample.bin", "application/octet-stream", Spool.of(bytes));
    }

    private Sample sample() {
        return sample(ascii("some bytes to judge"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Answer ask(Engine engine, Sample sample) throws Exception {
        return engine.ask(sample, Deadline.in(PATIENCE));
    }

    private static void assertLate(ThrowingCallable call) {
        long begin = System.nanoTime();
        assertThatThrownBy(call).isInstanceOf(SocketTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT.minusMillis(50), TOLERATED);
    }

    /** Asks once while the server behaves; then the server is well again, and the same engine must be as well. */
    private void assertFails(Behaviour behaviour) throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.behave(behaviour);

            assertThatThrownBy(() -> engine.ask(sample(), Deadline.in(Duration.ofSeconds(5)))).isInstanceOf(IOException.class);
            assertThat(server.answers()).as("times the server got as far as answering").isPositive();

            server.behave(new Behaviour.Healthy());
            assertThat(ask(engine, sample())).isEqualTo(new Answer.Clean());
        }
    }

    private int answerLength(Opinion opinion) throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            ask(engine, sample());
            server.say(opinion);
            ask(engine, sample());
            return server.answerLength();
        }
    }

    @Test
    default void askShouldSayCleanWhenTheServerDoes() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            assertThat(ask(engine, sample())).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, sample(new byte[0]))).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, sample(new byte[3_000_000]))).isEqualTo(new Answer.Clean());
            assertThat(server.answers()).isPositive();
        }
    }

    @Test
    default void askShouldNameWhatWasFoundWhenTheServerFindsSomething() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.say(Opinion.HARMFUL);

            assertThat(ask(engine, sample())).isInstanceOfSatisfying(Answer.Harmful.class,
                    harmful -> assertThat(harmful.hits()).isNotEmpty().allSatisfy(hit -> assertThat(hit.signature()).isNotBlank()));
            assertThat(ask(engine, sample(new byte[3_000_000]))).isInstanceOf(Answer.Harmful.class);
        }
    }

    @Test
    default void askShouldNotJudgeWhenTheSampleIsLargerThanTheEngineTakes() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), 1000)) {
            assertThat(ask(engine, sample(new byte[1000]))).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, sample(new byte[1001]))).isInstanceOfSatisfying(Answer.Unable.class,
                    unable -> assertThat(unable.why()).isNotBlank());
        }
    }

    @Test
    default void askShouldThrowWhenNobodyListens() throws Exception {
        InetSocketAddress gone;
        try (ScriptedServer server = new ScriptedServer(peer())) {
            gone = server.address();
        }

        try (Engine engine = engine(gone, MAX_SIZE)) {
            assertThatThrownBy(() -> ask(engine, sample())).isInstanceOf(IOException.class);
        }
    }

    @Test
    default void askShouldThrowWhenTheAnswerIsNotSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.behave(new Behaviour.Silent());

            assertLate(() -> engine.ask(sample(), Deadline.in(SHORT)));
        }
    }

    @Test
    default void askShouldThrowWhenTheAnswerTricklesPastTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.behave(new Behaviour.Drip(3 * (int) SHORT.toMillis()));

            assertLate(() -> engine.ask(sample(), Deadline.in(SHORT)));
        }
    }

    @Test
    default void askShouldSayCleanWhenTheAnswerTricklesInTime() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.behave(new Behaviour.Drip((int) SHORT.toMillis()));

            assertThat(ask(engine, sample())).isEqualTo(new Answer.Clean());
        }
    }

    @Test
    default void askShouldThrowWhenTheServerDoesNotRead() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            Sample large = sample(new byte[32 << 20]);
            server.behave(new Behaviour.Deaf());

            assertLate(() -> engine.ask(large, Deadline.in(SHORT)));
        }
    }

    @Test
    default void askShouldNotTakeALateAnswerForThatOfTheNextSample() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.behave(new Behaviour.Late(2 * (int) SHORT.toMillis()));
            assertLate(() -> engine.ask(sample(), Deadline.in(SHORT)));
            server.behave(new Behaviour.Healthy()).say(Opinion.HARMFUL);

            assertThat(ask(engine, sample(ascii("others")))).isInstanceOf(Answer.Harmful.class);
        }
    }

    @Test
    default void askShouldThrowWhenTheAnswerIsCutAtAnyByte() throws Exception {
        int length = answerLength(Opinion.CLEAN);
        for (int cut = 0; cut < length; cut++) {
            assertFails(new Behaviour.Cut(cut));
        }
    }

    @Test
    default void askShouldNotSayCleanWhenTheAnswerOfAFindIsCutAtAnyByte() throws Exception {
        int length = answerLength(Opinion.HARMFUL);
        for (int cut = 0; cut < length; cut++) {
            try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
                server.say(Opinion.HARMFUL).behave(new Behaviour.Cut(cut));
                Answer answer = null;
                try {
                    answer = ask(engine, sample());
                } catch (IOException e) {
                    // as good as an answer that is not clean
                }

                assertThat(answer).as("%d of %d bytes", cut, length).isNotEqualTo(new Answer.Clean());
            }
        }
    }

    @Test
    default void askShouldThrowWhenTheConnectionIsReset() throws Exception {
        int length = answerLength(Opinion.CLEAN);
        for (int cut : new int[] {0, length / 2, length - 1}) {
            assertFails(new Behaviour.Reset(cut));
        }
    }

    @Test
    default void askShouldThrowWhenTheAnswerIsGarbage() throws Exception {
        byte[] noise = new byte[4000];
        new Random(42).nextBytes(noise);
        byte[] zeros = new byte[4000];
        byte[] lines = new byte[4000];
        Arrays.fill(lines, (byte) '\n');
        List<byte[]> garbage = List.of(noise, zeros, lines, ascii("OK"), ascii("OK\r\n\r\n"), ascii("220 mail.example ESMTP\r\n"),
                ascii("<html><body>clean</body></html>"), ascii("{}"));
        for (byte[] bytes : garbage) {
            assertFails(new Behaviour.Garbage(bytes));
        }
    }

    @Test
    default void askShouldThrowWhenTheAnswerDoesNotEnd() throws Exception {
        int length = answerLength(Opinion.CLEAN);
        for (int good : new int[] {0, length / 2, length - 1}) {
            assertFails(new Behaviour.Endless(good, (byte) 'A'));
            assertFails(new Behaviour.Endless(good, (byte) ' '));
        }
    }

    @Test
    default void askShouldSayCleanWhenTheServerWasRestartedInBetween() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            ask(engine, sample());
            server.drop();

            assertThat(ask(engine, sample())).isEqualTo(new Answer.Clean());
        }
    }

    @Test
    default void askShouldEndSoonWhenItsThreadIsInterrupted() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer()); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.behave(new Behaviour.Silent());
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    outcome.complete(ask(engine, sample()));
                } catch (Exception e) {
                    outcome.complete(e);
                }
            });
            while (server.answers() == 0) {
                Thread.onSpinWait();
            }

            asking.interrupt();

            assertThat(outcome.get(TOLERATED.toMillis(), TimeUnit.MILLISECONDS)).isInstanceOf(InterruptedException.class);
        }
    }
}
