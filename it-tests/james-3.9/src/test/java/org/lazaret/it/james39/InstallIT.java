package org.lazaret.it.james39;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.multibindings.Multibinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.james.GuiceJamesServer;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.transport.mailets.LocalDelivery;
import org.apache.james.utils.DataProbeImpl;
import org.apache.james.utils.GuiceProbe;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Handbook;
import org.lazaret.it.client.Samples;

/** A configuration made by following {@code docs/install.md} to the letter protects a James 3.9. */
class InstallIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));

    @TempDir
    private Path folder;

    @BeforeAll
    static void needOpenssl() {
        Assumptions.assumeTrue(Handbook.has("openssl"), "Skipped: there is no openssl command on the PATH of this machine");
    }

    @Test
    void followingTheDocumentShouldProtectAServer() throws Exception {
        Path conf = Handbook.plainConfiguration(ROOT, folder.resolve("conf"));
        Handbook handbook = new Handbook(ROOT, folder, Map.of("file://var", "memory://var", "127.0.0.1:8180", "127.0.0.1:" + MainJobIT.freePort()));
        for (String block : handbook.blocks("install.md")) {
            if (!block.contains("curl ")) {
                handbook.run(block);
            }
        }
        Path jar = ROOT.resolve("extension/target/lazaret-james-3.9.jar");
        Files.copy(jar, Files.createDirectories(folder.resolve("extensions-jars")).resolve(jar.getFileName()));
        assertThat(conf.resolve("quarantine.key")).exists();

        GuiceJamesServer server = GuiceJamesServer.forConfiguration(Configuration.builder().workingDirectory(folder.toFile()).build())
            .combineWith(new ServerModule(), binder -> Multibinder.newSetBinder(binder, GuiceProbe.class).addBinding().to(MainJobIT.Probe.class));
        try {
            server.start();
            server.getProbe(DataProbeImpl.class).addDomain("example.org");
            for (String user : new String[] {"anna", "otto"}) {
                server.getProbe(DataProbeImpl.class).addUser(user + "@example.org", "secret");
            }
            MainJobIT.Probe probe = server.getProbe(MainJobIT.Probe.class);

            MainJobIT.spool(probe, Samples.eicarInZip(), "anna@example.org");
            MainJobIT.await("anna@example.org", "Malware Detected");
            MainJobIT.spool(probe, Samples.all().get(0), "anna@example.org");
            MainJobIT.await("anna@example.org", Samples.all().get(0).title());

            assertThat(LocalDelivery.delivered("anna@example.org")).hasSize(2);
            assertThat(LocalDelivery.delivered("otto@example.org")).isNotEmpty();
        } finally {
            server.stop();
        }
    }
}
