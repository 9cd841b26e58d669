package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));

    @Test
    void serverShouldDeliverWhenThePackedJarIsInstalled(@TempDir Path folder) throws Exception {
        Path conf = Files.createDirectories(folder.resolve("bare-conf"));
        try (var files = Files.list(ROOT.resolve("conf"))) {
            for (Path file : files.toList()) {
                Files.copy(file, conf.resolve(file.getFileName()));
            }
        }
        Files.delete(conf.resolve("extensions.properties"));
        Files.delete(conf.resolve("healthcheck.properties"));
        Path container = conf.resolve("mailetcontainer.xml");
        Files.writeString(container, Files.readString(container).replaceAll("(?s)<!-- Lazaret: before.*Lazaret ends here. -->", ""));

        try (JamesServer server = JamesServer.start(folder.resolve("james"), conf,
                ROOT.resolve("extension/target/lazaret-james-3.8.jar"), JamesServer.Ports.ANY, Map.of())) {
            new SmtpClient(server.ports().smtp()).send("somebody@example.com", List.of(JamesServer.ALICE.address()),
                "Subject: hello\r\n\r\n.text\r\n".getBytes(StandardCharsets.US_ASCII));

            Received received = new Mailbox(server.ports().imap(), JamesServer.ALICE).await("the mail", mail -> mail.subject().equals("hello"));
            assertThat(new String(received.leaves().getFirst().content(), StandardCharsets.US_ASCII)).isEqualTo(".text\r\n");
        }
    }
}
