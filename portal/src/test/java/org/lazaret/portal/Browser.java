package org.lazaret.portal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that keeps cookies as a browser on that site would, sends what it is told to, and follows no redirects. */
final class Browser {
    private final URI site;
    private final HttpClient client;
    final Map<String, String> cookies = new LinkedHashMap<>();
    /** The page's own origin unless set otherwise; empty for none. */
    String origin;

    Browser(int port) {
        this(URI.create("http://127.0.0.1:" + port), builder -> { });
    }

    Browser(URI site, Consumer<HttpClient.Builder> more) {
        this.site = site;
        this.origin = site.toString();
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER);
        more.accept(builder);
        this.client = builder.build();
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.resolve(path)).method(method, body).timeout(Duration.ofSeconds(20));
        if (!cookies.isEmpty()) {
            List<String> pairs = new ArrayList<>();
            cookies.forEach((name, value) -> pairs.add(name + "=" + value));
            request.header("Cookie", String.join("; ", pairs));
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            for (String cookie : response.headers().allValues("Set-Cookie")) {
                Matcher matcher = Pattern.compile("([^=]+)=([^;]*)(.*)").matcher(cookie);
                if (matcher.matches()) {
                    if (matcher.group(3).contains("Max-Age=0")) {
                        cookies.remove(matcher.group(1));
                    } else {
                        cookies.put(matcher.group(1), matcher.group(2));
                    }
                }
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> post(String path, String... fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(encode(fields[i]) + "=" + encode(fields[i + 1]));
        }
        return postRaw(path, String.join("&", pairs));
    }

    HttpResponse<String> postRaw(String path, String form, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        if (!origin.isEmpty()) {
            all.addAll(List.of("Origin", origin));
        }
        return send("POST", path, HttpRequest.BodyPublishers.ofString(form), all.toArray(String[]::new));
    }

    /** Loads a page, takes the token of its forms, and sends one of them. */
    HttpResponse<String> press(String page, String action, String... fields) {
        List<String> all = new ArrayList<>(List.of("form", formToken(get(page).body())));
        all.addAll(List.of(fields));
        return post(page + "/" + action, all.toArray(String[]::new));
    }

    HttpResponse<String> signIn(String address, String password, String... more) {
        String token = formToken(get("/sign-in").body());
        List<String> all = new ArrayList<>(List.of("form", token, "address", address, "password", password));
        all.addAll(List.of(more));
        return post("/sign-in", all.toArray(String[]::new));
    }

    /** The token that a page's forms about the mail, or signing in, carry: the last one on the page. */
    static String formToken(String page) {
        Matcher matcher = Pattern.compile("name=\"form\" value=\"([^\"]+)\"").matcher(page);
        String token = "";
        while (matcher.find()) {
            token = matcher.group(1);
        }
        return token;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
