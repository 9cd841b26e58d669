package org.lazaret.scan.engine.atp;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineContract;
import org.lazaret.scan.engine.Peer;
import org.lazaret.scan.engine.Secret;

class AtpCloudContractTest {
    @TempDir
    static Path folder;

    private static Engine engine(InetSocketAddress server, long maxSize) {
        try {
            return new AtpCloudEngine("atp", new AtpCloudOptions(URI.create("http://127.0.0.1:" + server.getPort()),
                new Secret.InFile(Tokens.write(folder, "secret")),
                true, List.of(), Math.min(maxSize, AtpCloudOptions.MAX_SIZE), EngineContract.PATIENCE, Duration.ofSeconds(5), Duration.ofMillis(5),
                Duration.ofMillis(20)), Clock.systemUTC());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A service that knows nothing before it is submitted, and completes its report at once or at the next look-up. */
    private record Service(boolean atOnce, Set<String> submitted) implements Peer {
        private static final Pattern LOOK_UP = Pattern.compile("GET /v1/skyatp/lookup/hash/([0-9a-f]{64})\\?full_report=false HTTP/1\\.1");
        private static final Pattern LENGTH = Pattern.compile("(?s).*\r\nContent-Length: (\\d+)\r\n.*");

        Service(boolean atOnce) {
            this(atOnce, ConcurrentHashMap.newKeySet());
        }

        @Override
        public void serve(InputStream raw, OutputStream out, Reply reply) throws IOException {
            DataInputStream in = new DataInputStream(raw);
            while (true) {
                String head = head(in);
                Matcher lookUp = LOOK_UP.matcher(head.lines().findFirst().orElse(""));
                if (!head.contains("\r\nAuthorization: Bearer secret\r\n")) {
                    throw new EOFException("No token");
                }
                if (lookUp.matches()) {
                    if (submitted.contains(lookUp.group(1))) {
                        reply.send(report(lookUp.group(1), reply.opinion(), true));
                    } else {
                        out.write(answer("404 Not Found", "{\"message\": \"not found\"}"));
                    }
                    continue;
                }
                Matcher length = LENGTH.matcher(head);
                if (!head.startsWith("POST /v1/skyatp/submit/sample HTTP/1.1\r\n") || !length.matches()) {
                    throw new EOFException("Not what the service offers: " + head);
                }
                byte[] form = new byte[Integer.parseInt(length.group(1))];
                in.readFully(form);
                String sha256 = sha256(file(form));
                if (atOnce) {
                    reply.send(report(sha256, reply.opinion(), true));
                } else {
                    submitted.add(sha256);
                    out.write(report(sha256, reply.opinion(), false));
                }
            }
        }

        private static byte[] file(byte[] form) {
            String text = new String(form, StandardCharsets.ISO_8859_1);
            int start = text.indexOf("\r\n\r\n") + 4;
            return Arrays.copyOfRange(form, start, text.lastIndexOf("\r\n--", text.length() - 5));
        }

        private static byte[] report(String sha256, Opinion opinion, boolean complete) {
            return answer("200 OK", "{\"last_update\": 1455752400, \"malware_info\": {\"ident\": \"Trojan.A\"}, \"report\": null, \"scan_complete\": "
                + complete + ", \"score\": " + (!complete ? -1 : opinion == Opinion.CLEAN ? 0 : 8) + ", \"sha256\": \"" + sha256 + "\"}");
        }

        private static byte[] answer(String status, String json) {
            return ("HTTP/1.1 " + status + "\r\nContent-Length: " + json.length() + "\r\n\r\n" + json).getBytes(StandardCharsets.US_ASCII);
        }

        private static String head(DataInputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        }

        private static String sha256(byte[] bytes) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Nested
    class AtOnce implements EngineContract {
        @Override
        public Engine engine(InetSocketAddress server, long maxSize) {
            return AtpCloudContractTest.engine(server, maxSize);
        }

        @Override
        public Peer peer() {
            return new Service(true);
        }
    }

    @Nested
    class Polled implements EngineContract {
        @Override
        public Engine engine(InetSocketAddress server, long maxSize) {
            return AtpCloudContractTest.engine(server, maxSize);
        }

        @Override
        public Peer peer() {
            return new Service(false);
        }
    }
}
