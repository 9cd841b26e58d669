package org.lazaret.it.kill;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lazaret.it.client.Await;
import org.lazaret.it.crash.CrashAgent;
import org.lazaret.it.crash.CrashPoint;
import org.lazaret.it.persistent.PersistentServer;

/** One life of the server. */
final class ServerProcess {
    private static final Duration START = Duration.ofSeconds(300);
    private static final int SIGKILL = 128 + 9;
    private static final String ARMED = "armed";

    /** Where the agent ends it. */
    record Trigger(CrashPoint point, int pass) {
        /** The option of a Java that is to end there once there is the file. */
        String agent(Path armed) {
            return "-javaagent:" + ServerProcess.agent() + "=" + point.name() + ":" + pass + ":" + armed;
        }

        @Override
        public String toString() {
            return point + " (" + point.words() + "), pass " + pass;
        }
    }

    private final Process process;
    private final Path folder;

    private ServerProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /**
     * @param ahead how far its clock goes ahead of this machine's
     * @throws IOException when it cannot be started
     */
    static ServerProcess launch(Path folder, Duration ahead, Optional<Trigger> trigger) throws IOException {
        Files.deleteIfExists(folder.resolve(PersistentServer.PORTS));
        Files.deleteIfExists(folder.resolve(ARMED));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=" + System.getProperty("lazaret.root") + "/conf/logback.xml",
            "-Dlazaret.log.directory=" + folder.resolve("log"), "-Dlazaret.log.console=ERROR",
            "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
            "-D" + PersistentServer.AHEAD + "=" + ahead));
        // What the first life has loaded is loaded by the others in half the time. With an agent nothing can be archived.
        Path classes = folder.resolve("classes.jsa");
        if (Files.exists(classes)) {
            command.add("-XX:SharedArchiveFile=" + classes);
        } else if (trigger.isEmpty()) {
            command.add("-XX:ArchiveClassesAtExit=" + classes);
        }
        trigger.ifPresent(crash -> command.add(crash.agent(folder.resolve(ARMED))));
        command.addAll(List.of("-cp", jars(), PersistentServer.class.getName(), folder.toString()));
        Process process = new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "console.log")))
            .start();
        // Should this process end before, so does the server.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ServerProcess(process, folder);
    }

    /** The class path without the folders of tests. */
    private static String jars() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).filter(path -> path.endsWith(".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    }

    /** The jar that this class is in: its manifest names the agent. */
    private static Path agent() {
        try {
            return Path.of(CrashAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Waits until it takes mail.
     *
     * @return whether it does; false when the agent ended it before
     */
    boolean awaitReady() throws IOException {
        Instant end = Instant.now().plus(START);
        while (!Files.exists(folder.resolve(PersistentServer.PORTS))) {
            if (!process.isAlive()) {
                checkKilled();
                return false;
            }
            if (Instant.now().isAfter(end)) {
                kill();
                throw new IOException("The server did not start in " + START.toSeconds() + " s; see " + folder.resolve("log"));
            }
            Await.pause();
        }
        return true;
    }

    /** From now on the trigger counts. */
    void arm() throws IOException {
        Files.createFile(folder.resolve(ARMED));
    }

    /** @return whether it ended in that time */
    boolean awaitEnd(Duration time) throws IOException {
        try {
            boolean ended = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
            if (ended) {
                checkKilled();
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** SIGKILL. */
    void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(30));
    }

    /** Lets it end by itself. */
    void stop() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("The server does not stop; see " + folder.resolve("log"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private void checkKilled() throws IOException {
        if (process.exitValue() != SIGKILL) {
            throw new IOException("The server ended by itself, with " + process.exitValue() + "; see " + folder.resolve("console.log"));
        }
    }
}
