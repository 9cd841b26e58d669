package org.lazaret.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.lazaret.portal.Samples.ALICE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.portal.web.WebServer;
import org.lazaret.quarantine.HeldMail;

/** The server under the pages: headers, limits, methods, hosts, errors, start and stop. */
class ServerTest {
    private PortalFixture portal = new PortalFixture();

    @AfterEach
    void stop() {
        portal.close();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), portal.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    @Test
    void everyAnswerShouldCarryTheProtectiveHeaders() throws Exception {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        Browser browser = portal.browser();
        List<HttpResponse<String>> answers = List.of(browser.get(portal.link(mail, ALICE)), browser.get("/sign-in"), browser.get("/"),
            browser.get("/nothing"), browser.get("/m/x"), browser.send("PUT", "/mails", BodyPublishers.noBody()),
            browser.post(portal.link(mail, ALICE) + "/release"),
            browser.press(portal.link(mail, ALICE), "delete"));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly("default-src 'none'; style-src 'self'; img-src 'self'; "
                + "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("same-origin");
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(answer.headers().firstValue("Permissions-Policy")).isPresent();
            assertThat(answer.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
            assertThat(answer.headers().firstValue("Server")).isEmpty();
            assertThat(answer.headers().firstValue("X-Powered-By")).isEmpty();
            assertThat(answer.body()).doesNotContain("<script", " style=", "<style", "http://", "https://");
        });
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nBroken header\r\n\r\n")).startsWith("HTTP/1.1 400")
            .contains("Content-Security-Policy: default-src 'none'");
    }

    @Test
    void assetsShouldBeServedForGoodUnderTheirHash() {
        Browser browser = portal.browser();
        Matcher matcher = Pattern.compile("href=\"(/assets/lazaret-[0-9a-f]{16}\\.(css|svg))\"").matcher(browser.get("/sign-in").body());
        int count = 0;

        while (matcher.find()) {
            HttpResponse<String> asset = browser.get(matcher.group(1));
            assertThat(asset.statusCode()).isEqualTo(200);
            assertThat(asset.headers().allValues("Cache-Control")).containsExactly("public, max-age=31536000, immutable");
            assertThat(asset.headers().firstValue("Content-Type").orElse(""))
                .startsWith(matcher.group(2).equals("css") ? "text/css" : "image/svg+xml");
            assertThat(asset.body()).doesNotContain("url(", "@import");
            count++;
        }

        assertThat(count).isEqualTo(2);
        for (String path : List.of("/assets/lazaret-0000000000000000.css", "/assets/portal.css",
            "/assets/..%2fportal.css", "/assets/%2e%2e/texts.properties",
            "/assets/../texts.properties")) {
            assertThat(browser.get(path).statusCode()).as(path).isIn(400, 404);
        }
    }

    @Test
    void unknownMethodsShouldBeRefused() throws Exception {
        Browser browser = portal.browser();

        for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND")) {
            HttpResponse<String> answer = browser.send(method, "/sign-in", BodyPublishers.noBody());
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD, POST");
        }
        assertThat(raw("TRACE /sign-in HTTP/1.1\r\nHost: a\r\nX-Secret: s\r\nConnection: close\r\n\r\n"))
            .startsWith("HTTP/1.1 405").doesNotContain("X-Secret");
        assertThat(browser.post("/mails").statusCode()).isEqualTo(405);
    }

    @Test
    void hostAndForwardedHeadersShouldHaveNoEffect() throws Exception {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        String link = portal.link(mail, ALICE);
        String plain = portal.browser().get(link).body();

        String forged = raw("GET " + link + " HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-Prefix: /evil\r\nForwarded: host=evil.example;proto=https\r\nX-Original-URL: /admin\r\nX-HTTP-Method-Override: POST\r\n"
            + "Connection: close\r\n\r\n");
        String redirect = raw("GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n");
        String absolute = raw("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        String post = raw("POST " + link + "/release HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 48\r\n\r\nform=" + Browser.formToken(plain));

        assertThat(forged).startsWith("HTTP/1.1 200").endsWith(plain).doesNotContain("evil");
        assertThat(redirect).startsWith("HTTP/1.1 303").contains("Location: /sign-in\r\n").doesNotContain("evil");
        assertThat(absolute).contains("Location: /sign-in\r\n").doesNotContain("evil");
        assertThat(post).startsWith("HTTP/1.1 403").doesNotContain("evil");
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void oversizedRequestsShouldBeRefused() throws Exception {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        String post = "POST " + portal.link(mail, ALICE) + "/delete HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n";

        String header = raw("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(WebServer.MAX_HEADER) + "\r\n\r\n");
        String uri = raw("GET /" + "a".repeat(WebServer.MAX_HEADER) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        String announced = raw(post + "Content-Length: 999999999\r\n\r\n");
        String chunked = raw(post + "Transfer-Encoding: chunked\r\n\r\n" + ("1000\r\n" + "a".repeat(4096) + "\r\n").repeat(17) + "0\r\n\r\n");

        assertThat(header).startsWith("HTTP/1.1 431");
        assertThat(uri).startsWith("HTTP/1.1 414");
        assertThat(announced).startsWith("HTTP/1.1 413");
        assertThat(chunked).startsWith("HTTP/1.1 413");
        assertThat(portal.quarantine.calls).isEmpty();
        assertThat(portal.browser().get("/sign-in").statusCode()).isEqualTo(200);
    }

    @Test
    void unreadableFormsShouldBeRefused() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        Browser browser = portal.browser();
        String path = portal.link(mail, ALICE) + "/release";
        String form = "form=" + Browser.formToken(browser.get(portal.link(mail, ALICE)).body());

        assertThat(browser.postRaw(path, form + "&x=%zz").statusCode()).isEqualTo(400);
        assertThat(browser.postRaw(path, form + "&a=b".repeat(3_000)).statusCode()).isEqualTo(400);
        for (String type : List.of("text/plain", "multipart/form-data; boundary=x", "application/json")) {
            assertThat(browser.send("POST", path, BodyPublishers.ofString(form), "Content-Type", type).statusCode()).as(type).isEqualTo(415);
        }
        assertThat(browser.send("POST", path, BodyPublishers.ofString(form)).statusCode()).isEqualTo(415);
        assertThat(portal.quarantine.calls).isEmpty();
    }

    @Test
    void floodByOneLinkShouldBeHeldBackAndOthersBeServed() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        HeldMail other = portal.quarantine.add(Samples.invoice(2, ALICE), Samples.MESSAGE);
        Browser browser = portal.browser();
        List<HttpResponse<String>> answers = new ArrayList<>();

        for (int i = 0; i < 1_000 && answers.stream().noneMatch(answer -> answer.statusCode() == 429); i++) {
            answers.add(browser.send("HEAD", portal.link(mail, ALICE) + "/text", BodyPublishers.noBody()));
        }
        HttpResponse<String> refused = answers.getLast();

        assertThat(answers).hasSizeGreaterThan(50);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(browser.get(portal.link(other, ALICE)).statusCode()).isEqualTo(200);
        assertThat(browser.get("/sign-in").statusCode()).isEqualTo(200);
    }

    @Test
    void errorsShouldNotShowTheirInside() {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        portal.quarantine.broken = new IllegalStateException("SELECT secret FROM mail <b>");

        HttpResponse<String> answer = portal.browser().get(portal.link(mail, ALICE));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("Something went wrong on our side").doesNotContain("SELECT", "Exception", "org.lazaret", "jetty");
    }

    @Test
    void publicUrlShouldDecideOriginAndPath() {
        portal.close();
        portal = new PortalFixture("portal.url = https://mail.example.org/quarantine");
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        Browser browser = portal.browser();
        String link = portal.link(mail, ALICE);
        String form = "form=" + Browser.formToken(browser.get(link).body());

        HttpResponse<String> kept = browser.get("/quarantine" + link);
        HttpResponse<String> foreign = browser.postRaw(link + "/release", form);
        browser.origin = "https://mail.example.org";
        HttpResponse<String> own = browser.postRaw("/quarantine" + link + "/release", form);

        assertThat(kept.body()).contains("action=\"/quarantine" + link + "/release\"", "href=\"/quarantine/assets/lazaret-");
        assertThat(browser.get(link).body()).contains("href=\"/quarantine/assets/lazaret-");
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(own.statusCode()).isEqualTo(303);
        assertThat(own.headers().firstValue("Location")).contains("/quarantine" + link);
        assertThat(browser.get("/quarantinex/sign-in").statusCode()).isEqualTo(404);
    }

    @Test
    void portInUseShouldBeSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
             Portal second = new Portal(LiveSettings.of(PortalFixture.settings("portal.bind = 127.0.0.1:" + taken.getLocalPort())), portal.quarantine,
                 (address, password) -> false, id -> id, List::of, portal.clock)) {
            assertThatThrownBy(second::start).isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + taken.getLocalPort()).hasMessageContaining("portal.bind").hasMessageContaining("in use");
        }
    }

    @Test
    void stoppedPortalShouldFreeItsPort() throws Exception {
        int port = portal.port();

        portal.close();

        try (ServerSocket free = new ServerSocket()) {
            free.setReuseAddress(true);
            free.bind(new java.net.InetSocketAddress("127.0.0.1", port));
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void stoppingShouldLetRequestsUnderWayFinish() throws Exception {
        HeldMail mail = portal.quarantine.add(Samples.invoice(1, ALICE), Samples.MESSAGE);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        portal.quarantine.meanwhile = () -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        String link = portal.link(mail, ALICE);
        Browser browser = portal.browser();
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> browser.get(link));
        begun.await();

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(portal::close);
        await().until(() -> portal.port() < 0);
        goOn.countDown();

        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        stopped.get(20, TimeUnit.SECONDS);
    }

    @Test
    void pagesShouldRenderWhateverTheContextClassLoaderIs() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
            portal.close();
            portal = new PortalFixture();

            assertThat(portal.browser().get("/sign-in").statusCode()).isEqualTo(200);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
