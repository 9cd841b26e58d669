package org.lazaret.scan.engine.icap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lazaret.scan.engine.icap.IcapPeer.bytes;
import static org.lazaret.scan.engine.icap.IcapPeer.ok;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineContract;
import org.lazaret.scan.engine.Peer;
import org.lazaret.scan.engine.Peer.Opinion;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.engine.ScriptedServer;
import org.lazaret.scan.engine.icap.IcapOptions.Method;
import org.lazaret.scan.examine.Spool;

class IcapEngineTest {
    private static final Score WEIGHT = Score.of(9);
    private static final String HTTP_OK = "HTTP/1.1 200 OK\r\nVia: test\r\n\r\n";
    private static final byte[] TEXT = bytes("some bytes to judge");

    private static IcapEngine engine(InetSocketAddress server, Method method, boolean preview, long maxSize) {
        return new IcapEngine("icap", URI.create("icap://" + server.getHostString() + ":" + server.getPort() + "/avscan?mode=simple"),
            new IcapOptions(method, preview, WEIGHT, maxSize, EngineContract.PATIENCE, Duration.ofSeconds(5), 4));
    }

    private static byte[] echo(IcapPeer.Request request) {
        return request.is("REQMOD") ? ok("", "req", request.http(), request.body()) : ok("", "res", HTTP_OK, request.body());
    }

    /** A server that wants to see all at once and says 204. */
    @Nested
    class AtOnce implements EngineContract {
        @Override
        public Engine engine(InetSocketAddress server, long maxSize) {
            return IcapEngineTest.engine(server, Method.RESPMOD, true, maxSize);
        }

        @Override
        public Peer peer() {
            return IcapPeer.of("Allow: 204\r\n", (request, opinion) -> opinion == Opinion.CLEAN ? IcapPeer.unchanged() : IcapPeer.infected());
        }
    }

    /** A server that wants a preview and sends back what it gets. */
    @Nested
    class PreviewAndEcho implements EngineContract {
        @Override
        public Engine engine(InetSocketAddress server, long maxSize) {
            return IcapEngineTest.engine(server, Method.REQMOD, true, maxSize);
        }

        @Override
        public Peer peer() {
            return IcapPeer.of("Preview: 4\r\n", (request, opinion) -> opinion == Opinion.CLEAN ? echo(request) : IcapPeer.infected());
        }
    }

    /** A server that fails to say what it can do. */
    @Nested
    class Options implements EngineContract {
        @Override
        public Engine engine(InetSocketAddress server, long maxSize) {
            return IcapEngineTest.engine(server, Method.RESPMOD, true, maxSize);
        }

        @Override
        public Peer peer() {
            return IcapPeer.of("Allow: 204\r\nPreview: 0\r\n", (request, opinion) -> opinion == Opinion.CLEAN ? IcapPeer.unchanged()
                : IcapPeer.infected()).brokenInOptions();
        }
    }

    private static Answer ask(IcapPeer peer, Method method, boolean preview, Sample sample) throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer); Engine engine = engine(server.address(), method, preview, 1 << 30)) {
            return engine.ask(sample, Deadline.in(EngineContract.PATIENCE));
        }
    }

    private static Sample sample(byte[] bytes) {
        return new Sample("a.txt", "text/plain", Spool.of(bytes));
    }

    /** The answer to a server that says this of everything. */
    private static Answer answerTo(byte[] said) throws Exception {
        return ask(IcapPeer.of("Allow: 204\r\n", (request, opinion) -> said), Method.RESPMOD, true, sample(TEXT));
    }

    private static byte[] page(String fields) {
        return ok(fields, "res", "HTTP/1.1 403 Forbidden\r\n\r\n", bytes("No."));
    }

    private static Answer hit(String signature, String description) {
        return new Answer.Harmful(List.of(new Answer.Hit(signature, WEIGHT, description)));
    }

    @Test
    void askShouldWrapTheSampleInADownloadWhenTheMethodIsRespmod() throws Exception {
        IcapPeer peer = IcapPeer.of("Allow: 204\r\n", (request, opinion) -> IcapPeer.unchanged());

        ask(peer, Method.RESPMOD, true, new Sample("R\u00e9sum\u00e9 \"x\"\r\nX-Evil: 1/..\\\ud83d\ude00.pdf", "application/pdf", Spool.of(TEXT)));

        IcapPeer.Request request = peer.requests().getFirst();
        String get = request.http().substring(0, request.http().indexOf("\r\n\r\n") + 4);
        assertThat(request.head()).matches("(?s)RESPMOD icap://[^ ]+:\\d+/avscan\\?mode=simple ICAP/1\\.0\r\n"
            + "Host: [^\r]+\r\n.*\r\nAllow: 204\r\n.*")
            .contains("\r\nEncapsulated: req-hdr=0, res-hdr=" + get.length() + ", res-body=" + request.http().length() + "\r\n")
            .doesNotContain("Preview");
        assertThat(get).startsWith("GET "
            + "http://attachment.invalid/R%C3%A9sum%C3%A9%20%22x%22%0D%0AX-Evil%3A%201%2F..%5C%F0%9F%98%80.pdf HTTP/1.1\r\n");
        assertThat(request.http().substring(get.length())).isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 19\r\n"
            + "Content-Disposition: attachment; filename=\"R_sum_ _x___X-Evil_ 1_..__.pdf\"; "
            + "filename*=UTF-8''R%C3%A9sum%C3%A9%20%22x%22%0D%0AX-Evil%3A%201%2F..%5C%F0%9F%98%80.pdf\r\n\r\n");
        assertThat(request.body()).isEqualTo(TEXT);
    }

    @Test
    void askShouldWrapTheSampleInAnUploadWhenTheMethodIsReqmod() throws Exception {
        IcapPeer peer = IcapPeer.of("Allow: 204\r\n", (request, opinion) -> IcapPeer.unchanged());

        ask(peer, Method.REQMOD, true, new Sample("", "no media type\r\n", Spool.of(TEXT)));

        IcapPeer.Request request = peer.requests().getFirst();
        assertThat(request.head()).startsWith("REQMOD ").contains("\r\nEncapsulated: req-hdr=0, req-body=" + request.http().length() + "\r\n");
        assertThat(request.http()).startsWith("PUT http://attachment.invalid/attachment HTTP/1.1\r\nHost: attachment.invalid\r\n"
            + "Content-Type: application/octet-stream\r\nContent-Length: 19\r\n").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 18, 19, 20, 1_000_000})
    void askShouldSendEveryByteOnceWhenTheServerWantsAPreview(int preview) throws Exception {
        IcapPeer peer = IcapPeer.of("Preview: " + preview + "\r\n", (request, opinion) -> echo(request));

        Answer answer = ask(peer, Method.RESPMOD, true, sample(TEXT));

        assertThat(answer).isEqualTo(new Answer.Clean());
        assertThat(peer.requests().getFirst().head()).contains("\r\nPreview: " + Math.min(preview, 65_536) + "\r\n");
        assertThat(peer.requests().getFirst().body()).isEqualTo(TEXT);
    }

    @Test
    void askShouldNotSayCleanWhenTheServerSawThePreviewOnly() throws Exception {
        IcapPeer peer = IcapPeer.of("Preview: 4\r\n", (request, opinion) -> IcapPeer.unchanged()).contentWithPreview();

        assertThat(ask(peer, Method.RESPMOD, true, sample(TEXT))).isEqualTo(
            new Answer.Unable("the ICAP server passed it having seen 4 of 19 bytes"));
        assertThat(ask(peer, Method.RESPMOD, true, sample(bytes("tiny")))).isEqualTo(new Answer.Clean());
    }

    @Test
    void askShouldFindWhatTheServerSeesInThePreview() throws Exception {
        IcapPeer peer = IcapPeer.of("Preview: 4\r\n", (request, opinion) -> IcapPeer.infected()).contentWithPreview();

        assertThat(ask(peer, Method.RESPMOD, true, sample(TEXT))).isEqualTo(hit("Test-Signature", ""));
    }

    @Test
    void askShouldShowNoPreviewWhenItIsTurnedOffOrTheServerWantsTheFileWhole() throws Exception {
        for (String options : List.of("Preview: 4\r\nAllow: 204\r\n", "Preview: 4\r\nAllow: 204\r\nTransfer-Complete: exe, TXT\r\n",
                "Preview: 4\r\nAllow: 204\r\nTransfer-Preview: exe\r\nTransfer-Complete: *\r\n")) {
            IcapPeer peer = IcapPeer.of(options, (request, opinion) -> IcapPeer.unchanged()).contentWithPreview();

            assertThat(ask(peer, Method.RESPMOD, options.contains("Transfer"), sample(TEXT))).isEqualTo(new Answer.Clean());
            assertThat(peer.requests().getFirst().head()).doesNotContain("Preview");
        }
    }

    @Test
    void askShouldSendWhatTheServerWouldIgnoreByItsName() throws Exception {
        IcapPeer peer = IcapPeer.of("Allow: 204\r\nTransfer-Ignore: txt\r\n", (request, opinion) -> IcapPeer.infected());

        assertThat(ask(peer, Method.RESPMOD, true, sample(TEXT))).isEqualTo(hit("Test-Signature", ""));
    }

    @Test
    void askShouldThrowWhenTheServerSays204ThoughItWasNotAllowedTo() {
        IcapPeer peer = IcapPeer.of("", (request, opinion) -> IcapPeer.unchanged());

        assertThatThrownBy(() -> ask(peer, Method.RESPMOD, true, sample(TEXT))).isInstanceOf(IOException.class).hasMessageContaining("not allowed");
        assertThat(peer.requests().getFirst().head()).doesNotContain("Allow");
    }

    @Test
    void askShouldNotWaitForEachOtherWhenTheServerSendsBackWhileItReads() throws Exception {
        byte[] large = new byte[24 << 20];
        new Random(1).nextBytes(large);
        Peer echo = (in, out, reply) -> {
            // Reads no faster than what it sends is read.
            StringBuilder head = new StringBuilder();
            while (true) {
                head.append((char) in.read());
                if (head.toString().startsWith("OPTIONS") && head.toString().endsWith("\r\n\r\n")) {
                    out.write(bytes("ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\n\r\n"));
                    head.setLength(0);
                } else if (head.toString().endsWith("\r\n\r\n") && head.toString().contains("HTTP/1.1 200 OK\r\n")) {
                    break;
                }
            }
            out.write(bytes("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=" + HTTP_OK.length() + "\r\n\r\n" + HTTP_OK));
            byte[] block = new byte[8192];
            for (int count = in.read(block); count > 0; count = in.read(block)) {
                out.write(block, 0, count);
            }
        };
        try (ScriptedServer server = new ScriptedServer(echo); Engine engine = engine(server.address(), Method.RESPMOD, true, 1 << 30)) {
            assertThat(engine.ask(sample(large), Deadline.in(EngineContract.PATIENCE))).isEqualTo(new Answer.Clean());
        }
    }

    @Test
    void askShouldThrowWhenTheServerSays204BeforeItHasReadTheSample() throws Exception {
        Peer hasty = (in, out, reply) -> {
            out.write(bytes("ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nAllow: 204\r\n\r\nICAP/1.0 204 No Content\r\n\r\n"));
            in.readNBytes(1000);
        };
        try (ScriptedServer server = new ScriptedServer(hasty); Engine engine = engine(server.address(), Method.RESPMOD, true, 1 << 30)) {
            assertThatThrownBy(() -> engine.ask(sample(new byte[32 << 20]), Deadline.in(EngineContract.PATIENCE))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void askShouldUseAConnectionAgain() throws Exception {
        IcapPeer peer = IcapPeer.of("Allow: 204\r\n", (request, opinion) -> echo(request));
        int[] connections = new int[1];
        Peer counting = (in, out, reply) -> {
            connections[0]++;
            peer.serve(in, out, reply);
        };
        try (ScriptedServer server = new ScriptedServer(counting); Engine engine = engine(server.address(), Method.RESPMOD, true, 1 << 20)) {
            for (int i = 0; i < 20; i++) {
                assertThat(engine.ask(sample(TEXT), Deadline.in(EngineContract.PATIENCE))).isEqualTo(new Answer.Clean());
            }
        }

        assertThat(connections[0]).isEqualTo(1);
        assertThat(peer.requests()).hasSize(20);
    }

    @Test
    void versionShouldFollowTheTagOfTheServer() throws Exception {
        IcapPeer peer = IcapPeer.of("Allow: 204\r\n", (request, opinion) -> bytes("ICAP/1.0 204 No Content\r\nISTag: TAG-2\r\n\r\n"));
        try (ScriptedServer server = new ScriptedServer(peer); Engine engine = engine(server.address(), Method.RESPMOD, true, 1 << 20)) {
            assertThat(engine.version()).isEmpty();

            engine.ask(sample(TEXT), Deadline.in(EngineContract.PATIENCE));

            assertThat(engine.version()).contains("TAG-2");
        }
    }

    @Test
    void askShouldNameWhatTheVendorsName() throws Exception {
        assertThat(answerTo(page("X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test-Signature;\r\nX-Violations-Found: 1\r\n\t-\r\n\t"
            + "Eicar-Test-Signature\r\n\t0\r\n\t0\r\n"))).as("c-icap").isEqualTo(hit("Eicar-Test-Signature", ""));
        assertThat(answerTo(page("X-Infection-Found: Type=1; Resolution=0; Threat=No macros;\r\n"))).as("policy")
            .isEqualTo(hit("No macros", "violates the policy of the ICAP server"));
        assertThat(answerTo(page("X-Violations-Found: 2\r\n a.zip\r\n Worm.A\r\n 0\r\n 0\r\n \\b.exe\r\n Worm.B\r\n 0\r\n 0\r\n"))).as("two")
            .isEqualTo(new Answer.Harmful(List.of(new Answer.Hit("Worm.A", WEIGHT, "in a.zip"), new Answer.Hit("Worm.B", WEIGHT, "in \\b.exe"))));
        assertThat(answerTo(page("X-Virus-ID: EICAR test file\r\nX-Block-Result: 80\r\n"))).as("McAfee").isEqualTo(hit("EICAR test file", ""));
        assertThat(answerTo(page("X-FSecure-Scan-Result: infected\r\nX-FSecure-Infection-Name: \"Malware.W97M/A\"\r\n"))).as("F-Secure")
            .isEqualTo(hit("Malware.W97M/A", ""));
        assertThat(answerTo(page("X-Response-Info: Blocked\r\nX-Blocked-Reason: Infected\r\n"))).as("MetaDefender")
            .isEqualTo(hit("blocked", "Infected"));
        assertThat(answerTo(ok("", "res", "HTTP/1.1 200 OK\r\nX-Virus-ID: Late.A\r\n\r\n", TEXT))).as("header of HTTP").isEqualTo(hit("Late.A", ""));
        assertThat(answerTo(bytes("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=" + HTTP_OK.length() + "\r\n\r\n" + HTTP_OK
            + "13\r\nsome bytes to judge\r\n0\r\nX-Virus-ID: Late.B\r\n\r\n"))).as("trailer").isEqualTo(hit("Late.B", ""));
        assertThat(answerTo(bytes("ICAP/1.0 403 Forbidden. Infected and not repaired\r\nX-Virus-ID: Worm.C\r\n\r\n"))).as("status of ICAP")
            .isEqualTo(hit("Worm.C", ""));
        assertThat(answerTo(bytes("ICAP/1.0 204 No Content\r\nX-Infection-Found: odd\r\n\r\n"))).as("odd").isEqualTo(hit("odd", ""));
        assertThat(answerTo(bytes("ICAP/1.0 204 No Content\r\nX-Violations-Found: 1\r\n\r\n"))).as("no name")
            .isEqualTo(hit("blocked", "found, but not named"));
    }

    @Test
    void askShouldNotJudgeWhenTheServerCouldNotLookInside() throws Exception {
        assertThat(answerTo(page("X-Infection-Found: Type=2; Resolution=0; Threat=Encrypted Archive;\r\nX-Virus-ID: Encrypted Archive\r\n"
            + "X-Response-Info: Blocked\r\n"))).isEqualTo(new Answer.Unable("the ICAP server could not look inside: Encrypted Archive"));
        assertThat(answerTo(page("X-Infection-Found: Type=2; Resolution=0; Threat=Encrypted Archive;\r\nX-Virus-ID: Worm.D\r\n")))
            .isEqualTo(hit("Worm.D", ""));
    }

    @Test
    void askShouldSayCleanWhenTheHeadersOfTheVendorsSayNothing() throws Exception {
        assertThat(answerTo(bytes("ICAP/1.0 204 No Content\r\nX-Virus-ID: no threats\r\nX-Response-Info: Allowed\r\nX-Violations-Found: 0\r\n"
            + "X-FSecure-Scan-Result: clean\r\n\r\n"))).isEqualTo(new Answer.Clean());
    }

    @Test
    void askShouldHoldBackWhatTheServerReplacesWithoutANameForIt() throws Exception {
        byte[] changed = Arrays.copyOf(TEXT, TEXT.length);
        changed[3] ^= 1;
        assertThat(answerTo(page(""))).isEqualTo(hit("blocked", "HTTP/1.1 403 Forbidden"));
        assertThat(answerTo(ok("", "res", "HTTP/1.1 307 Temporary Redirect\r\n\r\n", TEXT))).isInstanceOf(Answer.Harmful.class);
        for (byte[] other : List.of(changed, bytes("some bytes to judg"), bytes("some bytes to judge!"), new byte[0])) {
            assertThat(answerTo(ok("", "res", HTTP_OK, other))).isEqualTo(hit("replaced", "the ICAP server sent other bytes back"));
        }
        assertThat(answerTo(bytes("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=" + HTTP_OK.length() + "\r\n\r\n" + HTTP_OK)))
            .isEqualTo(hit("replaced", "the ICAP server sent other bytes back"));
        assertThat(ask(IcapPeer.of("", (request, opinion) -> ok("", "res", HTTP_OK, request.body())), Method.REQMOD, true, sample(TEXT)))
            .as("a page in place of an upload").isEqualTo(hit("blocked", "HTTP/1.1 200 OK"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ICAP/1.0 404 ICAP Service not found\r\n\r\n", "ICAP/1.0 405 Method not allowed\r\n\r\n", "ICAP/1.0 500 Server error\r\n\r\n",
        "ICAP/1.0 503 Service overloaded\r\n\r\n", "ICAP/1.0 302 Moved\r\n\r\n", "ICAP/1.0 100 Continue\r\n\r\n", "ICAP/1.0 206 Partial\r\n\r\n",
        "ICAP/1.0 201 Created\r\n\r\n", "ICAP/2.0 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n", "ICAP/1.0 2040\r\n\r\n",
        "ICAP/1.0 204 No Content\n\n", "ICAP/1.0 204 No Content\r\nno header\r\n\r\n", "ICAP/1.0 204 No Content\r\n folded: 1\r\n\r\n",
        "ICAP/1.0 204 No Content\r\nEncapsulated: res-hdr=0, res-body=20\r\n\r\n", "ICAP/1.0 200 OK\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n13\r\nsome bytes to judge\r\n0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0\r\n\r\n", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=9999999\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=5, res-body=10\r\n\r\n", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n13\r\nsome bytes to judgeX\r\n0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n-13\r\nsome bytes to judge\r\n0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=18\r\n\r\nHTTP/1.1 200 OK\r\n\r\n13\r\nsome bytes to judge\r\n0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: req-hdr=0, req-body=18\r\n\r\nPUT / HTTP/1.1\r\n\r\n13\r\nsome bytes to judge\r\n0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=34\r\n\r\nHTTP/1.1 500 Scanner has failed\r\n\r\n2\r\nNo\r\n0\r\n\r\n"})
    void askShouldThrowWhenTheAnswerIsNeitherCleanNorHarmful(String answer) {
        assertThatThrownBy(() -> answerTo(answer.getBytes(StandardCharsets.US_ASCII))).isInstanceOf(IOException.class);
    }

    @Test
    void askShouldSayWhyWhenTheServiceIsNotThere() {
        assertThatThrownBy(() -> answerTo(bytes("ICAP/1.0 404 ICAP Service not found\r\n\r\n"))).hasMessageContaining("no such service");
    }

    @Test
    void askShouldSayWhyWhenTheServiceDoesNotDoTheMethod() throws Exception {
        Peer reqmodOnly = (in, out, reply) -> out.write(bytes("ICAP/1.0 200 OK\r\nMethods: REQMOD\r\nEncapsulated: null-body=0\r\n\r\n"));
        try (ScriptedServer server = new ScriptedServer(reqmodOnly); Engine engine = engine(server.address(), Method.RESPMOD, true, 1 << 20)) {
            assertThatThrownBy(() -> engine.ask(sample(TEXT), Deadline.in(EngineContract.PATIENCE))).isInstanceOf(IOException.class)
                .hasMessageContaining("does reqmod, not RESPMOD");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://host/service", "icap:service", "icap://user@host/service", "icap://host/service#part", "icap:///service"})
    void constructorShouldRefuseWhatIsNoService(String address) {
        assertThatThrownBy(() -> new IcapEngine("icap", URI.create(address), IcapOptions.defaults())).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("icap://host");
    }
}
