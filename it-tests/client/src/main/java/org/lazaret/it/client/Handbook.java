package org.lazaret.it.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shell commands of the pages in {@code docs}, run as they stand there but for what a test has to put in place of ports and the like. */
public final class Handbook {
    private static final long MINUTES = 2;

    private final Path docs;
    private final Path workingDirectory;
    private final Map<String, String> insteadOf;

    /** @param insteadOf what stands there, and what is taken for it */
    public Handbook(Path root, Path workingDirectory, Map<String, String> insteadOf) {
        this.docs = root.resolve("docs");
        this.workingDirectory = workingDirectory;
        this.insteadOf = insteadOf;
    }

    /** The blocks of a page that are to be run, in their order. */
    public List<String> blocks(String page) throws IOException {
        return Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```").matcher(Files.readString(docs.resolve(page))).results()
            .map(block -> block.group(1).stripIndent()).toList();
    }

    /**
     * Runs one block, which ends at its first command that fails.
     *
     * @return what it printed
     * @throws IOException when it failed, with what it printed
     */
    public String run(String block) throws IOException {
        String commands = block;
        for (Map.Entry<String, String> replaced : insteadOf.entrySet()) {
            commands = commands.replace(replaced.getKey(), replaced.getValue());
        }
        Path printed = Files.createTempFile(workingDirectory, "printed", ".txt");
        try {
            Process process = new ProcessBuilder("sh", "-e", "-c", commands).directory(workingDirectory.toFile()).redirectErrorStream(true)
                .redirectOutput(printed.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("Does not end: " + commands);
            }
            String text = Files.readString(printed);
            if (process.exitValue() != 0) {
                throw new IOException("Ended with " + process.exitValue() + ": " + commands + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(printed);
        }
    }

    /** Whether a command is on the path. */
    public static boolean has(String command) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, command)));
    }

    /**
     * Makes the configuration of a James without Lazaret. Its files end as James' samples do: in a comment with a key, and without a line's end.
     *
     * @return the folder
     */
    public static Path plainConfiguration(Path root, Path conf) throws IOException {
        Files.createDirectories(conf);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(root.resolve("conf"))) {
            all.filter(Files::isRegularFile).filter(file -> !file.endsWith("lazaret.properties")).forEach(files::add);
        }
        for (Path file : files) {
            Files.copy(file, conf.resolve(file.getFileName()));
        }
        Path domains = conf.resolve("domainlist.xml");
        Files.writeString(domains, Files.readString(domains).replaceFirst("<defaultDomain>.*<", "<defaultDomain>localhost<"));
        Files.writeString(conf.resolve("extensions.properties"), "# Extensions.\n#guice.extension.module=");
        Files.writeString(conf.resolve("healthcheck.properties"), "# healthcheck.period=60s\n# additional.healthchecks=");
        Files.writeString(conf.resolve("webadmin.properties"), "enabled=true\nport=8000\nhost=localhost\n#extensions.routes=");
        Path mailets = conf.resolve("mailetcontainer.xml");
        String plain = Files.readString(mailets)
            .replaceFirst("(?s)<!-- Lazaret: before.*<!-- Lazaret ends here. -->", "")
            .replaceFirst("(?s)<!-- Mail that Lazaret could not.*?</processor>", "");
        if (plain.toLowerCase(Locale.ROOT).replaceFirst("<!-- the way of a mail.*?-->", "").contains("lazaret")) {
            throw new IOException(mailets + " has more of Lazaret than is known here");
        }
        Files.writeString(mailets, plain);
        return conf;
    }
}
