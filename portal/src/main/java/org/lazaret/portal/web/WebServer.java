package org.lazaret.portal.web;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.DoSHandler;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.settings.Settings;
import org.lazaret.scan.log.Log;

/**
 * The HTTP server: Jetty's core without servlets, with a limit on everything a client can send or hold open.
 *
 * <p>Limits: {@value #MAX_HEADER} bytes of request line and headers, {@value #MAX_FORM} bytes of form where a page takes no more,
 * {@value #IDLE_MILLIS} ms without a byte, about {@value #FORM_MILLIS} ms for a form, {@value #MAX_CONNECTIONS} connections,
 * {@value #MAX_THREADS} threads; for each client {@value #BURST} requests at once and {@value #RATE} a second from then on.
 */
public final class WebServer implements AutoCloseable {
    public static final int MAX_HEADER = 16 * 1024;
    public static final int MAX_FORM = 64 * 1024;
    static final int IDLE_MILLIS = 30_000;
    static final int FORM_MILLIS = 30_000;
    static final int MAX_CONNECTIONS = 1_000;
    /** While no more connections are taken. */
    static final int CROWDED_IDLE_MILLIS = 2_000;
    static final int MAX_THREADS = 64;
    static final int RATE = 10;
    static final int BURST = 100;
    /** More than these are let through untold apart. */
    private static final int MAX_CLIENTS = 10_000;
    private static final int BUFFER = 1 << 15;
    private static final int STOP_MILLIS = 5_000;
    /** For half a year browsers come to this host by HTTPS alone. */
    private static final Answer.Header HTTPS_ONLY = new Answer.Header("Strict-Transport-Security", "max-age=15552000");
    private static final Log LOGGER = Log.of(WebServer.class);

    /** The page of a status from 400 on. */
    @FunctionalInterface
    public interface ErrorPage {
        /** @param call with neither query nor form when they could not be read */
        Answer answer(int status, Call call);
    }

    private final InetSocketAddress bind;
    private final Optional<ServerTls> tls;
    private final String base;
    private final Routes routes;
    private final Function<Call, Optional<String>> client;
    private final Function<Call, Optional<Answer>> gate;
    private final ErrorPage errorPage;
    private final Server server;
    private final ServerConnector connector;
    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * @param tls       empty for HTTP; else HTTPS is spoken and nothing else
     * @param base      path under which a proxy may serve us, such as {@code /quarantine}; empty for none
     * @param client    whose requests are counted together; those of nobody are not counted
     * @param gate      looks at every POST first; an answer refuses it
     */
    public WebServer(InetSocketAddress bind, Optional<Settings.Tls> tls, String base, Routes routes, Function<Call, Optional<String>> client,
                     Function<Call, Optional<Answer>> gate, ErrorPage errorPage) {
        this(tls.map(ServerTls::new), bind, base, routes, client, gate, errorPage);
    }

    WebServer(Optional<ServerTls> tls, InetSocketAddress bind, String base, Routes routes, Function<Call, Optional<String>> client,
              Function<Call, Optional<Answer>> gate, ErrorPage errorPage) {
        this.bind = bind;
        this.tls = tls;
        this.base = base;
        this.routes = routes;
        this.client = client;
        this.gate = gate;
        this.errorPage = errorPage;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
        threads.setName("lazaret-portal");
        threads.setDaemon(true);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER);
        http.setIdleTimeout(IDLE_MILLIS);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        connector = new ServerConnector(server, 1, 1, tls
            .map(own -> new ConnectionFactory[] {new SslConnectionFactory(own.factory(), HttpVersion.HTTP_1_1.asString()), plain})
            .orElseGet(() -> new ConnectionFactory[] {plain}));
        connector.setHost(bind.getHostString());
        connector.setPort(bind.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(STOP_MILLIS / 20);
        server.addConnector(connector);
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MAX_CONNECTIONS, server);
        limit.setEndPointIdleTimeout(CROWDED_IDLE_MILLIS);
        server.addBean(limit);
        DoSHandler rate = new DoSHandler(new Door(), request -> client(request).orElse(""),
            new DoSHandler.LeakingBucketTrackerFactory(RATE, BURST, Duration.ofSeconds(BURST / RATE)), this::tooOften, MAX_CLIENTS, false);
        rate.exclude(request -> client(request).isEmpty());
        server.setHandler(new GracefulHandler(rate));
        server.setErrorHandler(new ErrorPages());
        server.setStopTimeout(STOP_MILLIS);
        server.setStopAtShutdown(false);
    }

    /**
     * Listens from here on.
     *
     * @throws IOException when the address cannot be listened on, or the certificate not be used
     */
    public void start() throws IOException {
        if (tls.isPresent()) {
            try {
                tls.get().load();
            } catch (IOException e) {
                close();
                throw e;
            }
        }
        try {
            connector.open();
        } catch (IOException | RuntimeException e) {
            close();
            @Nullable Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("The portal cannot listen on " + bind.getHostString() + ":" + bind.getPort() + " (portal.bind): "
                + (cause.getMessage() == null ? cause : cause.getMessage()), e);
        }
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException("The portal on " + bind.getHostString() + ":" + bind.getPort() + " (portal.bind) did not start", e);
        }
    }

    /**
     * Requests that were answered since the start.
     *
     * @param requests all of them
     * @param refused  with a status of 400 to 499
     * @param failed   with a status of 500 to 599
     */
    public record Traffic(long requests, long refused, long failed) {
    }

    public Traffic traffic() {
        return new Traffic(requests.sum(), refused.sum(), failed.sum());
    }

    /** Whether connections are taken. */
    public boolean isListening() {
        return server.isStarted() && connector.isOpen();
    }

    private void count(int status) {
        requests.increment();
        if (status >= 500) {
            failed.increment();
        } else if (status >= 400) {
            refused.increment();
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Lets requests under way finish, for some seconds. */
    @Override
    public void close() {
        tls.ifPresent(ServerTls::close);
        try {
            server.stop();
        } catch (Exception e) {
            LOGGER.warn("The portal did not stop cleanly", e);
        } finally {
            connector.close();
            server.destroy();
        }
    }

    private Optional<String> client(Request request) {
        try {
            return client.apply(call(request, path(request), Fields.NONE, Fields.NONE));
        } catch (RuntimeException e) {
            // Refused when it is answered.
            return Optional.empty();
        }
    }

    private boolean tooOften(Request request, Response response, Callback callback) {
        send(errorAnswer(429, request).with("Retry-After", "1").with("Connection", "close"), response, callback);
        return true;
    }

    private List<String> path(Request request) {
        return Routes.segments(below(Optional.ofNullable(request.getHttpURI().getCanonicalPath()).orElse("/")));
    }

    private Answer answer(Request request) {
        String method = request.getMethod();
        List<String> path = path(request);
        Call bare = call(request, path, Fields.NONE, Fields.NONE);
        return switch (routes.match(method, path)) {
            case Routes.Match.Nothing nothing -> errorPage.answer(404, bare);
            case Routes.Match.OtherMethod other -> errorPage.answer(405, bare).with("Allow", other.allowed());
            case Routes.Match.Found found -> {
                Fields form = Fields.NONE;
                Fields query;
                try {
                    query = Fields.parse(Optional.ofNullable(request.getHttpURI().getQuery()).orElse(""));
                    if (method.equals("POST")) {
                        String type = Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE)).orElse("");
                        if (!type.matches("(?i)application/x-www-form-urlencoded\\s*(;.*)?")) {
                            yield errorPage.answer(415, bare);
                        }
                        byte[] body = read(request, found.maxForm());
                        if (body.length > found.maxForm()) {
                            yield errorPage.answer(413, bare).with("Connection", "close");
                        }
                        form = Fields.parse(new String(body, StandardCharsets.UTF_8));
                    }
                } catch (IllegalArgumentException | IOException e) {
                    LOGGER.debug("Unreadable request", e);
                    yield errorPage.answer(400, bare);
                }
                Call call = call(request, path, query, form);
                Optional<Answer> refusal = method.equals("POST") ? gate.apply(call) : Optional.empty();
                yield refusal.isPresent() ? refusal.get() : found.responder().answer(call);
            }
        };
    }

    private static Call call(Request request, List<String> path, Fields query, Fields form) {
        String method = request.getMethod();
        return new Call(method.equals("HEAD") ? "GET" : method, path, query, form, cookies(request), header(request, "Origin"),
            header(request, "Sec-Fetch-Site"), header(request, "Accept-Language"), Request.getRemoteAddr(request));
    }

    private static Optional<String> header(Request request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /** The page of an error about a request that may not even have readable cookies. */
    private Answer errorAnswer(int status, Request request) {
        Call call;
        try {
            call = call(request, List.of(), Fields.NONE, Fields.NONE);
        } catch (RuntimeException e) {
            call = new Call("GET", List.of(), Fields.NONE, Fields.NONE, Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), "");
        }
        return errorPage.answer(status, call);
    }

    private String below(String path) {
        return !base.isEmpty() && (path.equals(base) || path.startsWith(base + "/")) ? path.substring(base.length()) : path;
    }

    private static byte[] read(Request request, int max) throws IOException {
        if (request.getLength() > max) {
            return new byte[max + 1];
        }
        long start = System.nanoTime();
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try (InputStream in = Content.Source.asInputStream(request)) {
            for (int read = in.read(buffer); read >= 0 && form.size() <= max; read = in.read(buffer)) {
                form.write(buffer, 0, read);
                // The idle timeout alone would let a client send a byte now and then and keep a thread.
                if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(FORM_MILLIS)) {
                    throw new IOException("A form took longer than " + FORM_MILLIS + " ms");
                }
            }
        }
        return form.toByteArray();
    }

    private static Map<String, String> cookies(Request request) {
        Map<String, String> cookies = new HashMap<>();
        for (HttpCookie cookie : Request.getCookies(request)) {
            cookies.putIfAbsent(cookie.getName(), cookie.getValue());
        }
        return cookies;
    }

    private void addHeaders(Answer answer, HttpFields.Mutable fields) {
        for (Answer.Header header : ProtectiveHeaders.ALL) {
            if (!answer.has(header.name())) {
                fields.put(header.name(), header.value());
            }
        }
        if (tls.isPresent()) {
            fields.put(HTTPS_ONLY.name(), HTTPS_ONLY.value());
        }
        for (Answer.Header header : answer.headers()) {
            fields.add(header.name(), header.value());
        }
    }

    private void send(Answer answer, Response response, Callback callback) {
        count(answer.status());
        response.setStatus(answer.status());
        addHeaders(answer, response.getHeaders());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private final class Door extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Answer answer;
            try {
                answer = answer(request);
            } catch (RuntimeException | StackOverflowError e) {
                LOGGER.error("Answering a request failed, incident {}", UUID.randomUUID(), e);
                answer = errorAnswer(500, request);
            }
            if (answer.writer().isPresent() && !request.getMethod().equals("HEAD")) {
                write(answer, answer.writer().get(), request, response, callback);
            } else {
                send(answer, response, callback);
            }
            return true;
        }

        private void write(Answer answer, Answer.Writer writer, Request request, Response response, Callback callback) {
            response.setStatus(answer.status());
            addHeaders(answer, response.getHeaders());
            // Not closed when writing fails: closing would make it look whole.
            OutputStream out = new BufferedOutputStream(Content.Sink.asOutputStream(response), BUFFER);
            try {
                writer.writeTo(out);
                out.close();
                count(answer.status());
                callback.succeeded();
            } catch (IOException | RuntimeException e) {
                LOGGER.warn("A download broke off", e);
                if (response.isCommitted()) {
                    count(500);
                    callback.failed(e);
                } else {
                    response.reset();
                    send(errorAnswer(500, request), response, callback);
                }
            }
        }
    }

    /** What Jetty refuses before it comes to us: malformed or too large requests. */
    private final class ErrorPages extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = response.getStatus() >= 400 ? response.getStatus() : 500;
            response.getHeaders().remove(HttpHeader.CONTENT_TYPE);
            send(errorAnswer(status, request), response, callback);
            return true;
        }
    }
}
