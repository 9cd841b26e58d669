package org.lazaret.it.client;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsoup.Connection;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/** A person at the portal: opens pages, fills in forms, keeps cookies. */
public final class Browser {
    private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(Duration.ofSeconds(10)).build();

    /** A page as it was answered. */
    public record Page(URI address, int status, Map<String, List<String>> headers, Document document) {
        /** All that can be read on it. */
        public String text() {
            return document.text();
        }

        public Optional<String> header(String name) {
            return headers.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .map(entry -> entry.getValue().getFirst()).findFirst();
        }

        /** The form that posts to an address with that end. */
        public Optional<Element> form(String end) {
            return document.select("form[method=post]").stream()
                .filter(form -> form.attr("action").endsWith(end) || !form.select("button[formaction$=" + end + "]").isEmpty())
                .findFirst();
        }

        /** Where the link with that text leads. */
        public Optional<URI> link(String text) {
            return document.select("a[href]").stream().filter(link -> link.text().contains(text))
                .map(link -> address.resolve(link.attr("href"))).findFirst();
        }
    }

    public Page open(URI address) throws IOException {
        return send(HttpRequest.newBuilder(address).GET());
    }

    /** Sends a method without a body, such as HEAD. */
    public Page send(String method, URI address) throws IOException {
        return send(HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    /** Fills in the form that posts to an address with that end, and sends it. What is not given stays as the page has it. */
    public Page submit(Page page, String end, Map<String, String> fields) throws IOException {
        return submit(page, end, fields, Set.of());
    }

    /** @param cleared marks that are taken away */
    public Page submit(Page page, String end, Map<String, String> fields, Set<String> cleared) throws IOException {
        Element form = page.form(end).orElseThrow(() -> new IOException(page.address() + " has no form for " + end + ": " + page.text()));
        Element button = form.selectFirst("button[formaction$=" + end + "]");
        List<String> pairs = new ArrayList<>();
        for (Connection.KeyVal field : ((FormElement) form).formData()) {
            if (!fields.containsKey(field.key()) && !cleared.contains(field.key())) {
                pairs.add(pair(field.key(), field.value()));
            }
        }
        fields.forEach((name, value) -> pairs.add(pair(name, value)));
        return post(page.address().resolve(button == null ? form.attr("action") : button.attr("formaction")), String.join("&", pairs));
    }

    public Page post(URI address, String body) throws IOException {
        return send(HttpRequest.newBuilder(address).header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Page send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> response = client.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
            return new Page(response.uri(), response.statusCode(), response.headers().map(),
                Jsoup.parse(response.body(), response.uri().toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static String pair(String name, String value) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8) + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
