package org.lazaret.scan.engine.icap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.EncodedName;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.EngineError;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.inspect.Content;

/**
 * A service of an ICAP server (RFC 3507), such as c-icap with virus_scan, or the ICAP interface of a commercial engine.
 *
 * <p><b>What counts as clean:</b> {@code 204 No Content} to the whole sample, where the protocol allows it, and {@code 200 OK} with exactly the
 * bytes that were sent. <b>As harmful:</b> a header that names an infection ({@link Answers}); a page of HTTP in place of the sample ({@code 403}
 * and the like, and any page in REQMOD); other bytes in place of the sample, cleaned or replaced. <b>As unable:</b> a container violation; a
 * {@code 204} to the mere preview of a longer sample, for the server did not look at the rest. Everything else is a failure, and the connection is
 * closed then.
 *
 * <p>ConnectionPool are kept open and used again. The sample is sent by a thread of its own while the answer is read, since a server that sends back
 * what it gets would otherwise wait for us as we for it.
 */
public final class IcapEngine implements Engine {
    private static final int PORT = 1344;
    private static final int TLS_PORT = 11344;
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,99}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}");
    private static final Pattern HTTP_STATUS = Pattern.compile("HTTP/\\d\\.\\d ([1-5]\\d\\d)(?: .*)?");
    /** Reserved by RFC 2606 and 6761, so that no list of a server says anything of it. */
    private static final String HTTP_HOST = "attachment.invalid";

    /** What to do over a connection. */
    private interface Talk<T> {
        T over(IcapConnection connection) throws IOException, InterruptedException;
    }

    private final String name;
    private final URI service;
    private final IcapOptions options;
    private final @Nullable SSLSocketFactory tls;
    private final ConnectionPool connections;
    private final ScheduledThreadPoolExecutor watch;
    private volatile @Nullable Service known;

    /**
     * @param service {@code icap://host[:1344]/service}, or {@code icaps://host[:11344]/service} for TLS with a certificate that the JVM trusts
     * @throws IllegalArgumentException when it is something else
     */
    public IcapEngine(String name, URI service, IcapOptions options) {
        this(name, service, options, () -> (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    IcapEngine(String name, URI service, IcapOptions options, Supplier<SSLSocketFactory> tls) {
        boolean secure = "icaps".equalsIgnoreCase(service.getScheme());
        if (!secure && !"icap".equalsIgnoreCase(service.getScheme()) || service.getHost() == null || service.getRawUserInfo() != null
                || service.getRawFragment() != null) {
            throw new IllegalArgumentException("An ICAP service is icap://host[:port]/service or icaps://host[:port]/service, not " + service);
        }
        this.name = name;
        this.service = service;
        this.options = options;
        this.tls = secure ? tls.get() : null;
        this.connections = new ConnectionPool(options.connections());
        this.watch = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("icap-deadline-" + name).factory());
        watch.setRemoveOnCancelPolicy(true);
    }

    @Override
    public String name() {
        return name;
    }

    /** The server's ISTag; empty before the first question, and when it was asked for it too long ago. */
    @Override
    public Optional<String> version() {
        Service current = known;
        return current != null && current.isCurrent() ? current.tag() : Optional.empty();
    }

    @Override
    public Answer ask(Sample sample, Deadline callersDeadline) throws IOException, InterruptedException {
        if (sample.content().size() > options.maxSize()) {
            return new Answer.Unable("larger than " + options.maxSize() + " bytes");
        }
        Deadline deadline = Deadline.in(options.timeout()).or(callersDeadline);
        try {
            Service current = known;
            if (current == null || !current.isCurrent()) {
                current = talk(deadline, this::options);
                connections.limit(Math.min(options.connections(), current.connections()));
                known = current;
            }
            Service asked = current;
            Answer answer = talk(deadline, connection -> scan(connection, asked, sample));
            deadline.remaining();
            return answer;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException();
                interrupted.initCause(e);
                throw interrupted;
            }
            if (e instanceof SocketTimeoutException) {
                throw e;
            }
            throw isOver(deadline) ? timeout(e) : e;
        }
    }

    @Override
    public void close() {
        watch.shutdownNow().forEach(Runnable::run);
        connections.close();
    }

    private static boolean isOver(Deadline deadline) {
        try {
            deadline.remaining();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    private static SocketTimeoutException timeout(IOException cause) {
        SocketTimeoutException timeout = new SocketTimeoutException("No answer of the ICAP server in time");
        timeout.initCause(cause);
        return timeout;
    }

    /** Over a connection that was kept, once more over a new one when the server had closed that in the meantime. */
    private <T> T talk(Deadline deadline, Talk<T> talk) throws IOException, InterruptedException {
        connections.enter(deadline);
        try {
            Optional<IcapConnection> kept = connections.take();
            if (kept.isPresent()) {
                IcapConnection connection = kept.get();
                try {
                    return talk(connection, deadline, talk);
                } catch (IOException e) {
                    if (!connection.wentStale()) {
                        throw e;
                    }
                    connections.closeIdle();
                }
            }
            return talk(connect(deadline), deadline, talk);
        } finally {
            connections.leave();
        }
    }

    private <T> T talk(IcapConnection connection, Deadline deadline, Talk<T> talk) throws IOException, InterruptedException {
        @Nullable ScheduledFuture<?> end = null;
        boolean done = false;
        try {
            end = closeAt(deadline, connection::close);
            T result = talk.over(connection);
            done = true;
            return result;
        } finally {
            boolean inTime = end != null && end.cancel(false);
            if (done && inTime) {
                connections.keep(connection);
            } else {
                connection.close();
            }
        }
    }

    private ScheduledFuture<?> closeAt(Deadline deadline, Runnable close) throws IOException {
        try {
            return watch.schedule(close, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("The engine is closed", e);
        }
    }

    private IcapConnection connect(Deadline deadline) throws IOException {
        Socket plain = new Socket();
        boolean done = false;
        ScheduledFuture<?> end = closeAt(deadline, () -> close(plain));
        try {
            Duration remaining = deadline.remaining();
            Duration time = remaining.compareTo(options.connectTimeout()) < 0 ? remaining : options.connectTimeout();
            InetSocketAddress address = new InetSocketAddress(host(), port());
            if (address.isUnresolved()) {
                throw new IOException("The host of the ICAP server is not known: " + host());
            }
            plain.connect(address, (int) Math.max(1, time.toMillis()));
            plain.setTcpNoDelay(true);
            IcapConnection connection = new IcapConnection(plain, tls == null ? plain : secured(plain, tls));
            done = true;
            return connection;
        } finally {
            if (!end.cancel(false) || !done) {
                close(plain);
            }
        }
    }

    private SSLSocket secured(Socket plain, SSLSocketFactory factory) throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, host(), port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is all that was wanted.
        }
    }

    private Service options(IcapConnection connection) throws IOException {
        connection.request((start("OPTIONS") + "Encapsulated: null-body=0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        Response response = connection.response();
        if (response.status() != 200) {
            throw refused(response);
        }
        if (response.closes() || response.headers().list("encapsulated").stream().anyMatch(member -> member.startsWith("opt-body"))) {
            connection.retire();
        }
        return Service.of(response.headers(), options.method());
    }

    private Answer scan(IcapConnection connection, Service asked, Sample sample) throws IOException, InterruptedException {
        Content content = sample.content();
        boolean preview = options.preview() && asked.wantsPreview(sample.name());
        long shown = preview ? Math.min(content.size(), asked.preview()) : 0;
        boolean complete = preview && shown == content.size();
        connection.request(head(asked, sample, preview ? asked.preview() : -1));
        if (preview) {
            connection.chunks(content, 0, shown);
            connection.lastChunk(complete);
            Response response = connection.response();
            if (complete || response.status() != 100) {
                Answer answer = judge(connection, response, content, true);
                return complete || !(answer instanceof Answer.Clean) ? answer
                    : new Answer.Unable("the ICAP server passed it having seen " + shown + " of " + content.size() + " bytes");
            }
        }
        FutureTask<Boolean> upload = upload(connection, content, shown);
        Thread.ofVirtual().name("icap-upload-" + name).start(upload);
        try {
            Answer answer = judge(connection, connection.response(), content, asked.allows204());
            if (answer instanceof Answer.Clean) {
                upload.get();
            }
            return answer;
        } catch (ExecutionException e) {
            throw new IOException("The ICAP server answered, but did not take the sample", e.getCause());
        } catch (IOException e) {
            connection.close();
            if (upload.state() == Future.State.FAILED) {
                e.addSuppressed(upload.exceptionNow());
            }
            throw e;
        }
    }

    private static FutureTask<Boolean> upload(IcapConnection connection, Content content, long start) {
        return new FutureTask<>(() -> {
            try {
                connection.chunks(content, start, content.size());
                connection.lastChunk(false);
                return true;
            } catch (IOException e) {
                // So that nobody waits for the answer to half a sample.
                connection.hangUp();
                throw e;
            }
        });
    }

    /** What the answer means; a connection that has more to say, or that the server ends, is not kept. */
    private Answer judge(IcapConnection connection, Response response, Content content, boolean may204) throws IOException {
        Answer answer = Answers.of(List.of(response.headers()), options.weight()).orElse(null);
        if (answer == null) {
            answer = switch (response.status()) {
                case 200 -> adapted(connection, response, content);
                case 204 -> unchanged(response, may204);
                default -> throw refused(response);
            };
            learn(response);
        }
        if (response.closes() || !(answer instanceof Answer.Clean)) {
            connection.retire();
        }
        return answer;
    }

    private void learn(Response response) {
        Service current = known;
        Optional<String> tag = Service.tag(response.headers());
        if (current != null && tag.isPresent() && !tag.equals(current.tag())) {
            known = current.with(tag);
        }
    }

    private static Answer unchanged(Response response, boolean may204) throws IOException {
        if (!may204) {
            throw new IOException("The ICAP server says 204, which was not allowed to it");
        }
        if (!Set.of("null-body=0").containsAll(response.headers().list("encapsulated"))) {
            throw new IOException("The ICAP server says 204 and sends something nevertheless");
        }
        return new Answer.Clean();
    }

    /** A message of HTTP came back: the same, a changed one, or a page in its place. */
    private Answer adapted(IcapConnection connection, Response response, Content content) throws IOException {
        Encapsulated inside = Encapsulated.of(response.headers());
        List<Headers> headers = new ArrayList<>();
        Map<String, String> startLines = new HashMap<>();
        for (Encapsulated.Header header : inside.headers()) {
            List<String> lines = connection.block(header.length());
            startLines.put(header.kind(), lines.getFirst());
            headers.add(Headers.of(lines.subList(1, lines.size())));
        }
        Optional<Answer> named = Answers.of(headers, options.weight());
        if (named.isPresent()) {
            return named.get();
        }
        String statusLine = startLines.get("res-hdr");
        if (statusLine != null) {
            int status = httpStatus(statusLine);
            if (options.method() == IcapOptions.Method.REQMOD || status >= 300) {
                return Answers.blocked(Answers.printable(statusLine), options.weight());
            }
        }
        String kind = options.method() == IcapOptions.Method.REQMOD ? "req" : "res";
        if (!startLines.keySet().equals(Set.of(kind + "-hdr")) || inside.hasBody() && !inside.body().equals(kind + "-body")) {
            throw new IOException("The ICAP server sent something else than what it was asked about");
        }
        Comparison comparison = new Comparison(content.size());
        Headers trailer = inside.hasBody() ? connection.body(comparison) : new Headers();
        return Answers.of(List.of(trailer), options.weight()).orElseGet(() -> comparison.same(content) ? new Answer.Clean()
            : new Answer.Harmful(List.of(new Answer.Hit("replaced", options.weight(), "the ICAP server sent other bytes back"))));
    }

    private static int httpStatus(String statusLine) throws IOException {
        Matcher matcher = HTTP_STATUS.matcher(statusLine);
        int status = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (status < 200 || status >= 500) {
            throw new IOException("The ICAP server failed with a page of HTTP: " + Answers.printable(statusLine));
        }
        return status;
    }

    private static IOException refused(Response response) {
        String meaning = switch (response.status()) {
            case 400 -> "it does not understand the request";
            case 401, 403, 407 -> "it does not let us in";
            case 404 -> "it has no such service";
            case 405 -> "the service does not do this method";
            case 408 -> "it waited too long for us";
            case 500 -> "it failed";
            case 503 -> "it has too much to do";
            default -> response.reason();
        };
        String message = "The ICAP server says " + response.status() + ": " + meaning;
        return response.status() == 400 ? new EngineError(message) : new IOException(message);
    }

    private String start(String method) {
        return method + " " + uri() + " ICAP/1.0\r\nHost: " + host() + ":" + port() + "\r\nUser-Agent: Lazaret\r\n";
    }

    /** The head of a request with the headers of HTTP inside; {@code preview} is -1 for none. */
    private byte[] head(Service asked, Sample sample, int preview) {
        String file = EncodedName.percent(sample.name());
        String fields = "Content-Type: " + (MEDIA_TYPE.matcher(sample.mediaType()).matches() ? sample.mediaType() : "application/octet-stream")
            + "\r\nContent-Length: " + sample.content().size()
            + "\r\nContent-Disposition: attachment; filename=\"" + EncodedName.ascii(sample.name()) + "\"; filename*=UTF-8''" + file + "\r\n\r\n";
        String target = " http://" + HTTP_HOST + "/" + file + " HTTP/1.1\r\nHost: " + HTTP_HOST + "\r\n";
        String http;
        String encapsulated;
        if (options.method() == IcapOptions.Method.REQMOD) {
            http = "PUT" + target + fields;
            encapsulated = "req-hdr=0, req-body=" + http.length();
        } else {
            String get = "GET" + target + "\r\n";
            http = get + "HTTP/1.1 200 OK\r\n" + fields;
            encapsulated = "req-hdr=0, res-hdr=" + get.length() + ", res-body=" + http.length();
        }
        String icap = start(options.method().name()) + (asked.allows204() ? "Allow: 204\r\n" : "")
            + (preview >= 0 ? "Preview: " + preview + "\r\n" : "") + "Encapsulated: " + encapsulated + "\r\n\r\n";
        return (icap + http).getBytes(StandardCharsets.US_ASCII);
    }

    private String uri() {
        String path = service.getRawPath().isEmpty() ? "/" : service.getRawPath();
        return "icap://" + host() + ":" + port() + path + (service.getRawQuery() == null ? "" : "?" + service.getRawQuery());
    }

    private String host() {
        return service.getHost();
    }

    private int port() {
        return service.getPort() >= 0 ? service.getPort() : tls == null ? PORT : TLS_PORT;
    }
}
