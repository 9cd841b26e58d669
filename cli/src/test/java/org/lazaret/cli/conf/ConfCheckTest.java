package org.lazaret.cli.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfCheckTest {
    private static final Path CONF = Path.of("../conf");

    @TempDir
    private Path server;

    private Path conf;

    @BeforeEach
    void copyConf() throws IOException {
        conf = Files.createDirectory(server.resolve("conf"));
        overlay(CONF);
    }

    private void overlay(Path from) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, conf.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void change(String file, String from, String to) throws IOException {
        String text = Files.readString(conf.resolve(file));
        assertThat(text).contains(from);
        Files.writeString(conf.resolve(file), text.replace(from, to));
    }

    private void append(String text) throws IOException {
        Files.writeString(conf.resolve("lazaret.properties"), Files.readString(conf.resolve("lazaret.properties")) + text);
    }

    private List<Remark> faults() throws IOException {
        return ConfCheck.of(conf, server).stream().filter(remark -> remark.kind() == Remark.Kind.FAULT).toList();
    }

    /** Line of the first occurrence, from 1. */
    private int line(String file, String part) throws IOException {
        List<String> lines = Files.readAllLines(conf.resolve(file));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(part)) {
                return i + 1;
            }
        }
        throw new AssertionError(part);
    }

    @Test
    void confShouldHaveNoFaults() throws Exception {
        assertThat(faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "mailbox-server", "outbound-filter"})
    void exampleShouldHaveNoFaults(String example) throws Exception {
        overlay(CONF.resolve("examples").resolve(example));

        assertThat(faults()).isEmpty();
    }

    @Test
    void everyFaultShouldBeNamedWithFileAndLine() throws Exception {
        Files.writeString(conf.resolve("lazaret.properties"), """
            quarantine.generate-keys = true
            action.malicous = warn
            retention = 30
            retention = 40d
            queue.processor = nowhere
            """);
        Files.writeString(conf.resolve("extensions.properties"), """
            guice.extension.module=org.example.Other,org.lazaret.mailets.LazaretModule
            guice.extension.startable=org.lazaret.mailets.james.LazaretStartable
            """);
        Files.writeString(conf.resolve("mailetcontainer.xml"), """
            <mailetcontainer>
                <processors>
                    <processor state="root">
                        <mailet match="All" class="ToProcessor"><processor>transport</processor></mailet>
                    </processor>
                    <processor state="transport">
                        <mailet match="HostIs=example.org" class="RemoteDelivery"/>
                        <mailet match="org.lazaret.matchers.ActionIs=quarantin" class="org.lazaret.mailets.Quarantine">
                            <onMatchException>lazaret-failed</onMatchException>
                            <onMailetException>lazaret-failed</onMailetException>
                        </mailet>
                        <mailet match="All" class="org.lazaret.mailets.ScanAttachments">
                            <treshold>3</treshold>
                        </mailet>
                        <mailet match="All" class="org.lazaret.mailets.RemoveForgedHeaders">
                            <onMailetException>ignore</onMailetException>
                        </mailet>
                        <mailet match="org.lazaret.matchers.ActionIs=warn" class="org.lazaret.mailets.AddWarningHeaders">
                            <spamFlag>perhaps</spamFlag>
                            <onMailetException>gone</onMailetException>
                        </mailet>
                        <mailet match="All" class="org.lazaret.mailets.Qarantine"/>
                        <mailet match="org.lazaret.matchers.HasVerdicts=failed" class="Null"/>
                        <mailet match="RecipientIsLocal" class="LocalDelivery"/>
                        <mailet match="All" class="ToProcessor"><processor>missing</processor></mailet>
                    </processor>
                    <processor state="lazaret-failed">
                        <mailet match="All" class="Bounce"/>
                        <mailet match="All" class="ToRepository"><repositoryPath>cassandra://var/mail/x/</repositoryPath></mailet>
                    </processor>
                </processors>
            </mailetcontainer>
            """);

        List<String> found = faults().stream().map(remark -> remark.in(Path.of("")).replaceFirst("(: \\S+ \\S+ \\S+).*", "$1")).toList();

        assertThat(found).containsExactlyInAnyOrder(
            "lazaret.properties:2: action.malicous is no",
            "lazaret.properties:3: retention = 30:",
            "lazaret.properties:4: given twice: retention,",
            "lazaret.properties:5: queue.processor = nowhere:",
            "extensions.properties:1: there is no",
            "extensions.properties:1: guice.extension.module lacks org.lazaret.mailets.james.LazaretModule:",
            "extensions.properties: guice.extension.task lacks org.lazaret.mailets.webadmin.LazaretTasks:",
            "mailetcontainer.xml:1: there is no",
            "mailetcontainer.xml:6: the processor transport",
            "mailetcontainer.xml:7: RemoteDelivery before ScanAttachments:",
            "mailetcontainer.xml:8: ActionIs before ScanAttachments:",
            "mailetcontainer.xml:8: ActionIs=quarantin: allowed is",
            "mailetcontainer.xml:12: ScanAttachments has no",
            "mailetcontainer.xml:12: ScanAttachments has no",
            "mailetcontainer.xml:12: ScanAttachments without RemoveForgedHeaders",
            "mailetcontainer.xml:15: RemoveForgedHeaders after ScanAttachments:",
            "mailetcontainer.xml:15: RemoveForgedHeaders with onMailetException",
            "mailetcontainer.xml:18: AddWarningHeaders spamFlag =",
            "mailetcontainer.xml:18: ActionIs has no",
            "mailetcontainer.xml:18: there is no",
            "mailetcontainer.xml:22: there is no",
            "mailetcontainer.xml:22: Qarantine has no",
            "mailetcontainer.xml:23: there is no",
            "mailetcontainer.xml:23: HasVerdicts has no",
            "mailetcontainer.xml:24: LocalDelivery without ActionIs=quarantine",
            "mailetcontainer.xml:25: there is no",
            "mailetcontainer.xml:28: Bounce in lazaret-failed:",
            "mailetcontainer.xml:29: cassandra://var/mail/x/: mailrepositorystore.xml has");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailetcontainer.xml", "mailrepositorystore.xml"})
    void brokenXmlShouldBeNamedWithItsLine(String file) throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(conf.resolve(file)));
        lines.add(3, "<open></closed>");
        Files.write(conf.resolve(file), lines);

        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo(file);
            assertThat(fault.line()).isEqualTo(4);
            assertThat(fault.text()).startsWith("is not well-formed: ").contains("open");
        });
    }

    @Test
    void missingFilesShouldBeNamed() throws Exception {
        Files.delete(conf.resolve("lazaret.properties"));
        Files.delete(conf.resolve("mailetcontainer.xml"));
        Files.delete(conf.resolve("extensions.properties"));

        assertThat(faults()).extracting(Remark::file).contains("lazaret.properties", "mailetcontainer.xml", "extensions.properties");
    }

    @Test
    void whatJamesDoesNotNeedShouldBeAHint() throws Exception {
        Files.delete(conf.resolve("healthcheck.properties"));
        Files.writeString(conf.resolve("webadmin.properties"), "enabled=true\n");

        List<Remark> remarks = ConfCheck.of(conf, server);

        assertThat(remarks).allMatch(remark -> remark.kind() == Remark.Kind.HINT);
        assertThat(remarks).extracting(remark -> remark.in(Path.of("conf")))
            .anySatisfy(remark -> assertThat(remark).startsWith("conf/webadmin.properties: hint: extensions.routes"))
            .anySatisfy(remark -> assertThat(remark).startsWith("conf/healthcheck.properties: hint: "));
    }

    @Test
    void deliveryInAnotherProcessorShouldBeFound() throws Exception {
        change("mailetcontainer.xml", "<mailet match=\"All\" class=\"ToProcessor\">\n                <processor>transport</processor>",
            "<mailet match=\"SenderIs=x@y\" class=\"ToProcessor\"><processor>short-cut</processor></mailet>\n"
                + "<mailet match=\"All\" class=\"ToProcessor\">\n                <processor>transport</processor>");
        change("mailetcontainer.xml", "<processor state=\"error\"", "<processor state=\"short-cut\">\n"
            + "<mailet class=\"org.apache.james.transport.mailets.LocalDelivery\"/></processor>\n<processor state=\"error\"");

        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.line()).isEqualTo(line("mailetcontainer.xml", "mailets.LocalDelivery\"/>"));
            assertThat(fault.text()).startsWith("LocalDelivery before ScanAttachments");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "RemoveMimeHeader|RemoveFooter|RemoveMimeHeader for bcc",
        "state=\"error\"|state=\"err\"|no processor error",
        "state=\"lazaret-failed\"|state=\"failed\"|no processor lazaret-failed",
        "match=\"org.lazaret.matchers.ActionIs=quarantine\"|notmatch=\"org.lazaret.matchers.ActionIs=quarantine\"|should be held",
        "class=\"org.lazaret.mailets.Quarantine\"|class=\"Quarantine\"|is written org.lazaret.mailets.Quarantine",
        "org.lazaret.matchers.ActionIs=warn|ActionIs=warn|is written org.lazaret.matchers.ActionIs",
        "memory://var/mail/lazaret-failed/|nowhere|is no repository",
        "memory://var/mail/lazaret-failed/|file://var/mail/x/|no protocol file",
        "<errorRepository>memory|<errorRepository>jpa|no protocol jpa"})
    void containerShouldBeRefusedWhen(String from, String to, String text) throws Exception {
        change("mailetcontainer.xml", from, to);

        assertThat(faults()).isNotEmpty().allMatch(fault -> fault.file().equals("mailetcontainer.xml"))
            .anySatisfy(fault -> assertThat(fault.text()).contains(text));
    }

    @Test
    void failedMailThatIsThrownAwayOrDeliveredLaterShouldBeFound() throws Exception {
        change("mailetcontainer.xml", "<processor state=\"lazaret-failed\" enableJmx=\"false\">",
            "<processor state=\"lazaret-failed\"><mailet match=\"SizeGreaterThan=1m\" class=\"ToProcessor\">"
                + "<processor>transport</processor></mailet>");

        assertThat(faults()).anySatisfy(fault -> assertThat(fault.text()).startsWith("LocalDelivery in transport: mail that Lazaret failed on"));

        change("mailetcontainer.xml", "<repositoryPath>memory://var/mail/lazaret-failed/</repositoryPath>",
            "<repositoryPath>memory://var/mail/lazaret-failed/</repositoryPath><passThrough>true</passThrough>");

        assertThat(faults()).anySatisfy(fault -> assertThat(fault.text()).contains("does not put all mail into a repository"));
    }

    @Test
    void secretsKeysAndFilesShouldBeLookedAt() throws Exception {
        Path password = Files.writeString(server.resolve("password"), "hunter2\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        change("lazaret.properties", "quarantine.generate-keys=true", "quarantine.generate-keys=false");
        append("""
            index.url = jdbc:postgresql://db.example.org/lazaret
            index.password = file:password
            content.url = s3://quarantine
            content.credentials = env:SURELY_NOT_SET_HERE
            scan.blocked-extensions = conf/none
            engines = lists
            engine.lists.kind = hash-list
            engine.lists.files = conf/hashes
            """);

        List<Remark> remarks = ConfCheck.of(conf, server);

        assertThat(remarks.stream().filter(remark -> remark.kind() == Remark.Kind.FAULT)).satisfiesExactlyInAnyOrder(
            fault -> assertThat(fault.text()).contains("quarantine.crt"),
            fault -> assertThat(fault.text()).contains("password is open to others").doesNotContain("hunter2"),
            fault -> assertThat(fault.text()).contains("conf/none cannot be read"),
            fault -> assertThat(fault.text()).contains("conf/hashes cannot be read"));
        assertThat(remarks).anySatisfy(remark -> assertThat(remark.text()).contains("The environment variable SURELY_NOT_SET_HERE is not set"));
    }

    @Test
    void partsShouldBeAllThatThereAre() throws Exception {
        assertThat(classes("../mailets/src/main/java/org/lazaret/mailets", "extends StrictMailet")).containsExactlyElementsOf(Parts.MAILET_NAMES);
        assertThat(classes("../matchers/src/main/java/org/lazaret/matchers", "extends (ExaminedMatcher|GenericMatcher)"))
            .containsExactlyElementsOf(Parts.MATCHER_NAMES);
    }

    private static List<String> classes(String folder, String pattern) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
                if (Files.readString(file).matches("(?s).*\npublic class \\w+ " + pattern + " .*")) {
                    names.add(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
        return names;
    }
}
