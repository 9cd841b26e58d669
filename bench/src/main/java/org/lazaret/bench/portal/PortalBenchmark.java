package org.lazaret.bench.portal;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lazaret.bench.store.GeneratedRecords;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.portal.Portal;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Pages of the portal over HTTP, one after the other: lists out of many records, and the preview of a mail of 20 MB, each time decrypted to
 * the end before anything of it is shown. Prints the median and the 95th percentile for each page.
 */
public final class PortalBenchmark {
    private static final int RECORDS = 100_000;
    private static final int WARM_UP = 25;
    private static final int TIMES = 60;
    private static final int BYTES = 20 << 20;
    private static final String ADMINISTRATOR = "admin@example.org";
    private static final String RECIPIENT = "user7@example.org";
    private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).followRedirects(HttpClient.Redirect.NEVER).build();
    private final URI site;

    private PortalBenchmark(URI site) {
        this.site = site;
    }

    /** Argument: a folder, empty or of an earlier run, which is used again. */
    public static void main(String[] arguments) throws Exception {
        Path folder = arguments.length > 0 ? Path.of(arguments[0]) : Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-portal");
        try {
            run(folder);
        } finally {
            if (arguments.length == 0) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private static void run(Path folder) throws Exception {
        Settings settings = SettingsReader.read("bench", "quarantine.directory = store\nquarantine.generate-keys = true\n"
            + "portal.bind = 127.0.0.1:0\nportal.administrators = " + ADMINISTRATOR + "\n", folder);
        Database database = Quarantines.database(settings.store());
        GeneratedRecords.fill(database, RECORDS);
        CompletableFuture<URI> address = new CompletableFuture<>();
        try (Quarantine quarantine = Quarantines.open(LiveSettings.of(settings), database, message -> { }, any -> true, Clock.systemUTC(),
            address::join)) {
            HeldMail mail = hold(quarantine);
            try (Portal started = new Portal(quarantine.settings(), quarantine, (account, password) -> true, id -> id, List::of, Clock.systemUTC())) {
                started.start();
                address.complete(started.url());
                Map<String, String> pages = new LinkedHashMap<>();
                pages.put("quarantine list", "/admin/quarantine");
                pages.put("quarantine list, a word", "/admin/quarantine?text=invoice");
                pages.put("quarantine list, score and state", "/admin/quarantine?least=5&state=held");
                pages.put("dashboard", "/admin");
                pages.put("requests", "/admin/requests");
                pages.put("audit", "/admin/audit");
                pages.put("held mail of 20 MB", "/admin/mail/" + mail.id());
                measure(started.url(), ADMINISTRATOR, pages);
                measure(started.url(), RECIPIENT, Map.of("a recipient's list", "/mails"));
                measure(started.url(), "", Map.of("preview of 20 MB by its link", quarantine.links().url(mail, RECIPIENT).getPath()));
            }
        }
    }

    private static HeldMail hold(Quarantine quarantine) throws IOException {
        byte[] attachment = new byte[BYTES * 3 / 4 / 78 * 76];
        new Random(1).nextBytes(attachment);
        String head = "From: Sender <sender@example.com>\r\nTo: " + RECIPIENT + "\r\nSubject: A large mail\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + "Some text of the mail.\r\n".repeat(200)
            + "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=large.bin\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n" + Base64.getMimeEncoder().encodeToString(attachment) + "\r\n--b--\r\n";
        return quarantine.hold(new Arrival("bench-" + System.nanoTime(), new Envelope("sender@example.com", List.of(RECIPIENT)),
            Clock.systemUTC().instant()), MessageSource.of(head.getBytes(StandardCharsets.US_ASCII)),
            new Verdict.Scanned(Score.WORST, List.of(), List.of()));
    }

    /**
     * Each page with a session of its own: requests of one are held back when there are too many.
     *
     * @param account empty for nobody
     */
    private static void measure(URI site, String account, Map<String, String> pages) throws Exception {
        for (Map.Entry<String, String> page : pages.entrySet()) {
            PortalBenchmark browser = new PortalBenchmark(site);
            if (!account.isEmpty()) {
                browser.signIn(account);
            }
            long[] times = new long[TIMES];
            int length = 0;
            for (int time = -WARM_UP; time < TIMES; time++) {
                long start = System.nanoTime();
                length = browser.get(page.getValue()).length();
                if (time >= 0) {
                    times[time] = System.nanoTime() - start;
                }
            }
            Arrays.sort(times);
            System.out.printf("%-36s p50 %7.1f ms  p95 %7.1f ms  %6.1f kB%n", page.getKey(), times[TIMES / 2] / 1e6, times[TIMES * 95 / 100] / 1e6,
                length / 1e3);
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(HttpRequest.newBuilder(site.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(path + ": " + response.statusCode());
        }
        return response.body();
    }

    private void signIn(String account) throws IOException, InterruptedException {
        Matcher form = FORM.matcher(get("/sign-in"));
        if (!form.find()) {
            throw new IOException("The sign-in page has no form");
        }
        String fields = "form=" + URLEncoder.encode(form.group(1), StandardCharsets.UTF_8) + "&address="
            + URLEncoder.encode(account, StandardCharsets.UTF_8) + "&password=any";
        HttpResponse<String> response = client.send(HttpRequest.newBuilder(site.resolve("/sign-in")).header("Origin", site.toString())
            .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(fields)).build(),
            HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 303) {
            throw new IOException("Signing in: " + response.statusCode());
        }
    }
}
