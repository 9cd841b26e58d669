package org.lazaret.scan.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.examine.Spool;

/** Against the real daemon. */
class ClamdDaemonTest {
    private static final String KNOWN = "lazaret test text that is known";
    private static final String NEW = "lazaret test text that will be known";
    private static final int STREAM_MAX_LENGTH = 1 << 20;
    private static final long MAX_SIZE = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;
    private ClamdDaemon daemon;
    private ClamdEngine engine;

    @BeforeEach
    void start() throws IOException {
        daemon = ClamdDaemon.start(folder, Map.of("StreamMaxLength", Integer.toString(STREAM_MAX_LENGTH), "MaxFileSize", "500K"),
                "Lazaret.Test.Known", KNOWN);
        engine = engine(daemon.tcp());
    }

    @AfterEach
    void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static ClamdEngine engine(Address address) {
        return new ClamdEngine("clamd", address, Score.WORST, MAX_SIZE);
    }

    private static Answer ask(Engine engine, byte[] bytes) throws Exception {
        return engine.ask(new Sample("a.txt", "text/plain", Spool.of(bytes)), Deadline.in(PATIENCE));
    }

    private static Answer ask(Engine engine, String text) throws Exception {
        return ask(engine, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String signature(Answer answer) {
        return answer instanceof Answer.Harmful harmful ? harmful.hits().getFirst().signature() : answer.toString();
    }

    @Test
    void askShouldFindTheSignatureWhenAskedOverTcpOrSocket() throws Exception {
        for (Address address : List.of(daemon.tcp(), daemon.unix())) {
            Engine over = engine(address);

            assertThat(ask(over, "nothing of interest")).isEqualTo(new Answer.Clean());
            assertThat(ask(over, "")).isEqualTo(new Answer.Clean());
            Answer found = ask(over, "here is " + KNOWN);
            assertThat(signature(found)).isEqualTo("Lazaret.Test.Known.UNOFFICIAL");
            assertThat(((Answer.Harmful) found).hits().getFirst().description()).startsWith("ClamAV ");
        }
    }

    @Test
    void askShouldNotJudgeWhenTheSampleIsLargerThanTheDaemonTakes() throws Exception {
        assertThat(ask(engine, new byte[STREAM_MAX_LENGTH])).as("above MaxFileSize").isInstanceOf(Answer.Unable.class);
        assertThat(ask(engine, new byte[STREAM_MAX_LENGTH + 1])).isEqualTo(new Answer.Unable("larger than StreamMaxLength of the daemon"));
        // The daemon may have reset the connection before its words were read.
        for (int i = 0; i < 5; i++) {
            Answer answer = null;
            try {
                answer = ask(engine, new byte[40 * STREAM_MAX_LENGTH]);
            } catch (IOException e) {
                // a failure is as good
            }
            assertThat(answer).isNotEqualTo(new Answer.Clean());
        }
    }

    @Test
    void askShouldNotJudgeWhenTheArchiveIsEncrypted() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, "secret".toCharArray())) {
            ZipParameters parameters = new ZipParameters();
            parameters.setEncryptFiles(true);
            parameters.setEncryptionMethod(EncryptionMethod.ZIP_STANDARD);
            parameters.setFileNameInZip("a.txt");
            zip.putNextEntry(parameters);
            zip.write(KNOWN.getBytes(StandardCharsets.US_ASCII));
            zip.closeEntry();
        }

        assertThat(ask(engine, bytes.toByteArray())).isEqualTo(new Answer.Unable("Heuristics.Encrypted.Zip"));
    }

    @Test
    void askShouldHaveNoGapWhenSignaturesAreReloaded() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        Queue<Object> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            load.add(Thread.ofVirtual().start(() -> {
                boolean newKnown = false;
                try {
                    while (!ended.get()) {
                        String known = signature(ask(engine, KNOWN));
                        if (!known.equals("Lazaret.Test.Known.UNOFFICIAL")) {
                            wrong.add(known);
                        }
                        boolean found = signature(ask(engine, NEW)).equals("Lazaret.Test.New.UNOFFICIAL");
                        if (newKnown && !found) {
                            wrong.add("forgotten");
                        }
                        newKnown = found;
                        asked.incrementAndGet();
                    }
                } catch (Exception e) {
                    wrong.add(e);
                }
            }));
        }
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> asked.get() > 20);
            daemon.addSignature("Lazaret.Test.New", NEW);
            daemon.reload();

            Awaitility.await().atMost(PATIENCE).until(() -> ask(engine, NEW) instanceof Answer.Harmful);
            int then = asked.get();
            Awaitility.await().atMost(PATIENCE).until(() -> asked.get() > then + 20 || !wrong.isEmpty());
        } finally {
            ended.set(true);
            for (Thread thread : load) {
                thread.join();
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void askShouldFailAndRecoverWhenTheDaemonDiesUnderLoad() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger found = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Queue<Object> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            load.add(Thread.ofVirtual().start(() -> {
                while (!ended.get()) {
                    try {
                        Answer answer = ask(engine, KNOWN + " ".repeat(100_000));
                        if (answer instanceof Answer.Harmful) {
                            found.incrementAndGet();
                        } else {
                            wrong.add(answer);
                        }
                    } catch (IOException e) {
                        failed.incrementAndGet();
                    } catch (Exception e) {
                        wrong.add(e);
                    }
                }
            }));
        }
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> found.get() > 20);
            daemon.kill();
            assertThatThrownBy(() -> ask(engine, KNOWN)).isInstanceOf(IOException.class);
            Awaitility.await().atMost(PATIENCE).until(() -> failed.get() > 6);

            daemon.start();

            int then = found.get();
            Awaitility.await().atMost(PATIENCE).until(() -> found.get() > then + 20);
        } finally {
            ended.set(true);
            for (Thread thread : load) {
                thread.join();
            }
        }

        assertThat(wrong).isEmpty();
    }
}
