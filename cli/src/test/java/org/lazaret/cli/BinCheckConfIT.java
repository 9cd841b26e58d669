package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script as an operator starts it; what it finds is {@link org.lazaret.cli.conf.ConfCheck}'s matter. */
class BinCheckConfIT {
    private static final Path SCRIPT = Path.of("../bin/check-conf").toAbsolutePath().normalize();
    private static final Path CONF = Path.of("../conf").toAbsolutePath().normalize();

    @TempDir
    private Path server;

    private record Run(int status, String out, String err) {
    }

    @BeforeEach
    void copyConf() throws IOException {
        Files.createDirectory(server.resolve("conf"));
        try (Stream<Path> files = Files.list(CONF)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, server.resolve("conf").resolve(file.getFileName()));
            }
        }
    }

    @Test
    void scriptShouldPassWhatIsRight() throws Exception {
        Run run = run("conf");

        assertThat(run.status()).isZero();
        assertThat(run.out()).endsWith("0 faults, 1 hint\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void scriptShouldNameEachFaultWithItsPlace() throws Exception {
        Path settings = server.resolve("conf/lazaret.properties");
        Files.writeString(settings, "quarantine.generate-keys = true\nretention = 30\nquota = lots\n");

        Run run = run();

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith("conf/lazaret.properties:2: retention = 30: allowed is a number above 0 with a unit")
            .contains("\nconf/lazaret.properties:3: quota = lots: ").endsWith("2 faults, 1 hint\n");
    }

    @Test
    void scriptShouldSayHowItIsUsed() throws Exception {
        assertThat(run("--help").status()).isZero();
        assertThat(run("--nonsense").status()).isEqualTo(2);
        assertThat(run("none")).isEqualTo(new Run(2, "", "check-conf: none is no folder\nTry 'check-conf --help'.\n"));
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Path out = server.resolve("out");
        Path err = server.resolve("err");
        Process process = new ProcessBuilder(command).directory(server.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("bin/check-conf does not end");
        }
        return new Run(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
