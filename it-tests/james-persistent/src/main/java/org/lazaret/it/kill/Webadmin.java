package org.lazaret.it.kill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.it.JamesServer;

/** James' admin interface. */
public final class Webadmin {
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    public Webadmin(int port) {
        this.port = port;
    }

    public void addUser(JamesServer.Account account) throws IOException {
        call("PUT", "/users/" + account.address(), "{\"password\":\"" + account.password() + "\"}", "application/json");
    }

    /** Mails in the queue, with those that are being processed. */
    public long spool() throws IOException {
        Matcher size = Pattern.compile("\"size\":(\\d+)").matcher(call("GET", "/mailQueues/spool", "", "application/json"));
        if (!size.find()) {
            throw new IOException("The queue has no size");
        }
        return Long.parseLong(size.group(1));
    }

    /** The subjects of all mail that James keeps because of a failure, or for others. */
    public Set<String> subjectsInRepositories() throws IOException {
        Set<String> subjects = new HashSet<>();
        for (String repository : quoted(call("GET", "/mailRepositories", "", "application/json"), "\"path\":")) {
            String mails = "/mailRepositories/" + repository.replace("/", "%2F") + "/mails";
            for (String name : quoted(call("GET", mails, "", "application/json"), "")) {
                Matcher subject = Pattern.compile("(?m)^Subject: (.*?)\\r?$").matcher(call("GET", mails + "/" + name, "", "message/rfc822"));
                subjects.add(subject.find() ? subject.group(1) : name);
            }
        }
        return subjects;
    }

    /** Sends the mails of a repository on their way again, such as {@code var/mail/lazaret-failed/}; returns before they are. */
    public void reprocess(String repository, String processor) throws IOException {
        call("PATCH", "/mailRepositories/" + repository.replace("/", "%2F") + "/mails?action=reprocess&processor=" + processor, "",
            "application/json");
    }

    private static List<String> quoted(String json, String key) {
        return Pattern.compile(key + "\"([^\"]+)\"").matcher(json).results().map(match -> match.group(1)).toList();
    }

    private String call(String method, String path, String body, String accept) throws IOException {
        try {
            HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(60))
                    .header("Accept", accept).method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IOException(method + " " + path + " gives " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
