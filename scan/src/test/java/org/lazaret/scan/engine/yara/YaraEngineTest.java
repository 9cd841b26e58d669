package org.lazaret.scan.engine.yara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineContract;
import org.lazaret.scan.engine.EngineError;
import org.lazaret.scan.engine.Peer;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.examine.Spool;

/** With commands that misbehave; {@link YaraCommandTest} runs the real ones. The contract's server is what the command says its words after. */
class YaraEngineTest implements EngineContract {
    /** Hands the sample to the server, and says what that answers. */
    private static final String RELAY = """
        exec 3<> /dev/tcp/%s/%d || exit 1
        printf '%%s %%s\\n' "$rule" "$(stat -L -c %%s /dev/stdin)" >&3
        cat >&3 || exit 1
        exec cat <&3
        """;

    @TempDir
    Path folder;

    /** A line with the name of the last rule and the length of the sample, the sample; then what the command is to say. */
    private static final class YaraPeer implements Peer {
        @Override
        public void serve(InputStream in, OutputStream out, Reply reply) throws IOException {
            DataInputStream data = new DataInputStream(in);
            StringBuilder line = new StringBuilder();
            for (int b = data.readUnsignedByte(); b != '\n'; b = data.readUnsignedByte()) {
                line.append((char) b);
            }
            String[] words = line.toString().split(" ");
            data.skipNBytes(Long.parseLong(words[1]));
            String found = reply.opinion() == Opinion.CLEAN ? "" : "f0:A [] /dev/stdin\n";
            reply.send((found + "lazaret:" + words[0] + " [] /dev/stdin\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public Engine engine(InetSocketAddress server, long maxSize) {
        return engine(RELAY.formatted(server.getAddress().getHostAddress(), server.getPort()), maxSize);
    }

    @Override
    public Peer peer() {
        return new YaraPeer();
    }

    private YaraEngine engine(String script, long maxSize) {
        try {
            return FakeYara.engine(folder, script, maxSize);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sample sample(String text) {
        return new Sample("../../secret name; reboot.exe", "text/plain", Spool.of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private Answer answer(String script) throws Exception {
        try (YaraEngine engine = engine(script, MAX_SIZE)) {
            return engine.ask(sample("bytes"), Deadline.in(PATIENCE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "exit 0\n",
        "echo; exit 0\n",
        FakeYara.END + "exit 1\n",
        FakeYara.END + "exit 255\n",
        FakeYara.END + "kill -KILL $$\n",
        FakeYara.END + "kill -SEGV $$\n",
        FakeYara.END + "echo 'what is this' >&2\n",
        FakeYara.END + "echo 'warning: a' >&2; echo 'error: b' >&2\n",
        FakeYara.END + FakeYara.END,
        FakeYara.END + "echo 'f0:A [] /dev/stdin'\n",
        FakeYara.END + "echo\n",
        "echo 'lazaret:end_00000000 [] /dev/stdin'\n",
        "echo \"f0:$rule [] /dev/stdin\"\n",
        "echo \"lazaret:$rule [] /tmp/other\"\n",
        "echo 'f1:A [] /dev/stdin'\n" + FakeYara.END,
        "echo 'f0:A [] /dev/stdin'; echo 'f0:B [\"'\n" + FakeYara.END,
        "echo 'something that a rule logs'\n" + FakeYara.END,
        "yes >&2\n",
        "yes 'f0:A [] /dev/stdin'\n",
        "head -c 3000000 /dev/zero | tr '\\0' a; echo\n" + FakeYara.END})
    void askShouldThrowWhenTheCommandDoesAnythingElse(String script) {
        assertThatThrownBy(() -> answer(script)).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void askShouldTellSamplesThatCannotBeJudgedFromACommandThatCannotJudge() {
        assertThatThrownBy(() -> answer("echo 'error scanning /dev/stdin: rule \"A\" caused not enough memory' >&2; exit 1\n"))
            .isInstanceOf(EngineError.class).hasMessageContaining("not enough memory");
        assertThatThrownBy(() -> answer("echo 'error scanning /dev/stdin: scanning timed out' >&2; exit 1\n"))
            .isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> answer("echo 'rules were compiled with a different version of YARA' >&2; exit 1\n"))
            .isInstanceOf(IOException.class).isNotInstanceOf(EngineError.class).hasMessageContaining("different version");
    }

    @Test
    void askShouldNotJudgeWhenResultsMayBeIncorrectAndNothingIsFound() throws Exception {
        String warning = "echo 'warning: rule \"A\": too many matches for $a, results for this rule may be incorrect' >&2\n";

        assertThat(answer(warning + FakeYara.END)).isInstanceOfSatisfying(Answer.Unable.class,
            unable -> assertThat(unable.why()).contains("too many matches"));
        assertThat(answer(warning + "echo 'f0:A [] /dev/stdin'\n" + FakeYara.END)).isInstanceOf(Answer.Harmful.class);
    }

    @Test
    void askShouldWeighByScoreAndExplainByDescription() throws Exception {
        Answer answer = answer("""
            echo 'f0:Low [score=5,description="a \\"low\\" one"] /dev/stdin'
            echo 'f0:High [score =40,score="85",description=""] /dev/stdin'
            echo 'f0:Beyond [score=101] /dev/stdin'
            echo 'f0:Text [score="high"] /dev/stdin'
            echo 'f0:Nothing [score=0] /dev/stdin'
            echo 'f0:Below [score=-1] /dev/stdin'
            """ + FakeYara.END);

        assertThat(answer).isEqualTo(new Answer.Harmful(List.of(
            new Answer.Hit("Beyond", Score.WORST, "a.yar"),
            new Answer.Hit("Text", Score.WORST, "a.yar"),
            new Answer.Hit("Below", Score.WORST, "a.yar"),
            new Answer.Hit("High", Score.of(8.5), "a.yar"),
            new Answer.Hit("Low", Score.of(0.5), "a \"low\" one"),
            new Answer.Hit("Nothing", Score.NONE, "a.yar"))));
    }

    @Test
    void askShouldShowNothingOfTheMailToOthers() throws Exception {
        String script = """
            printf '%s\\n' "$@" > "$here/arguments"
            env > "$here/environment"
            stat -L -c '%a %s' /dev/stdin > "$here/mode"
            """ + FakeYara.END;
        try (YaraEngine engine = engine(script, MAX_SIZE)) {
            assertThat(engine.ask(sample("bytes"), Deadline.in(Duration.ofSeconds(90)))).isEqualTo(new Answer.Clean());

            assertThat(Files.readAllLines(written("arguments"))).hasSize(7).startsWith("-C", "-e", "-m", "-a").endsWith("/dev/stdin");
            assertThat(Files.readAllLines(written("arguments")).get(4)).isIn("89", "90", "88", "87", "86");
            assertThat(Files.readString(written("arguments"))).doesNotContain("secret");
            assertThat(Files.readAllLines(written("environment"))).allMatch(line -> line.matches("(PATH|LC_ALL|PWD|SHLVL|OLDPWD|_)=.*"));
            assertThat(Files.readString(written("mode"))).isEqualTo("600 5\n");
            assertThat(samples()).isEmpty();
        }
    }

    @Test
    void askShouldLeaveNoSampleAndNoProcessWhenTheCommandHangs() throws Exception {
        try (YaraEngine engine = engine("echo $$ > \"$here/pid\"\nsleep 600 & echo $! >> \"$here/pid\"\nwait\n", MAX_SIZE)) {
            assertThatThrownBy(() -> engine.ask(sample("bytes"), Deadline.in(Duration.ofSeconds(2)))).isInstanceOf(SocketTimeoutException.class);

            assertThat(samples()).isEmpty();
            for (String pid : Files.readAllLines(written("pid"))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(left -> assertThat(left.onExit()).succeedsWithin(PATIENCE));
            }
        }
        assertThat(all(path -> path.getFileName().toString().startsWith("lazaret-yara"))).as("the engine's folder, closed").isEmpty();
    }

    @Test
    void openShouldThrowAndNameTheEngineWhenACommandIsMissing() {
        YaraOptions options = new YaraOptions("no-such-command", "yarac", List.of(folder), Score.WORST, MAX_SIZE);

        assertThatThrownBy(() -> YaraEngine.open("rules", options, folder, false, FakeYara.INTERVAL))
            .isInstanceOf(IOException.class).hasMessageStartingWith("rules: There is no command no-such-command");
    }

    private Path written(String name) throws IOException {
        return all(path -> path.endsWith(name)).getFirst();
    }

    private List<Path> samples() throws IOException {
        return all(path -> path.getFileName().toString().startsWith("sample"));
    }

    private List<Path> all(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(wanted).toList();
        }
    }
}
