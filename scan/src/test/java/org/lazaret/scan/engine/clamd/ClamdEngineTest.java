package org.lazaret.scan.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineContract;
import org.lazaret.scan.engine.Peer;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.ScriptedServer;
import org.lazaret.scan.examine.Spool;

class ClamdEngineTest implements EngineContract {

    /** clamd without a session: one command, one reply, then it closes. */
    private record ClamdPeer(String found) implements Peer {
        @Override
        public void serve(InputStream in, OutputStream out, Reply reply) throws IOException {
            DataInputStream data = new DataInputStream(in);
            ByteArrayOutputStream command = new ByteArrayOutputStream();
            for (int b = data.readUnsignedByte(); b != 0; b = data.readUnsignedByte()) {
                command.write(b);
            }
            switch (command.toString(StandardCharsets.US_ASCII)) {
                case "zVERSION" -> out.write("ClamAV 1.4.3/27500/Mon Jan  5 09:00:00 2026\0".getBytes(StandardCharsets.US_ASCII));
                case "zINSTREAM" -> {
                    for (int length = data.readInt(); length != 0; length = data.readInt()) {
                        data.skipNBytes(length);
                    }
                    String answer = reply.opinion() == Opinion.CLEAN ? "stream: OK" : found;
                    reply.send((answer + "\0").getBytes(StandardCharsets.UTF_8));
                }
                default -> throw new EOFException();
            }
        }
    }

    @Override
    public Engine engine(InetSocketAddress server, long maxSize) {
        return new ClamdEngine("clamd", new Address.Tcp(server.getHostString(), server.getPort()), Score.WORST, maxSize);
    }

    @Override
    public Peer peer() {
        return new ClamdPeer("stream: Test.Signature-1 FOUND");
    }

    private Answer answerTo(String found) throws Exception {
        try (ScriptedServer server = new ScriptedServer(new ClamdPeer(found)); Engine engine = engine(server.address(), MAX_SIZE)) {
            server.say(Peer.Opinion.HARMFUL);
            return engine.ask(new Sample("a", "text/plain", Spool.of(new byte[] {1})), Deadline.in(PATIENCE));
        }
    }

    @Test
    void askShouldNameSignatureAndDatabaseWhenSomethingIsFound() throws Exception {
        assertThat(answerTo("stream: Win.Test.EICAR_HDB-1 FOUND")).isInstanceOfSatisfying(Answer.Harmful.class, harmful -> {
            assertThat(harmful.hits()).containsExactly(
                    new Answer.Hit("Win.Test.EICAR_HDB-1", Score.WORST, "database 27500 of Mon Jan  5 09:00:00 2026"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Heuristics.Encrypted.Zip", "Heuristics.Encrypted.PDF", "Heuristics.Limits.Exceeded.MaxScanSize"})
    void askShouldNotJudgeWhenTheDaemonMetALimit(String signature) throws Exception {
        assertThat(answerTo("stream: " + signature + " FOUND")).isEqualTo(new Answer.Unable(signature));
    }

    @Test
    void askShouldNotJudgeWhenTheDaemonTakesLess() throws Exception {
        assertThat(answerTo("INSTREAM size limit exceeded. ERROR")).isInstanceOf(Answer.Unable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream: Can't allocate memory ERROR", "stream: OK ERROR", "COMMAND READ TIMED OUT ERROR", "stream: OK OK",
        "stream:OK", " stream: OK", "stream: ok", "stream: FOUND", "stream:  FOUND", "1: stream: OK", "stream: OK\0stream: Other FOUND",
        "UNKNOWN COMMAND", ""})
    void askShouldThrowWhenTheReplyIsAnythingElse(String reply) {
        assertThatThrownBy(() -> answerTo(reply)).isInstanceOf(IOException.class);
    }

    @Test
    void askShouldThrowWhenTheDaemonAnswersBeforeItHasReadTheSample() throws Exception {
        Peer hasty = (in, out, reply) -> reply.send("stream: OK\0".getBytes(StandardCharsets.US_ASCII));
        try (ScriptedServer server = new ScriptedServer(hasty); Engine engine = engine(server.address(), MAX_SIZE)) {
            Sample large = new Sample("a", "text/plain", Spool.of(new byte[32 << 20]));

            assertThatThrownBy(() -> engine.ask(large, Deadline.in(PATIENCE))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void versionShouldBeEmptyWhenTheDaemonIsGone() throws Exception {
        InetSocketAddress gone;
        try (ScriptedServer server = new ScriptedServer(peer())) {
            gone = server.address();
        }
        try (Engine engine = engine(gone, MAX_SIZE)) {
            assertThat(engine.version()).isEmpty();
        }
    }
}
