package org.lazaret.scan.engine.hashlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.examine.Spool;
import org.slf4j.LoggerFactory;

class HashListEngineTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;
    @TempDir
    Path temporary;
    private Path list;

    @BeforeEach
    void setUp() {
        list = folder.resolve("list.txt");
    }

    private static String hash(String text) {
        return Spool.of(text.getBytes(StandardCharsets.UTF_8)).sha256();
    }

    private HashListEngine open(boolean required, Path... files) throws IOException {
        return HashListEngine.open("known", List.of(files), Score.of(9), temporary, required, INTERVAL);
    }

    private static List<Answer.Hit> hits(HashListEngine engine, String text) throws IOException {
        return switch (engine.look(hash(text))) {
            case Answer.Harmful harmful -> harmful.hits();
            case Answer.Clean clean -> List.of();
            case Answer.Unable unable -> throw new AssertionError(unable);
        };
    }

    /** As an updater should: a whole file renamed into its place. */
    private void replace(String text) throws IOException {
        Path next = folder.resolve("list.txt.part");
        Files.writeString(next, text);
        Files.move(next, list, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void lookShouldFindPlainHashesWhenTheyAreListed() throws Exception {
        Files.writeString(list, "\uFEFF# known\n\n" + hash("a") + "\r\n" + hash("b").toUpperCase() + "\n" + hash("c") + "  *c.exe\n" + hash("d"));

        try (HashListEngine engine = open(true, list)) {
            assertThat(hits(engine, "a")).containsExactly(new Answer.Hit("listed", Score.of(9), "list.txt"));
            assertThat(hits(engine, "b")).hasSize(1);
            assertThat(hits(engine, "c")).extracting(Answer.Hit::signature).containsExactly("c.exe");
            assertThat(hits(engine, "d")).hasSize(1);
            assertThat(hits(engine, "e")).isEmpty();
            assertThat(engine.version()).hasValueSatisfying(version -> assertThat(version).startsWith("4 hashes of "));
        }
    }

    @Test
    void askShouldLookAtTheHashOfTheSample() throws Exception {
        Files.writeString(list, hash("a"));

        try (HashListEngine engine = open(true, list)) {
            Sample sample = new Sample("x", "text/plain", Spool.of("a".getBytes(StandardCharsets.UTF_8)));
            assertThat(engine.ask(sample, Deadline.in(PATIENCE))).isInstanceOf(Answer.Harmful.class);
        }
    }

    @Test
    void lookShouldReadWhatTrackersPublish() throws Exception {
        Path bazaar = folder.resolve("full.csv");
        Files.writeString(bazaar, """
            ################################################################
            # MalwareBazaar full malware samples dump (CSV)                #
            ################################################################
            #
            # "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name","file_type_guess","mime_type","signature","clamav"
            "2026-11-20 10:00:00", "%s", "900150983cd24fb0d6963f7d28e17f72", "a9993e36", "someone", "a, ""b"".exe", "exe", "x/y", "AgentTesla", "n/a"
            "2026-11-20 10:00:01", "%s", "900150983cd24fb0d6963f7d28e17f72", "a9993e36", "someone", "b.exe", "exe", "x/y", "n/a", "n/a"
            # Number of entries: 2
            """.formatted(hash("a"), hash("b")));
        Path payloads = folder.resolve("payload.csv");
        Files.writeString(payloads,
            "# firstseen,url,filetype,md5,sha256,signature\n2026-11-20,http://x.example/,exe,9001,%s,Mozi\n".formatted(hash("c")));
        Path headed = folder.resolve("headed.csv");
        Files.writeString(headed,
            "other_sha256_of_parent;SHA256;family\n%s;%s;Emotet\n".formatted(hash("parent"), hash("d")));

        try (HashListEngine engine = open(true, bazaar, payloads, headed)) {
            assertThat(hits(engine, "a")).containsExactly(new Answer.Hit("AgentTesla", Score.of(9), "full.csv"));
            assertThat(hits(engine, "b")).containsExactly(new Answer.Hit("listed", Score.of(9), "full.csv"));
            assertThat(hits(engine, "c")).containsExactly(new Answer.Hit("Mozi", Score.of(9), "payload.csv"));
            assertThat(hits(engine, "d")).containsExactly(new Answer.Hit("Emotet", Score.of(9), "headed.csv"));
            assertThat(hits(engine, "parent")).as("in another column").isEmpty();
        }
    }

    @Test
    void lookShouldUseTheRestWhenLinesAreBroken() throws Exception {
        Files.writeString(list, "not a hash\n" + hash("a").substring(1) + "\n" + hash("a") + "\n" + hash("x") + "0\n" + "y".repeat(20_000) + "\n"
            + hash("b") + "\n\0\u0001\n");

        try (HashListEngine engine = open(true, list)) {
            assertThat(hits(engine, "a")).hasSize(1);
            assertThat(hits(engine, "b")).hasSize(1);
            assertThat(engine.version()).hasValueSatisfying(version -> assertThat(version).startsWith("2 hashes"));
            assertThat(engine.defect()).isEmpty();
        }
    }

    @Test
    void openShouldNameFileAndLineInTheLogWhenLinesAreBroken() throws Exception {
        Files.writeString(list, hash("a") + "\nnot a hash\n\n" + hash("b") + "\n" + "y".repeat(20_000) + "\n");
        Path other = Files.writeString(folder.resolve("other.txt"), hash("c") + "\n" + "broken\n".repeat(30));

        List<String> logged = warnings(() -> open(true, list, other).close());

        assertThat(logged).startsWith(list + " line 2: no SHA-256", list + " line 5: longer than 16384 bytes", other + " line 2: no SHA-256")
            .hasSize(2 + 20 + 1)
            .endsWith(other + " line 21: no SHA-256", other + ": 30 lines are broken, the first 20 are named above; 1 hashes are used");
    }

    private interface Step {
        void run() throws Exception;
    }

    private static List<String> warnings(Step step) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(ListReader.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            step.run();
        } finally {
            logger.detachAppender(log);
        }
        return log.list.stream().filter(event -> event.getLevel().equals(Level.WARN)).map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void openShouldThrowWhenARequiredListIsMissingOrNone() throws Exception {
        assertThatThrownBy(() -> open(true, list)).isInstanceOf(IOException.class)
            .hasMessageContaining("list.txt").hasMessageContaining("no such file");

        Files.writeString(list, "<html>\n<body>Too many requests</body>\n</html>\n");
        assertThatThrownBy(() -> open(true, list)).isInstanceOf(IOException.class).hasMessageContaining("no SHA-256");
    }

    @Test
    void lookShouldFailUntilTheListIsThereWhenItIsOptional() throws Exception {
        try (HashListEngine engine = open(false, list)) {
            assertThatThrownBy(() -> engine.look(hash("a"))).isInstanceOf(IOException.class).hasMessageContaining("no such file");
            assertThat(engine.version()).isEmpty();
            assertThat(engine.defect()).isPresent();

            replace(hash("a"));

            Awaitility.await().atMost(PATIENCE).until(() -> engine.defect().isEmpty());
            assertThat(hits(engine, "a")).hasSize(1);
        }
    }

    @Test
    void lookShouldUseTheNewListWhenTheFileChanged() throws Exception {
        replace(hash("a"));
        try (HashListEngine engine = open(true, list)) {
            replace(hash("b") + "\n" + hash("c"));

            Awaitility.await().atMost(PATIENCE).until(() -> !hits(engine, "b").isEmpty());
            assertThat(hits(engine, "a")).isEmpty();
        }
    }

    @Test
    void lookShouldKeepTheLastGoodListWhenTheFileIsGoneOrNone() throws Exception {
        replace(hash("a"));
        try (HashListEngine engine = open(true, list)) {
            Files.delete(list);
            Awaitility.await().atMost(PATIENCE).until(() -> engine.defect().isPresent());
            assertThat(hits(engine, "a")).hasSize(1);

            replace("<html>");
            Awaitility.await().atMost(PATIENCE).until(() -> engine.defect().orElse("").contains("no SHA-256"));
            assertThat(hits(engine, "a")).hasSize(1);

            replace(hash("b"));
            Awaitility.await().atMost(PATIENCE).until(() -> engine.defect().isEmpty());
            assertThat(hits(engine, "a")).isEmpty();
            assertThat(hits(engine, "b")).hasSize(1);
        }
    }

    @Test
    void lookShouldNeverSeeHalfAListWhenItIsReplacedUnderLoad() throws Exception {
        replace(hash("always") + "\n" + hash("0"));
        try (HashListEngine engine = open(true, list)) {
            AtomicBoolean ended = new AtomicBoolean();
            AtomicInteger looks = new AtomicInteger();
            Queue<Object> wrong = new ConcurrentLinkedQueue<>();
            Thread load = Thread.ofPlatform().start(() -> {
                try {
                    while (!ended.get()) {
                        if (hits(engine, "always").isEmpty()) {
                            wrong.add("missed");
                        }
                        looks.incrementAndGet();
                    }
                } catch (IOException e) {
                    wrong.add(e);
                }
            });
            for (int i = 1; i <= 5; i++) {
                String fresh = Integer.toString(i);
                replace(hash(fresh) + "\n" + hash("always") + "\n" + "\n".repeat(i));
                Awaitility.await().atMost(PATIENCE).until(() -> !hits(engine, fresh).isEmpty());
            }
            ended.set(true);
            load.join();

            assertThat(wrong).isEmpty();
            assertThat(looks.get()).isPositive();
        }
    }

    @Test
    void lookShouldReadEachFileOfAFolder() throws Exception {
        Path lists = Files.createDirectory(folder.resolve("lists"));
        Files.writeString(lists.resolve("one"), hash("a"));
        Files.writeString(lists.resolve("two.csv"), hash("b"));
        Files.writeString(lists.resolve("three.part"), hash("c"));
        Files.writeString(lists.resolve(".four"), hash("d"));

        try (HashListEngine engine = open(true, lists)) {
            assertThat(hits(engine, "a")).hasSize(1);
            assertThat(hits(engine, "b")).hasSize(1);
            assertThat(hits(engine, "c")).isEmpty();
            assertThat(hits(engine, "d")).isEmpty();

            Files.writeString(lists.resolve("five"), hash("e"));
            Awaitility.await().atMost(PATIENCE).until(() -> !hits(engine, "e").isEmpty());
        }
    }

    @Test
    void openShouldLeaveNoFilesBehind() throws Exception {
        Files.writeString(list, hash("a"));
        open(true, list).close();

        assertThat(temporary).isEmptyDirectory();
    }
}
