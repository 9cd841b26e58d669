package org.lazaret.scan.engine.icap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.engine.icap.IcapPeer.bytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Peer;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.ScriptedServer;
import org.lazaret.scan.engine.icap.IcapOptions.Method;
import org.lazaret.scan.examine.Spool;

/** Only two answers are clean, and nothing that resembles them. */
class IcapAnswerPropertyTest {
    private static final String BODY = "some bytes to judge";
    private static final String HTTP = "HTTP/1.1 200 OK\r\nVia: test\r\n\r\n";
    private static final byte[] UNCHANGED = bytes("ICAP/1.0 204 No Content\r\n\r\n");
    private static final byte[] SAME = bytes("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=" + HTTP.length() + "\r\n\r\n" + HTTP
        + "13\r\n" + BODY + "\r\n0\r\n\r\n");
    /** What may differ in a clean answer: reason phrases, the header of HTTP. */
    private static final String CLEAN_204 = "(?s)ICAP/1\\.0 204(?: [^\r\n]*)?\r\n\r\n.*";
    private static final String CLEAN_200 = "(?s)ICAP/1\\.0 200(?: [^\r\n]*)?\r\n"
        + "(?i:Encapsulated)[ \t]*:[ \t,]*res-hdr=0+[ \t]*,[ \t,]*res-body=[0-9]+[ \t,]*\r\n\r\n"
        + "HTTP/\\d\\.\\d 2\\d\\d(?: [^\r\n]*)?\r\n(?:[^\r\n]*\r\n)*\r\n(?:0*13)[ \t]*(?:;[^\r\n]*)?\r\n" + BODY
        + "\r\n0{1,8}[ \t]*(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n.*";
    private static final List<String> FRAGMENTS = List.of("ICAP/1.0 204 No Content\r\n", "ICAP/1.0 200 OK\r\n", "ICAP/1.0 100 Continue\r\n", "\r\n",
        "\r\n\r\n", "\n", "Encapsulated: res-hdr=0, res-body=" + HTTP.length() + "\r\n", "Encapsulated: null-body=0\r\n",
        "Encapsulated: res-body=0\r\n",
        "Encapsulated: req-hdr=0, null-body=20\r\n", HTTP, "HTTP/1.1 403 Forbidden\r\n\r\n", "13\r\n" + BODY + "\r\n", "0\r\n\r\n",
        "0; ieof\r\n\r\n", BODY,
        "X-Virus-ID: A\r\n", "X-Infection-Found: Type=2; Threat=B;\r\n", "Connection: close\r\n", "ISTag: \"x\"\r\n", " ", "\0", ":", "ffffffff\r\n");

    private static volatile byte[] said = UNCHANGED;
    private static ScriptedServer server;
    private static IcapEngine engine;

    @BeforeContainer
    static void start() {
        IcapPeer peer = IcapPeer.of("Allow: 204\r\n", (request, opinion) -> said);
        // Closes behind its answer, so that nobody waits for more of a cut one.
        server = new ScriptedServer((in, out, reply) -> peer.serve(in, out, new Peer.Reply() {
            @Override
            public Peer.Opinion opinion() {
                return reply.opinion();
            }

            @Override
            public void send(byte[] answer) throws IOException {
                reply.send(answer);
                throw new IOException("That was all");
            }
        }));
        engine = new IcapEngine("icap", URI.create("icap://127.0.0.1:" + server.address().getPort() + "/x"),
            new IcapOptions(Method.RESPMOD, true, Score.WORST, 1000, Duration.ofSeconds(20), Duration.ofSeconds(20), 2));
    }

    @AfterContainer
    static void stop() throws IOException {
        engine.close();
        server.close();
    }

    private static boolean isClean(byte[] answer) throws InterruptedException {
        said = answer;
        try {
            return engine.ask(new Sample("a", "text/plain", Spool.of(bytes(BODY))), Deadline.in(Duration.ofSeconds(20))) instanceof Answer.Clean;
        } catch (IOException e) {
            return false;
        }
    }

    @Property(tries = 1000, seed = "1")
    void askShouldNotSayCleanWhateverBecomesOfACleanAnswer(@ForAll("mutations") byte[] answer) throws Exception {
        String text = new String(answer, StandardCharsets.ISO_8859_1);

        boolean clean = isClean(answer);

        assertThat(clean && !text.matches(CLEAN_204) && !text.matches(CLEAN_200)).as(text).isFalse();
    }

    @Property(tries = 1000, seed = "1")
    void askShouldNotSayCleanWhateverTheStructure(@ForAll("structures") String answer) throws Exception {
        boolean clean = isClean(bytes(answer));

        // Fields that neither accuse nor announce a body may stand in between.
        String bare = answer.replaceAll("(?m)^(?:ISTag: \"x\"|Connection: close|Encapsulated: null-body=0)\r\n", "");
        assertThat(clean && !bare.matches(CLEAN_204) && !bare.matches(CLEAN_200)).as(answer).isFalse();
    }

    @Property(tries = 1)
    void askShouldSayCleanWhenNothingIsChanged() throws Exception {
        assertThat(isClean(UNCHANGED)).isTrue();
        assertThat(isClean(SAME)).isTrue();
    }

    @Provide
    Arbitrary<String> structures() {
        return Arbitraries.of(FRAGMENTS).list().ofMaxSize(10).map(list -> String.join("", list))
            .flatMap(rest -> Arbitraries.of("", "ICAP/1.0 204 No Content\r\n", "ICAP/1.0 200 OK\r\n").map(start -> start + rest));
    }

    @Provide
    Arbitrary<byte[]> mutations() {
        return Arbitraries.of(UNCHANGED, SAME).flatMap(clean -> Arbitraries.integers().between(0, clean.length - 1).flatMap(position ->
            Arbitraries.integers().between(0, 3).flatMap(kind -> Arbitraries.bytes().map(octet -> mutated(clean, position, kind, octet)))));
    }

    private static byte[] mutated(byte[] clean, int position, int kind, byte octet) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(clean, 0, position);
        switch (kind) {
            case 0 -> {
                out.write(octet);
                out.write(clean, position + 1, clean.length - position - 1);
            }
            case 1 -> {
                out.write(octet);
                out.write(clean, position, clean.length - position);
            }
            case 2 -> out.write(clean, position + 1, clean.length - position - 1);
            default -> out.writeBytes(Arrays.copyOf(clean, octet & 0x7F));
        }
        return out.toByteArray();
    }
}
