package org.lazaret.scan.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where a server listens. */
public sealed interface Address {

    /** What to connect to; names are looked up each time, since what they stand for changes. */
    SocketAddress socket() throws IOException;

    /** Written {@code host:port}, an IPv6 address in brackets. */
    record Tcp(String host, int port) implements Address {
        @Override
        public SocketAddress socket() throws IOException {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Written {@code unix:/path}. */
    record Unix(Path path) implements Address {
        @Override
        public SocketAddress socket() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** @throws IllegalArgumentException when the text is no address, saying what is */
    static Address parse(String text) {
        if (text.startsWith("unix:/")) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[(.*)]$", "$1");
        String port = text.substring(colon + 1);
        if (host.isBlank() || !port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("host:port, or unix:/path of a socket");
        }
        return new Tcp(host, Integer.parseInt(port));
    }
}
