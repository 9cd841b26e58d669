package org.lazaret.mailets.webadmin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.james.json.DTOConverter;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.server.task.json.dto.AdditionalInformationDTO;
import org.apache.james.task.Hostname;
import org.apache.james.task.MemoryTaskManager;
import org.apache.james.task.TaskExecutionDetails;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.WebAdminConfiguration;
import org.apache.james.webadmin.WebAdminServer;
import org.apache.james.webadmin.authentication.AuthenticationFilter;
import org.apache.james.webadmin.mdc.LoggingRequestFilter;
import org.apache.james.webadmin.routes.TasksRoutes;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.scan.engine.Engines;
import spark.Spark;

/** James' webadmin with our routes and those of its tasks, on a port of its own. */
final class WebadminFixture implements AutoCloseable {
    /** Whom James lets in: the user that stands in the header User, but for this one. */
    static final String STRANGER = "stranger";
    private static final String USER = "User";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Server server;

    private final MemoryTaskManager tasks = new MemoryTaskManager(new Hostname("localhost"));

    WebadminFixture(Quarantine quarantine, Engines engines) {
        this(quarantine, engines, new Mailboxes(Optional.empty()));
    }

    WebadminFixture(Quarantine quarantine, Engines engines, Mailboxes mailboxes) {
        WebAdminConfiguration configuration = WebAdminConfiguration.TEST_CONFIGURATION;
        DTOConverter<TaskExecutionDetails.AdditionalInformation, AdditionalInformationDTO> details =
            new DTOConverter<>(new LazaretTasks(() -> quarantine, () -> engines, () -> mailboxes).taskAdditionalInformationDTOModules());
        server = new Server(configuration, List.of(new LazaretRoutes(quarantine, engines, tasks, configuration, Clock.systemUTC(),
            mailboxes),
            new TasksRoutes(tasks, new JsonTransformer(), details)));
        server.start();
    }

    private static final class Server extends WebAdminServer {
        Server(WebAdminConfiguration configuration, List<Routes> routes) {
            super(configuration, routes, user(), new RecordingMetricFactory(), LoggingRequestFilter.create());
        }

        private static AuthenticationFilter user() {
            return (request, response) -> {
                if (STRANGER.equals(request.headers(USER))) {
                    Spark.halt(401);
                }
                request.attribute(AuthenticationFilter.LOGIN, request.headers(USER));
            };
        }
    }

    HttpResponse<String> call(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort().getValue() + path))
            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .setHeader("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
        tasks.stop();
    }
}
