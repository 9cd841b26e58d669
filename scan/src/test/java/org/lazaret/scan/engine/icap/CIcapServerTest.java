package org.lazaret.scan.engine.icap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.clamd.ClamdDaemon;
import org.lazaret.scan.engine.icap.IcapOptions.Method;
import org.lazaret.scan.examine.Spool;

/** Against the real server. */
class CIcapServerTest {
    private static final String KNOWN = "lazaret test text that is known";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;
    private static ClamdDaemon clamd;
    private static CIcapServer server;

    @BeforeAll
    static void start() throws IOException {
        clamd = ClamdDaemon.start(folder.resolve("clamd"), Map.of("StreamMaxLength", "30M"), "Lazaret.Test.Known", KNOWN);
        server = CIcapServer.start(folder.resolve("c-icap"), ((Address.Unix) clamd.unix()).path(), "");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (clamd != null) {
            clamd.close();
        }
    }

    private static Engine engine(URI service, Method method, boolean preview) {
        return new IcapEngine("icap", service, new IcapOptions(method, preview, Score.WORST, 100 << 20, PATIENCE, PATIENCE, 4));
    }

    private static Answer ask(Engine engine, byte[] bytes) throws IOException, InterruptedException {
        return engine.ask(new Sample("r\u00e9sum\u00e9.txt", "text/plain", Spool.of(bytes)), Deadline.in(PATIENCE));
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] known(int size, int offset) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        byte[] text = KNOWN.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, bytes, offset, text.length);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void askShouldSayCleanWhenTheServerPassesAllOfIt(Method method) throws Exception {
        try (Engine engine = engine(server.service("echo"), method, false)) {
            for (int size : new int[] {0, 1, 1023, 1024, 1025, 100_000, 10 << 20}) {
                assertThat(ask(engine, noise(size))).as("%d bytes", size).isEqualTo(new Answer.Clean());
            }
        }
    }

    /** The echo service wants no more than the preview. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void askShouldNotSayCleanWhenTheServerSawThePreviewOnly(Method method) throws Exception {
        try (Engine engine = engine(server.service("echo"), method, true)) {
            assertThat(ask(engine, noise(1024))).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, noise(1025))).isEqualTo(new Answer.Unable("the ICAP server passed it having seen 1024 of 1025 bytes"));
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void askShouldFindTheSignatureWhereverItStands(Method method) throws Exception {
        for (boolean preview : new boolean[] {true, false}) {
            try (Engine engine = engine(server.service("virus_scan"), method, preview)) {
                assertThat(ask(engine, "nothing of interest".getBytes(StandardCharsets.US_ASCII))).isEqualTo(new Answer.Clean());
                assertThat(ask(engine, known(100_000, 100_000 - KNOWN.length() - 1))).isInstanceOf(Answer.Harmful.class);
                for (int offset : new int[] {0, 1000, 1024, 900_000}) {
                    assertThat(ask(engine, known(1_000_000, offset))).as("at %d, %s", offset, preview).isEqualTo(
                        new Answer.Harmful(List.of(new Answer.Hit("Lazaret.Test.Known.UNOFFICIAL", Score.WORST, ""))));
                }
                assertThat(ask(engine, known(KNOWN.length(), 0))).as("all in the preview").isInstanceOf(Answer.Harmful.class);
                byte[] nothing = new byte[1_000_000];
                Arrays.fill(nothing, (byte) 'x');
                assertThat(ask(engine, nothing)).isEqualTo(new Answer.Clean());
                assertThat(engine.version()).isPresent();
            }
        }
    }

    @Test
    void askShouldNotSayCleanWhenTheServerDoesNotScanTheTypeOfTheFile() throws Exception {
        byte[] picture = new byte[50_000];
        byte[] magic = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 0x0d, 'I', 'H', 'D', 'R'};
        System.arraycopy(magic, 0, picture, 0, magic.length);
        try (Engine engine = engine(server.service("virus_scan"), Method.RESPMOD, true)) {
            assertThat(ask(engine, picture)).isInstanceOf(Answer.Unable.class);
        }
    }

    @Test
    void askShouldNotSayCleanWhenTheServerHadSentTheBeginningBeforeItFoundSomething() throws Exception {
        Path clamdSocket = ((Address.Unix) clamd.unix()).path();
        try (CIcapServer sending = CIcapServer.start(folder.resolve("sending"), clamdSocket, """
                virus_scan.SendPercentData 5
                virus_scan.StartSendPercentDataAfter 1M
                virus_scan.Allow204Responces off
                """); Engine engine = engine(sending.service("virus_scan"), Method.RESPMOD, false)) {
            Answer answer = null;
            try {
                answer = ask(engine, known(8 << 20, 7 << 20));
            } catch (IOException e) {
                // as good
            }
            assertThat(answer).isNotEqualTo(new Answer.Clean());
            byte[] nothing = new byte[8 << 20];
            Arrays.fill(nothing, (byte) 'x');
            assertThat(ask(engine, nothing)).isEqualTo(new Answer.Clean());
        }
    }

    @Test
    void askShouldSayWhyWhenThereIsNoSuchService() {
        try (Engine engine = engine(server.service("missing"), Method.RESPMOD, true)) {
            assertThatThrownBy(() -> ask(engine, noise(10))).isInstanceOf(IOException.class).hasMessageContaining("404");
        }
    }

    @Test
    void askShouldAnswerManyAtOnce() throws Exception {
        Queue<Object> wrong = new ConcurrentLinkedQueue<>();
        try (Engine engine = engine(server.service("virus_scan"), Method.RESPMOD, true)) {
            List<Thread> load = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                boolean bad = i % 2 == 0;
                load.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int j = 0; j < 10; j++) {
                            Answer answer = ask(engine, bad ? known(50_000, 1000 * j) : "x".repeat(50_000).getBytes(StandardCharsets.US_ASCII));
                            if (bad != answer instanceof Answer.Harmful || !bad && !answer.equals(new Answer.Clean())) {
                                wrong.add(answer);
                            }
                        }
                    } catch (Exception e) {
                        wrong.add(e);
                    }
                }));
            }
            for (Thread thread : load) {
                thread.join();
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void askShouldFailAndRecoverWhenServerOrScannerDie() throws Exception {
        Path database = folder.resolve("clamd2");
        try (ClamdDaemon scanner = ClamdDaemon.start(database, Map.of(), "Lazaret.Test.Known", KNOWN);
                CIcapServer mortal = CIcapServer.start(folder.resolve("mortal"), ((Address.Unix) scanner.unix()).path(), "");
                Engine engine = engine(mortal.service("virus_scan"), Method.RESPMOD, true)) {
            assertThat(ask(engine, known(5000, 4000))).isInstanceOf(Answer.Harmful.class);
            assertThat(ask(engine, new byte[] {'x'})).isEqualTo(new Answer.Clean());

            mortal.kill();
            assertThatThrownBy(() -> ask(engine, known(5000, 4000))).isInstanceOf(IOException.class);
            mortal.start();
            assertThat(ask(engine, known(5000, 4000))).isInstanceOf(Answer.Harmful.class);

            scanner.kill();
            assertThatThrownBy(() -> ask(engine, known(5000, 4000))).isInstanceOf(IOException.class);
            scanner.start();
            assertThat(ask(engine, known(5000, 4000))).isInstanceOf(Answer.Harmful.class);
        }
    }
}
