package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script as a user starts it, on the jar that this build has packed. */
class BinScanIT {
    private static final Path SCRIPT = Path.of("../bin/scan").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private record Run(int status, String out, String err) {
    }

    @Test
    void scriptShouldScanAndPassTheExitStatusOn() throws Exception {
        Path file = Files.writeString(folder.resolve("a b.txt"),
            String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"));

        Run run = run(Map.of("LC_ALL", "C.UTF-8"), file.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).startsWith(file + ": malicious, score 10.0");
    }

    @Test
    void scriptShouldFindFilesOfAnyNameInAnyLocale() throws Exception {
        Path names = Files.createDirectory(folder.resolve("names"));
        // Through a shell, since the Java that runs the test may not be able to name it.
        start(Path.of("/bin/sh"), Map.of(), "-c", "echo text > \"" + names + "/$(printf '\\303\\244.txt')\"");

        Run inAscii = run(Map.of("LC_ALL", "C"), "-r", names.toString());
        Run inUnicode = run(Map.of("LC_ALL", "C.UTF-8"), "-r", names.toString());

        assertThat(inAscii.status()).isZero();
        assertThat(inAscii.out()).contains("\\u{00E4}.txt: clean");
        assertThat(inUnicode.out()).contains("ä.txt: clean");
    }

    @Test
    void scriptShouldWorkThroughALinkAndFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("scan"), SCRIPT);

        assertThat(start(link, Map.of(), "--version").out()).startsWith("scan (Lazaret)");
    }

    @Test
    void scriptShouldSayInOneSentenceThatThereIsNoJava() throws Exception {
        Run run = run(Map.of("JAVA_HOME", folder.toString(), "LAZARET_JAVA_VERSION", "99"), "--version");

        assertThat(run.status()).isEqualTo(69);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("Lazaret needs a Java 99 or newer").hasLineCount(1);
    }

    @Test
    void scriptShouldRefuseWrongOptions() throws Exception {
        assertThat(run(Map.of(), "--nonsense").status()).isEqualTo(64);
    }

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return start(SCRIPT, environment, arguments);
    }

    private Run start(Path script, Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("bin/scan does not end");
        }
        return new Run(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
