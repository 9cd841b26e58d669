package org.lazaret.scan.engine.atp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.EncodedName;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineError;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.inspect.Content;

/**
 * Juniper ATP Cloud by its Open API: {@code GET /v1/skyatp/lookup/hash/{sha256}} and {@code POST /v1/skyatp/submit/sample}. What was relied on of
 * its published description stands in {@code docs/engines.md}.
 *
 * <p>The hash goes first, so that only what the service has no complete report of is submitted; then it is asked again, at growing intervals,
 * until the analysis is complete or the deadline is there. Only a complete report with score 0 counts as clean; a higher score is the weight of
 * the hit. Redirects are not followed, since the token would go with them.
 */
public final class AtpCloudEngine implements Engine {
    private static final int MAX_ANSWER = 1 << 20;
    private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofHours(1);
    private static final Duration USUAL_REST = Duration.ofMinutes(1);
    /** The service has no version of its own, and may change its mind with each report. */
    private static final Duration ANSWER_HOLDS = Duration.ofMinutes(10);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

    private final String name;
    private final AtpCloudOptions options;
    private final Clock clock;
    private final HttpClient http;
    /** What is being analysed, so that a mail that comes back to be scanned again is not submitted again. */
    private final Cache<String, Instant> submitted = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();
    /** Until when the service wants to be left alone. */
    private final AtomicReference<Instant> rest = new AtomicReference<>(Instant.MIN);

    /** @throws IOException when the token cannot be used: see {@link AtpCloudOptions#token()} */
    public AtpCloudEngine(String name, AtpCloudOptions options, Clock clock) throws IOException {
        this.name = name;
        this.options = options;
        this.clock = clock;
        token();
        this.http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(options.connectTimeout()).build();
    }

    @Override
    public String name() {
        return name;
    }

    /** The time, in steps of ten minutes: as long may an answer be used again. */
    @Override
    public Optional<String> version() {
        return Optional.of(Long.toString(clock.instant().getEpochSecond() / ANSWER_HOLDS.toSeconds()));
    }

    @Override
    public Answer ask(Sample sample, Deadline callersDeadline) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(options.timeout()).or(callersDeadline);
        String sha256 = sample.content().sha256();
        Optional<Report> report = lookUp(sha256, deadline);
        if (report.isEmpty() || !report.get().complete()) {
            if (submitted.getIfPresent(sha256) == null) {
                Optional<Answer.Unable> obstacle = obstacle(sample);
                if (obstacle.isPresent()) {
                    return obstacle.get();
                }
                report = submit(sample, deadline);
                submitted.put(sha256, clock.instant());
            }
            Duration pause = options.firstPoll();
            while (report.isEmpty() || !report.get().complete()) {
                Duration left = deadline.remaining();
                Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
                report = lookUp(sha256, deadline);
                pause = pause.multipliedBy(3).dividedBy(2);
                pause = pause.compareTo(options.lastPoll()) < 0 ? pause : options.lastPoll();
            }
            submitted.invalidate(sha256);
        }
        deadline.remaining();
        return answer(report.get());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static Answer answer(Report report) {
        // Rounded up, so that nothing above 0 becomes clean.
        Score weight = new Score((int) Math.ceil(report.score() * 10));
        if (weight.equals(Score.NONE)) {
            return new Answer.Clean();
        }
        return new Answer.Harmful(List.of(new Answer.Hit(report.threat().isEmpty() ? "score " + weight : report.threat(), weight,
            "ATP Cloud gives it a score of " + weight)));
    }

    private Optional<Answer.Unable> obstacle(Sample sample) {
        if (!options.submit()) {
            return Optional.of(new Answer.Unable("ATP Cloud does not know it, and nothing is submitted"));
        }
        if (!options.submits(sample.mediaType())) {
            return Optional.of(new Answer.Unable("ATP Cloud does not know it, and its type is not submitted"));
        }
        if (sample.content().size() > options.maxSize()) {
            return Optional.of(new Answer.Unable("ATP Cloud does not know it, and it is larger than " + options.maxSize() + " bytes"));
        }
        return Optional.empty();
    }

    /** Empty when the service knows nothing of it. */
    private Optional<Report> lookUp(String sha256, Deadline deadline) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(request("/v1/skyatp/lookup/hash/" + sha256 + "?full_report=false").GET(), deadline);
        return switch (response.statusCode()) {
            case 200 -> Optional.of(Report.parse(response.body(), sha256));
            case 404 -> Optional.empty();
            default -> throw refused(response);
        };
    }

    private Optional<Report> submit(Sample sample, Deadline deadline) throws IOException, InterruptedException {
        String boundary = "lazaret-" + UUID.randomUUID();
        HttpRequest.Builder request = request("/v1/skyatp/submit/sample")
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(form(sample, boundary));
        HttpResponse<byte[]> response = send(request, deadline);
        return switch (response.statusCode()) {
            case 200 -> Optional.of(Report.parse(response.body(), sample.content().sha256()));
            // Taken, without saying what is known by now.
            case 201, 202 -> Optional.empty();
            case 413 -> throw new EngineError("ATP Cloud says 413: the sample is too large for it");
            default -> throw refused(response);
        };
    }

    private static BodyPublisher form(Sample sample, String boundary) {
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + EncodedName.ascii(sample.name())
            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        Content content = sample.content();
        BodyPublisher bytes = BodyPublishers.ofInputStream(() -> {
            try {
                return content.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return BodyPublishers.concat(BodyPublishers.ofString(head, StandardCharsets.US_ASCII),
            content.size() == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(bytes, content.size()),
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n", StandardCharsets.US_ASCII));
    }

    private HttpRequest.Builder request(String path) throws IOException {
        String base = options.base().toString();
        URI uri = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token()).header("Accept", "application/json");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, Deadline deadline) throws IOException, InterruptedException {
        Instant until = rest.get();
        if (clock.instant().isBefore(until)) {
            throw new IOException("ATP Cloud wants to be left alone until " + until + " (429)");
        }
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request.timeout(deadline.remaining()).build(),
            info -> new LimitedBody(MAX_ANSWER));
        try {
            return exchange.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw timeout(e);
        } catch (ExecutionException e) {
            deadline.remaining();
            throw new IOException("ATP Cloud could not be asked: " + e.getCause(), e.getCause());
        } finally {
            // Ends what is still under way.
            exchange.cancel(true);
        }
    }

    private String token() throws IOException {
        String token = options.token().read();
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException(options.token() + " holds no token: one line of letters, digits and . _ ~ + / = -");
        }
        return token;
    }

    private static SocketTimeoutException timeout(Exception cause) {
        SocketTimeoutException timeout = new SocketTimeoutException("No answer of ATP Cloud in time");
        timeout.initCause(cause);
        return timeout;
    }

    private IOException refused(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        return switch (status) {
            case 401, 403 -> new IOException("ATP Cloud says " + status + ": it does not take the token of " + options.token());
            case 429 -> {
                Instant until = clock.instant().plus(pause(response.headers().firstValue("Retry-After").orElse("")));
                rest.accumulateAndGet(until, (first, second) -> first.isAfter(second) ? first : second);
                yield new IOException("ATP Cloud says 429: too many requests; it is left alone until " + until);
            }
            default -> new IOException("ATP Cloud says " + status);
        };
    }

    /** Seconds or a date (RFC 9110, 10.2.3). */
    private Duration pause(String retryAfter) {
        Duration pause = USUAL_REST;
        String value = retryAfter.strip();
        if (value.matches("\\d{1,9}")) {
            pause = Duration.ofSeconds(Long.parseLong(value));
        } else if (!value.isEmpty()) {
            try {
                pause = Duration.between(clock.instant(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT)));
            } catch (DateTimeException e) {
                // As if it had said nothing.
                pause = USUAL_REST;
            }
        }
        if (pause.compareTo(SHORTEST_REST) < 0) {
            return SHORTEST_REST;
        }
        return pause.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : pause;
    }
}
