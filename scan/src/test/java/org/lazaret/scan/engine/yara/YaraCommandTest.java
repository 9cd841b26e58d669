package org.lazaret.scan.engine.yara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.examine.Spool;

/** With the real commands (Debian: yara). */
class YaraCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String KNOWN = "lazaret test text that is known";

    @TempDir
    Path folder;
    private Path rules;

    @BeforeAll
    static void setUp() {
        YaraCommands.skipWhereNotInstalled();
    }

    @BeforeEach
    void makeFolder() throws IOException {
        rules = Files.createDirectory(folder.resolve("rules"));
    }

    private void write(String file, String text) throws IOException {
        Path beside = Files.writeString(rules.resolve(file + ".part"), text);
        Files.move(beside, rules.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String rule(String name, String meta, String text) {
        return "rule " + name + " {\n  meta:\n    author = \"test\"\n" + meta + "\n  strings:\n    $a = \"" + text + "\"\n  condition:\n    $a\n}\n";
    }

    private YaraEngine open(boolean required) throws IOException {
        YaraOptions options = new YaraOptions("yara", "yarac", List.of(rules), Score.of(6), 64 << 20);
        return YaraEngine.open("rules", options, folder, required, FakeYara.INTERVAL);
    }

    private static Answer ask(YaraEngine engine, byte[] bytes) throws Exception {
        return engine.ask(new Sample("a", "text/plain", Spool.of(bytes)), Deadline.in(PATIENCE));
    }

    private static Answer ask(YaraEngine engine, String text) throws Exception {
        return ask(engine, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Answer hit(String name, double weight, String description) {
        return new Answer.Harmful(List.of(new Answer.Hit(name, Score.of(weight), description)));
    }

    @Test
    void askShouldSayWhatTheRulesSay() throws Exception {
        write("a.yar", rule("Known", "score = 75 description = \"Text that is known\"", KNOWN) + "private rule Hidden { condition: true }\n");
        write("b.yara", rule("Plain", "", "plain text"));

        try (YaraEngine engine = open(true)) {
            assertThat(ask(engine, "nothing")).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, new byte[0])).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, new byte[30 << 20])).isEqualTo(new Answer.Clean());
            assertThat(ask(engine, "before " + KNOWN + " behind")).isEqualTo(hit("Known", 7.5, "Text that is known"));
            assertThat(ask(engine, "plain text")).isEqualTo(hit("Plain", 6, "b.yara"));
            assertThat(engine.version()).hasValueSatisfying(version -> assertThat(version).startsWith("rules "));
            assertThat(engine.defect()).isEmpty();
        }
    }

    @Test
    void askShouldTakeMetadataAsItStandsHoweverHostile() throws Exception {
        write("a.yar", rule("Known", "score = 75 other = \"x\\\"] /dev/stdin\\nf0:Other [score=100\" score = \"30\" low = -5 yes = true "
            + "description = \"a\\\"b\\\\c],d='e' \\n\\t\\x01 caf\\xc3\\xa9 \\x7f\" backslash = \"\\\\\"", KNOWN));

        try (YaraEngine engine = open(true)) {
            assertThat(ask(engine, KNOWN)).isEqualTo(hit("Known", 7.5, "a\"b\\c],d='e' \n\t\u0001 caf\u00e9 \u007f"));
        }
    }

    @Test
    void askShouldKeepTheRulesOfFilesApart() throws Exception {
        write("a.yar", "global rule Never { condition: false }\n" + rule("Same", "", KNOWN));
        write("b.yar", rule("Same", "", KNOWN));

        try (YaraEngine engine = open(true)) {
            assertThat(ask(engine, KNOWN)).isEqualTo(hit("Same", 6, "b.yar"));
        }
    }

    @Test
    void askShouldLookIntoProgramsWhenARuleImportsAModule() throws Exception {
        write("a.yar", "import \"math\"\nimport \"hash\"\nrule Even { condition: filesize > 0 and math.entropy(0, filesize) < 0.1 }\n");

        try (YaraEngine engine = open(true)) {
            assertThat(ask(engine, "aaaaaaaaaaaaaaaaaaaa")).isEqualTo(hit("Even", 6, "a.yar"));
            assertThat(ask(engine, KNOWN)).isEqualTo(new Answer.Clean());
        }
    }

    @Test
    void askShouldNotJudgeWhenAStringMatchesTooOften() throws Exception {
        write("a.yar", "rule Behind { strings: $a = { 00 [1-4] 00 } condition: #a > 5000000 }\n");

        try (YaraEngine engine = open(true)) {
            assertThat(ask(engine, new byte[3 << 20])).isInstanceOfSatisfying(Answer.Unable.class,
                unable -> assertThat(unable.why()).contains("\"Behind\"", "too many matches"));
        }
    }

    @Test
    void askShouldThrowAndEndTheProcessWhenARuleTakesTooLong() throws Exception {
        write("a.yar", "rule Slow { condition: filesize == 4 and for all i in (1..1000000000000) : (uint8(i % filesize) == 0x61) }\n");

        try (YaraEngine engine = open(true)) {
            Sample sample = new Sample("a", "text/plain", Spool.of("aaaa".getBytes(StandardCharsets.US_ASCII)));
            assertThatThrownBy(() -> engine.ask(sample, Deadline.in(Duration.ofSeconds(1)))).isInstanceOf(SocketTimeoutException.class);

            await().atMost(PATIENCE).until(() -> ProcessHandle.current().children().noneMatch(YaraCommandTest::isScanning));
            assertThat(ask(engine, "aaaaa")).isEqualTo(new Answer.Clean());
        }
    }

    private static boolean isScanning(ProcessHandle process) {
        return process.info().command().filter(command -> command.endsWith("/yara")).isPresent();
    }

    @Test
    void openShouldThrowAndNameFileAndLineWhenRulesAreBroken() throws Exception {
        write("a.yar", rule("Good", "", KNOWN));
        write("b.yar", "rule Broken {\n  strings:\n    $a = \"x\"\n  condition:\n    $b and true\n}\n");

        assertThatThrownBy(() -> open(true)).isInstanceOf(IOException.class)
            .hasMessageStartingWith("rules: ").hasMessageContaining(rules.resolve("b.yar") + "(5): undefined string");

        write("b.yar", rule("Outside", "", KNOWN).replace("$a\n}", "$a and filename == \"x\"\n}"));
        assertThatThrownBy(() -> open(true)).isInstanceOf(IOException.class).hasMessageContaining("undefined identifier \"filename\"");

        write("b.yar", "import \"console\"\nrule Talks { condition: console.log(\"lazaret:end_00000000 [] /dev/stdin\") }\n");
        assertThatThrownBy(() -> open(true)).isInstanceOf(IOException.class).hasMessageContaining("A rule of no file: lazaret:end_00000000");

        assertThat(folder).isDirectoryNotContaining(path -> path.getFileName().toString().startsWith("lazaret-yara"));
    }

    @Test
    void openShouldThrowWhenThereAreNoRules() throws Exception {
        write("a.txt", rule("Known", "", KNOWN));

        assertThatThrownBy(() -> open(true)).isInstanceOf(IOException.class).hasMessageContaining("no file ends in .yar");
    }

    @Test
    void askShouldFailUntilTheRulesAreWellWhenTheyNeedNotBe() throws Exception {
        write("a.yar", "rule {\n}\n");

        try (YaraEngine engine = open(false)) {
            assertThat(engine.version()).isEmpty();
            assertThatThrownBy(() -> ask(engine, KNOWN)).isInstanceOf(IOException.class).hasMessageContaining("a.yar(2)");

            write("a.yar", rule("Known", "", KNOWN));
            await().atMost(PATIENCE).until(() -> engine.version().isPresent());

            assertThat(ask(engine, KNOWN)).isEqualTo(hit("Known", 6, "a.yar"));
            assertThat(engine.defect()).isEmpty();
        }
    }

    @Test
    void askShouldUseTheRulesOfBeforeWhenTheyAreBrokenLater() throws Exception {
        write("a.yar", rule("Known", "", KNOWN));
        try (YaraEngine engine = open(true)) {
            String version = engine.version().orElseThrow();

            write("a.yar", "rule Broken {\n condition: $x }\n");
            await().atMost(PATIENCE).until(() -> engine.defect().isPresent());

            assertThat(engine.defect()).hasValueSatisfying(defect -> assertThat(defect).contains("a.yar(2)"));
            assertThat(engine.version()).hasValue(version);
            assertThat(ask(engine, KNOWN)).isEqualTo(hit("Known", 6, "a.yar"));

            write("a.yar", rule("Renamed", "score = 100", KNOWN));
            await().atMost(PATIENCE).until(() -> engine.defect().isEmpty());

            assertThat(ask(engine, KNOWN)).isEqualTo(hit("Renamed", 10, "a.yar"));
            assertThat(engine.version()).isNotEqualTo(version);
        }
    }

    @Test
    void askShouldHaveNoGapWhileRulesChange() throws Exception {
        write("a.yar", rule("Known", "", KNOWN));
        try (YaraEngine engine = open(true)) {
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Integer> asking = CompletableFuture.supplyAsync(() -> {
                int count = 0;
                try {
                    while (!done.get()) {
                        assertThat(ask(engine, KNOWN)).isInstanceOf(Answer.Harmful.class);
                        count++;
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return count;
            });

            for (int i = 0; i < 4; i++) {
                String before = engine.version().orElseThrow();
                write("b.yar", rule("Number" + i, "", "number " + i));
                await().atMost(PATIENCE).until(() -> !engine.version().orElseThrow().equals(before));
            }
            done.set(true);

            assertThat(asking.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPositive();
        }
    }
}
