package org.lazaret.it.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lazaret.it.JamesServer;
import org.lazaret.it.WorkingDirectory;

/** Makes the working directory of a persistent server: {@code conf} as it is handed out, but for its mail repositories, which are on disk. */
final class ServerFolder {
    private ServerFolder() {
    }

    /**
     * @param settings lines of {@code lazaret.properties}
     * @return ports that stay the same from one life of the server to the next
     */
    static JamesServer.Ports prepare(Path root, Path folder, Map<String, String> settings) throws IOException {
        JamesServer.Ports ports = WorkingDirectory.prepare(folder, root.resolve("conf"), root.resolve("extension/target/lazaret-james-3.8.jar"),
            new JamesServer.Ports(WorkingDirectory.freePort(), WorkingDirectory.freePort(), WorkingDirectory.freePort(), 0), settings);
        replace(folder.resolve("conf/mailetcontainer.xml"), "memory:", "jpa:");
        replace(folder.resolve("conf/mailrepositorystore.xml"), "org.apache.james.mailrepository.memory.MemoryMailRepository",
            "org.apache.james.mailrepository.jpa.JPAMailRepository");
        replace(folder.resolve("conf/mailrepositorystore.xml"), "memory<", "jpa<");
        return ports;
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        if (!text.contains(from)) {
            throw new IOException(file + " has no " + from);
        }
        Files.writeString(file, text.replace(from, to));
    }
}
