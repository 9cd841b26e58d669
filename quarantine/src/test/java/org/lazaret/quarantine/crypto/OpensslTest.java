package org.lazaret.quarantine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the commands of {@code docs/crypto.md} as they stand there. */
class OpensslTest {
    private static final int EC = 0;
    private static final int RSA = 1;

    @TempDir
    Path folder;

    @BeforeAll
    static void needOpenssl() throws Exception {
        boolean found = Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "openssl")));
        Assumptions.assumeTrue(found, "Skipped: there is no openssl command on the PATH of this machine");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1000", "0, 52428800", "1, 1000", "1, 52428800"})
    void opensslShouldOpenWhatIsSealed(int kind, int size) throws Exception {
        run(keyCommands().get(kind));
        Path sealed = folder.resolve("mail.cms");
        seal(sealed, size, folder.resolve("quarantine.crt"));

        run(decryptCommands().get(0));

        assertThat(sha256(folder.resolve("mail.eml"))).isEqualTo(sha256Of(size));
    }

    @Test
    void opensslShouldOpenWithEitherKeyWhenThereAreTwoCertificates() throws Exception {
        Path here = Files.createDirectory(folder.resolve("here"));
        Path escrow = Files.createDirectory(folder.resolve("escrow"));
        run(keyCommands().get(EC), here);
        run(keyCommands().get(RSA), escrow);

        for (Path place : List.of(here, escrow)) {
            seal(place.resolve("mail.cms"), 5_000, here.resolve("quarantine.crt"), escrow.resolve("quarantine.crt"));
            run(decryptCommands().get(1), place);

            assertThat(sha256(place.resolve("mail.eml"))).isEqualTo(sha256Of(5_000));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-256", "P-384", "P-521"})
    void bothShouldOpenWhatIsSealedToEachCurve(String curve) throws Exception {
        run(keyCommands().get(EC).replace("P-384", curve));
        Path certificate = folder.resolve("quarantine.crt");
        Envelopes envelopes = new Envelopes(KeyRing.load(List.of(certificate), Optional.of(folder.resolve("quarantine.key"))), folder.resolve("tmp"));

        seal(folder.resolve("mail.cms"), 1_000, certificate);
        run(decryptCommands().get(0));

        assertThat(sha256(folder.resolve("mail.eml"))).isEqualTo(sha256Of(1_000));
        // Among these are agreements whose result begins with a zero, which has to be kept.
        for (int number = 0; number < 600; number++) {
            byte[] plain = {(byte) number};
            ByteArrayOutputStream sealed = new ByteArrayOutputStream();
            try (OutputStream out = envelopes.seal(sealed)) {
                out.write(plain);
            }
            try (Spool opened = envelopes.open(new ByteArrayInputStream(sealed.toByteArray()))) {
                assertThat(opened.input().readAllBytes()).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void lazaretShouldOpenWithKeysThatOpensslMade(int kind) throws Exception {
        run(keyCommands().get(kind));
        Path sealed = folder.resolve("mail.cms");
        seal(sealed, 100_000, folder.resolve("quarantine.crt"));
        Envelopes envelopes = new Envelopes(KeyRing.load(List.of(folder.resolve("quarantine.crt")), Optional.of(folder.resolve("quarantine.key"))),
            folder.resolve("tmp"));

        try (Spool opened = envelopes.open(Files.newInputStream(sealed))) {
            Path plain = folder.resolve("plain");
            try (OutputStream out = Files.newOutputStream(plain)) {
                opened.writeTo(out);
            }
            assertThat(sha256(plain)).isEqualTo(sha256Of(100_000));
        }
    }

    @Test
    void sedShouldCutTheBlockOffSoThatTheDigestMatches() throws Exception {
        byte[] original = "From: a\r\n\r\nX-Quarantine-Original: no\r\nbody\n".getBytes(StandardCharsets.US_ASCII);
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(original));
        Files.write(folder.resolve("mail.eml"), ("X-Quarantine-ID: 0\r\nX-Quarantine-Original: size=" + original.length + "; sha256=" + digest
            + "\r\n" + new String(original, StandardCharsets.US_ASCII)).getBytes(StandardCharsets.US_ASCII));

        String printed = run(commands().stream().filter(block -> block.startsWith("sed")).findFirst().orElseThrow(), folder);

        assertThat(printed).startsWith(digest);
        assertThat(Files.readAllBytes(folder.resolve("original.eml"))).isEqualTo(original);
    }

    private static List<String> commands() throws IOException {
        Path documentation = Path.of("..", "docs", "crypto.md");
        Matcher block = Pattern.compile("(?s)```sh\n(.*?)```").matcher(Files.readString(documentation));
        return block.results().map(result -> result.group(1)).toList();
    }

    private static List<String> decryptCommands() throws IOException {
        return commands().stream().filter(block -> block.startsWith("openssl cms")).toList();
    }

    private static List<String> keyCommands() throws IOException {
        return commands().stream().filter(block -> block.startsWith("openssl req")).toList();
    }

    private void run(String commands) throws Exception {
        run(commands, folder);
    }

    private static String run(String commands, Path where) throws Exception {
        Process process = new ProcessBuilder("sh", "-e", "-c", commands).directory(where.toFile()).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(commands + printed).isZero();
        return printed;
    }

    private void seal(Path file, int size, Path... certificates) throws IOException {
        Envelopes envelopes = new Envelopes(KeyRing.load(Arrays.asList(certificates), Optional.empty()), folder.resolve("tmp"));
        try (OutputStream out = Files.newOutputStream(file); OutputStream sealed = envelopes.seal(out)) {
            chunks(size).forEach(chunk -> {
                try {
                    sealed.write(chunk);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static Stream<byte[]> chunks(int size) {
        Random random = new Random(size);
        return Stream.iterate(0, at -> at < size, at -> at + 100_003).map(at -> {
            byte[] chunk = new byte[Math.min(100_003, size - at)];
            random.nextBytes(chunk);
            return chunk;
        });
    }

    private static String sha256Of(int size) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        chunks(size).forEach(digest::update);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
