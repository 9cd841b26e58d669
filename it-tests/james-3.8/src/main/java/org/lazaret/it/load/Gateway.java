package org.lazaret.it.load;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lazaret.it.JamesServer;
import org.lazaret.it.WorkingDirectory;
import org.lazaret.it.client.Await;

/** A James 3.8 as a gateway to the sink, in a process of its own, with or without Lazaret. */
public final class Gateway implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration END = Duration.ofSeconds(30);
    /** What stands for Lazaret's block in {@code conf/mailetcontainer.xml}. */
    private static final Pattern BLOCK = Pattern.compile("(?s)<!-- Lazaret: before.*Lazaret ends here\\. -->");
    private static final Pattern DELIVERY = Pattern.compile("(?s)<mailet match=\"RecipientIsLocal\".*?</mailet>");

    /**
     * What looks at the mail on its way.
     *
     * @param block     mailets in place of Lazaret's; empty for Lazaret's
     * @param extension the jar in {@code extensions-jars}
     * @param settings  lines of {@code lazaret.properties}
     */
    public record Filter(String name, Optional<String> block, Optional<Path> extension, Map<String, String> settings) {
        /** James alone. */
        public static Filter none() {
            return new Filter("James alone", Optional.of(""), Optional.empty(), Map.of());
        }

        public static Filter lazaret(String name, Path root, Map<String, String> settings) {
            return new Filter(name, Optional.empty(), Optional.of(root.resolve("extension/target/lazaret-james-3.8.jar")), settings);
        }

        /** James' own mailet, from its module apache-james-clamav; it marks what it finds, and everything is delivered. */
        public static Filter clamAvScan(Path jar, int port) {
            return new Filter("James' ClamAVScan", Optional.of("""
                <mailet match="All" class="org.apache.james.clamav.ClamAVScan">
                    <host>127.0.0.1</host>
                    <port>%d</port>
                </mailet>
                """.formatted(port)), Optional.of(jar), Map.of());
        }
    }

    private final Process process;
    private final BufferedWriter input;
    private final BufferedReader output;
    private final String name;
    private final int smtp;
    private final int webadmin;
    private final int portal;

    private Gateway(Process process, String name, int smtp, int webadmin, int portal) {
        this.process = process;
        this.name = name;
        this.input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.smtp = smtp;
        this.webadmin = webadmin;
        this.portal = portal;
    }

    /**
     * @param folder  its working directory, which is made
     * @param heap    such as {@code 1g}
     * @param options further options of Java
     */
    public static Gateway start(Path root, Path folder, Filter filter, int sink, String heap, List<String> options) throws IOException {
        Path jar = filter.extension().orElse(root.resolve("extension/target/lazaret-james-3.8.jar"));
        int portal = WorkingDirectory.prepare(folder, root.resolve("conf"), jar, JamesServer.Ports.ANY, filter.settings()).portal();
        if (filter.extension().isEmpty()) {
            Files.delete(folder.resolve("extensions-jars").resolve(jar.getFileName()));
        }
        configure(folder.resolve("conf"), filter, sink);
        Files.deleteIfExists(folder.resolve(LoadServer.PORTS));

        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap, "-Xms" + heap, "-XX:+UseG1GC", "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=" + root.resolve("conf/logback.xml"),
            "-Dlazaret.log.directory=" + folder.resolve("log"), "-Dlazaret.log.console=OFF",
            "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp"))));
        command.addAll(options);
        command.addAll(List.of("-cp", jars(), LoadServer.class.getName(), folder.toString()));
        Process process = new ProcessBuilder(command).directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("console.log").toFile())).start();
        try {
            Await.until(filter.name() + " to take mail", START, () -> {
                if (!process.isAlive()) {
                    throw new IOException(filter.name() + " ended; see " + folder);
                }
                return Files.exists(folder.resolve(LoadServer.PORTS));
            });
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
        String[] ports = Files.readString(folder.resolve(LoadServer.PORTS)).split(" ");
        return new Gateway(process, filter.name(), Integer.parseInt(ports[0]), Integer.parseInt(ports[1]), portal);
    }

    private static void configure(Path conf, Filter filter, int sink) throws IOException {
        String container = Files.readString(conf.resolve("mailetcontainer.xml"));
        container = changed(container, DELIVERY, """
            <mailet match="All" class="RemoteDelivery">
                <outgoing>outgoing</outgoing>
                <gateway>127.0.0.1</gateway>
                <gatewayPort>%d</gatewayPort>
                <deliveryThreads>8</deliveryThreads>
                <delayTime>100*1 sec</delayTime>
                <maxRetries>100</maxRetries>
                <heloName>gateway.example.org</heloName>
            </mailet>
            """.formatted(sink));
        if (filter.block().isPresent()) {
            container = changed(container, BLOCK, filter.block().get());
            for (String file : List.of("extensions.properties", "healthcheck.properties")) {
                Files.writeString(conf.resolve(file), "");
            }
            Path webadmin = conf.resolve("webadmin.properties");
            Files.writeString(webadmin, Files.readString(webadmin).replaceAll("(?m)^extensions\\.routes.*$", ""));
        }
        Files.writeString(conf.resolve("mailetcontainer.xml"), container);
        Path smtp = conf.resolve("smtpserver.xml");
        Files.writeString(smtp, changed(Files.readString(smtp), Pattern.compile("<handler class=\"[^\"]*ValidRcptHandler\"/>"), ""));
    }

    private static String changed(String text, Pattern pattern, String replacement) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("conf has no " + pattern);
        }
        return matcher.replaceFirst(Matcher.quoteReplacement(replacement));
    }

    /** The class path without the folders of tests. */
    private static String jars() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).filter(path -> path.endsWith(".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    }

    public String name() {
        return name;
    }

    public int smtp() {
        return smtp;
    }

    public int webadmin() {
        return webadmin;
    }

    public int portal() {
        return portal;
    }

    /** As they are. */
    public Figures figures() throws IOException {
        return ask("figures");
    }

    /** After a full garbage collection. */
    public Figures collected() throws IOException {
        return ask("collect");
    }

    private synchronized Figures ask(String what) throws IOException {
        input.write(what + "\n");
        input.flush();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(LoadServer.FIGURES)) {
                return Figures.of(line.substring(LoadServer.FIGURES.length()));
            }
        }
        throw new IOException(name + " does not answer");
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Lets it end by itself, and ends it when that takes too long. */
    @Override
    public void close() throws IOException {
        try {
            input.close();
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
