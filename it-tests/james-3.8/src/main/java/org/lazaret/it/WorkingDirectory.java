package org.lazaret.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes a working directory of James: a copy of the configuration with the ports filled in, and the packed jar in {@code extensions-jars}. */
public final class WorkingDirectory {
    private WorkingDirectory() {
    }

    /**
     * @param settings lines of {@code lazaret.properties} to set in the copy
     * @return the ports with that of the portal chosen
     */
    public static JamesServer.Ports prepare(Path workingDirectory, Path conf, Path extension, JamesServer.Ports ports, Map<String, String> settings)
        throws IOException {
        Files.createDirectories(workingDirectory);
        Path ownConf = copyConfiguration(conf, workingDirectory.resolve("conf"));
        int portal = ports.portal() == 0 ? freePort() : ports.portal();
        replace(ownConf.resolve("smtpserver.xml"), "<bind>[^<]*</bind>", "<bind>127.0.0.1:" + ports.smtp() + "</bind>");
        replace(ownConf.resolve("imapserver.xml"), "<bind>[^<]*</bind>", "<bind>127.0.0.1:" + ports.imap() + "</bind>");
        set(ownConf.resolve("webadmin.properties"), "port", String.valueOf(ports.webadmin()));
        set(ownConf.resolve("lazaret.properties"), "portal.bind", "127.0.0.1:" + portal);
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            set(ownConf.resolve("lazaret.properties"), setting.getKey(), setting.getValue());
        }
        Path jars = Files.createDirectories(workingDirectory.resolve("extensions-jars"));
        Files.copy(extension, jars.resolve(extension.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        return new JamesServer.Ports(ports.smtp(), ports.imap(), ports.webadmin(), portal);
    }

    private static Path copyConfiguration(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return to;
    }

    private static void replace(Path file, String pattern, String replacement) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        if (!matcher.find()) {
            throw new IOException(file + " has no " + pattern);
        }
        Files.writeString(file, matcher.replaceFirst(Matcher.quoteReplacement(replacement)));
    }

    private static void set(Path file, String key, String value) throws IOException {
        String line = key + "=" + value;
        Matcher matcher = Pattern.compile("(?m)^" + Pattern.quote(key) + "\\s*=.*$").matcher(Files.readString(file));
        Files.writeString(file, matcher.find() ? matcher.replaceFirst(Matcher.quoteReplacement(line)) : Files.readString(file) + line + "\n");
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        }
    }
}
