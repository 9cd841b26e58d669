package org.lazaret.mailets.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.model.Content;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.MessageResult;
import org.apache.james.mailbox.model.MessageResultIterator;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.WebAdminConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.engine.Sample;
import spark.Service;

/** The routes over a real quarantine, and {@code docs/openapi.yaml}: each says what the other does. */
class OpenApiTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final String UNKNOWN = "0".repeat(32);
    private static final Actor RECIPIENT = new Actor(Actor.Role.RECIPIENT, ALICE, "192.0.2.1");
    private static final String MESSAGE = """
        From: Billing <billing@northwind.example>\r
        To: alice@example.org\r
        Subject: Invoice 2026-1107\r
        MIME-Version: 1.0\r
        Content-Type: multipart/mixed; boundary=b1\r
        \r
        --b1\r
        Content-Type: text/html\r
        \r
        <p>Please pay</p><script>pay()</script>\r
        --b1\r
        Content-Type: application/zip; name=invoice.zip\r
        Content-Disposition: attachment; filename=invoice.zip\r
        Content-Transfer-Encoding: base64\r
        \r
        UEsDBA==\r
        --b1--\r
        """;

    /** One user, {@code alice@example.org}, with a mail in her inbox. */
    private static Mailboxes mailboxes() throws Exception {
        MailboxManager manager = mock(MailboxManager.class);
        MessageManager inbox = mock(MessageManager.class);
        MessageResult result = mock(MessageResult.class);
        Content content = mock(Content.class);
        when(manager.getMailbox(any(MailboxPath.class), any())).thenThrow(new MailboxNotFoundException("none"));
        doReturn(inbox).when(manager).getMailbox(eq(MailboxPath.forUser(Username.of(ALICE), "INBOX")), any());
        when(inbox.getMessages(any(), any(), any())).thenAnswer(call -> {
            Iterator<MessageResult> one = List.of(result).iterator();
            MessageResultIterator all = mock(MessageResultIterator.class);
            when(all.hasNext()).thenAnswer(next -> one.hasNext());
            when(all.next()).thenAnswer(next -> one.next());
            return all;
        });
        when(result.getUid()).thenReturn(MessageUid.of(7));
        when(result.getInternalDate()).thenReturn(Date.from(Instant.now()));
        when(result.getFullContent()).thenReturn(content);
        when(content.getInputStream()).thenAnswer(call -> new ByteArrayInputStream(MESSAGE.getBytes(StandardCharsets.US_ASCII)));
        return new Mailboxes(Optional.of(manager));
    }

    private record Sent(Outgoing.Kind kind, List<String> recipients, String text) {
    }

    @TempDir
    Path folder;

    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final List<HeldMail> held = new ArrayList<>();
    private boolean queueIsFull;
    private OpenApi api;
    private Quarantine quarantine;
    private Engines engines;
    private WebadminFixture server;

    @BeforeEach
    void start() throws Exception {
        SettingsFile file = SettingsFile.parse("lazaret.properties", "quarantine.directory = " + folder.resolve("held") + "\n"
            + "quarantine.generate-keys = true\nportal.bind = 127.0.0.1:0\nnotice.from = q@example.org\nnotice.per-hour = 9\n", folder);
        quarantine = Quarantines.open(file, this::send, address -> true, Clock.systemUTC(), () -> URI.create("https://mail.example.org"));
        engines = new Engines(List.of(new Engines.Member(new IdleEngine(), "clamd", true, 1, Duration.ofSeconds(1))), Duration.ofHours(1));
        api = new OpenApi();
        server = new WebadminFixture(quarantine, engines, mailboxes());
    }

    @AfterEach
    void stop() {
        server.close();
        quarantine.close();
    }

    private void send(Outgoing.Message message) throws IOException {
        if (queueIsFull && message.kind() == Outgoing.Kind.RELEASE) {
            throw new IOException("The queue is full");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.body().writeTo(bytes);
        sent.add(new Sent(message.kind(), message.recipients(), bytes.toString(StandardCharsets.US_ASCII)));
    }

    private static final class IdleEngine implements Engine {
        @Override
        public String name() {
            return "clamav";
        }

        @Override
        public Optional<String> version() {
            return Optional.of("1");
        }

        @Override
        public Answer ask(Sample sample, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // nothing to end
        }
    }

    private HeldMail hold(String... recipients) {
        Verdict verdict = new Verdict.Scanned(Score.of(9.6),
            List.of(new Finding("type.executable", Score.of(9), List.of("invoice.zip", "invoice.exe"), "PE32", SHA256)),
            List.of(new Attachment("invoice.zip", "application/zip", "application/zip", 4, SHA256, Score.of(9.6))));
        try {
            HeldMail mail = quarantine.hold(
                new Arrival("arrival-" + held.size(), new Envelope("billing@northwind.example", List.of(recipients)), Instant.now()),
                MessageSource.of(MESSAGE.getBytes(StandardCharsets.US_ASCII)), verdict);
            held.add(mail);
            return mail;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode call(int status, String method, String path, String body, String... headers) {
        return call(server, status, method, path, body, headers);
    }

    private JsonNode call(WebadminFixture one, int status, String method, String path, String body, String... headers) {
        HttpResponse<String> response = one.call(method, path, body, headers);
        assertThat(response.statusCode()).as("%s %s: %s", method, path, response.body()).isEqualTo(status);
        api.check(method, path, body, response);
        return response.headers().firstValue("Content-Type").orElse("").startsWith("application/json") && !response.body().isEmpty()
            ? json(response.body()) : json("\"\"");
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode get(String path) {
        return call(200, "GET", path, "");
    }

    private State state(HeldMail mail, String recipient) {
        return quarantine.find(mail.id()).orElseThrow().states().get(recipient);
    }

    private String lastActor(String action) {
        Actor actor = quarantine.audit().page(new AuditQuery(Optional.empty(), "", action, Optional.empty(), Optional.empty(), Optional.empty(), 1))
            .getFirst().entry().actor();
        return actor.role() + " " + actor.name() + " " + actor.address();
    }

    @Test
    void schemasOfTheDocumentShouldBeSchemas() {
        assertThat(api.errorsOfSchemas()).isEmpty();
    }

    @Test
    void everyRouteShouldBeDescribedAndNoOther() {
        Service service = Service.ignite().ipAddress("127.0.0.1").port(0);
        try {
            new LazaretRoutes(quarantine, engines, mock(TaskManager.class), WebAdminConfiguration.TEST_CONFIGURATION, Clock.systemUTC(),
                new Mailboxes(Optional.empty()))
                .define(service);
            service.awaitInitialization();

            assertThat(service.routes()).filteredOn(route -> !route.getHttpMethod().name().equals("before"))
                .extracting(route -> route.getHttpMethod().name().toUpperCase(Locale.ROOT) + " " + route.getMatchUri())
                .containsExactlyInAnyOrderElementsOf(api.operations().stream().map(OpenApi.Operation::route).toList());
        } finally {
            service.stop();
            service.awaitStop();
        }
    }

    @Test
    void everyOperationShouldAnswerAsDescribed() throws Exception {
        settings();
        searching();
        reading();
        deciding();
        requests();
        copiesAndHolds();
        bulk();
        simulations();
        mailboxSimulations();
        lists();
        system();
        audit();
        goneAndDamaged();
        foreignPages();

        assertThat(api.unseen()).as("described, but never seen").isEmpty();
    }

    @Test
    void everyOperationShouldBeBehindTheAuthenticationOfJames() {
        HeldMail mail = hold(ALICE);
        AuditHead before = quarantine.audit().head();

        for (OpenApi.Operation operation : api.operations()) {
            assertThat(server.call(operation.method().toUpperCase(Locale.ROOT), target(operation, mail), "", "User", WebadminFixture.STRANGER)
                .statusCode()).as(operation.route()).isEqualTo(401);
        }
        assertThat(quarantine.audit().head()).isEqualTo(before);
    }

    private static String target(OpenApi.Operation operation, HeldMail mail) {
        return operation.path().replace("{id}", mail.id().value()).replace("{version}", "1").replace("{job}", "verify");
    }

    @Test
    void everyExampleShouldWorkAndEveryOperationHaveOne() throws Exception {
        Set<String> shown = new TreeSet<>();
        quarantine.settings().save(0, Map.of("portal.undo", "1h"), "", new Author("anna@example.org", ""));
        quarantine.settings().save(1, Map.of("portal.undo", "2h"), "", new Author("anna@example.org", ""));

        for (CurlExample example : CurlExample.read(Path.of("../docs/rest.md"))) {
            HeldMail mail = hold(ALICE, BOB);
            quarantine.request(mail.id(), BOB, "", RECIPIENT);
            quarantine.placeHold(mail.id(), "Case 1", new Actor(Actor.Role.ADMINISTRATOR, "anna@example.org", ""));
            Entry entry = quarantine.lists().add(
                new Draft(Effect.ALLOW, Field.MAIL_FROM, held.size() + ".example", "", Optional.empty(), ""), new Author("anna@example.org", ""));
            CurlExample filled = example.with(Map.of("API", "/lazaret", "MAIL", mail.id().value(), "ENTRY", entry.id(), "JSON",
                "Content-Type: application/json", "VERSION", Long.toString(quarantine.settings().version()),
                "HEAD", quarantine.audit().head().toString()),
                "list,field,pattern,recipient,expires,reason\r\nblock,mail-from,bad.example,,,\r\n");
            HttpResponse<String> response = server.call(filled.method(), filled.target(), filled.body(), filled.headers());

            assertThat(response.statusCode()).as("%s: %s", filled, response.body()).isBetween(200, 299);
            shown.add(api.check(filled.method(), filled.target(), filled.body(), response).route());
        }

        assertThat(shown).containsExactlyInAnyOrderElementsOf(api.operations().stream().map(OpenApi.Operation::route).toList());
    }

    private void settings() {
        String save = "{\"lines\":{\"portal.undo\":\"1h\"},\"comment\":\"more time\"}";
        assertThat(get("/lazaret/settings").get("version").longValue()).isZero();
        call(428, "PATCH", "/lazaret/settings", save);
        call(400, "PATCH", "/lazaret/settings", save, "If-Match", "1");
        call(400, "PATCH", "/lazaret/settings", "{\"lines\":{\"portal.undo\":\"soon\",\"notice.per-hour\":\"3\"}}", "If-Match", "\"0\"");

        JsonNode first = call(200, "PATCH", "/lazaret/settings", save, "If-Match", "\"0\"", "User", "anna");
        call(204, "PATCH", "/lazaret/settings", save, "If-Match", "\"1\"");
        call(412, "PATCH", "/lazaret/settings", save, "If-Match", "\"0\"");
        call(200, "PUT", "/lazaret/settings", "{\"lines\":{\"action.malicious\":\"warn\"},\"comment\":\"\"}", "If-Match", "\"1\"");
        call(204, "PUT", "/lazaret/settings", "{\"lines\":{\"action.malicious\":\"warn\"}}", "If-Match", "\"2\"");
        call(400, "PUT", "/lazaret/settings", "{\"lines\":{\"action.malicious\":null}}", "If-Match", "\"2\"");
        call(412, "PUT", "/lazaret/settings", "{\"lines\":{}}", "If-Match", "\"1\"");
        call(428, "PUT", "/lazaret/settings", "{\"lines\":{}}");

        assertThat(first.get("author").textValue()).isEqualTo("webadmin:anna");
        assertThat(first.get("lines")).isEqualTo(json("{\"portal.undo\":\"1h\"}"));
        assertThat(quarantine.settings().stored()).containsOnlyKeys("action.malicious");

        JsonNode check = call(200, "POST", "/lazaret/settings/check", "{\"lines\":{\"portal.undo\":\"soon\",\"retention\":\"9d\"}}");
        assertThat(check.at("/problems/0/keys/0").textValue()).isEqualTo("portal.undo");
        assertThat(check.get("changes")).extracting(change -> change.get("key").textValue())
            .containsExactly("action.malicious", "portal.undo", "retention");
        call(400, "POST", "/lazaret/settings/check", "{}");

        assertThat(get("/lazaret/settings/versions?limit=1&before=3").at("/0/version").longValue()).isEqualTo(2);
        call(400, "GET", "/lazaret/settings/versions?before=x", "");
        assertThat(get("/lazaret/settings/versions/1").get("comment").textValue()).isEqualTo("more time");
        call(404, "GET", "/lazaret/settings/versions/99", "");
        call(400, "GET", "/lazaret/settings/versions/last", "");
        assertThat(get("/lazaret/settings/versions/1/changes")).isEqualTo(json("[{\"key\":\"portal.undo\",\"before\":\"10m\",\"after\":\"1h\"}]"));
        assertThat(get("/lazaret/settings/versions/2/changes?since=1")).hasSize(2);
        call(404, "GET", "/lazaret/settings/versions/2/changes?since=99", "");
        call(400, "GET", "/lazaret/settings/versions/2/changes?since=0", "");

        String revert = "/lazaret/settings/versions/1/revert";
        call(428, "POST", revert, "");
        call(412, "POST", revert, "", "If-Match", "\"1\"");
        call(400, "POST", revert, "{\"why\":\"\"}", "If-Match", "\"2\"");
        call(404, "POST", "/lazaret/settings/versions/99/revert", "", "If-Match", "\"2\"");
        assertThat(call(200, "POST", revert, "{\"comment\":\"back\"}", "If-Match", "\"2\"").get("version").longValue()).isEqualTo(3);
        call(204, "POST", revert, "", "If-Match", "\"3\"");
        assertThat(quarantine.settings().get().portal().undo()).isEqualTo(Duration.ofHours(1));

        call(200, "GET", "/lazaret/settings.properties?version=2", "");
        assertThat(server.call("GET", "/lazaret/settings.properties", "").body()).isEqualTo("portal.undo = 1h\n");
        call(404, "GET", "/lazaret/settings.properties?version=99", "");
        call(400, "GET", "/lazaret/settings.properties?version=x", "");
    }

    private void searching() {
        HeldMail first = hold(ALICE, BOB);
        HeldMail second = hold(ALICE);
        String all = "/lazaret/mails?recipient=" + ALICE + "&state=held,requested&text=invoice&subject=2026&sender=@northwind.example"
            + "&attachment=*.zip&sha256=" + SHA256 + "&from=2020-01-01T00:00:00Z&until=2999-01-01T00:00:00Z&minScore=5&maxScore=9.6"
            + "&order=oldest&limit=1";

        JsonNode page = get(all);
        JsonNode behind = get(all + "&after=" + page.get("next").textValue());

        assertThat(page.at("/mails/0/id").textValue()).isEqualTo(first.id().value());
        assertThat(page.at("/mails/0/recipients/1")).isEqualTo(json("{\"address\":\"" + BOB + "\",\"state\":\"held\"}"));
        assertThat(behind.at("/mails/0/id").textValue()).isEqualTo(second.id().value());
        assertThat(get("/lazaret/mails?subject=nonsense")).isEqualTo(json("{\"mails\":[],\"next\":\"\"}"));
        for (String wrong : List.of("state=lost", "sha256=abc", "from=yesterday", "minScore=11", "order=best", "after=1", "limit=0", "limit=1001")) {
            call(400, "GET", "/lazaret/mails?" + wrong, "");
        }
        assertThat(get("/lazaret/mails/" + first.id()).at("/verdict/findings/0/rule").textValue()).isEqualTo("type.executable");
        call(404, "GET", "/lazaret/mails/" + UNKNOWN, "");
        call(404, "GET", "/lazaret/mails/x", "");
    }

    private static String path(HeldMail mail, String rest) {
        return "/lazaret/mails/" + mail.id() + "/" + rest;
    }

    private void reading() {
        HeldMail mail = hold(ALICE);

        JsonNode preview = get(path(mail, "preview"));
        get(path(mail, "message"));
        get(path(mail, "message.zip"));
        HttpResponse<String> zip = server.call("GET", path(mail, "message.zip"), "");

        assertThat(preview.get("html").textValue()).contains("Please pay").doesNotContain("<script");
        assertThat(server.call("GET", path(mail, "message"), "").body()).isEqualTo(MESSAGE);
        assertThat(lastActor("opened")).isEqualTo("ADMINISTRATOR webadmin 127.0.0.1");
        assertThat(zip.body()).startsWith("PK");
        assertThat(zip.headers().firstValue("Lazaret-Zip-Password"))
            .hasValue(quarantine.downloadPassword(mail.id(), new Actor(Actor.Role.ADMINISTRATOR, "webadmin", "")));
        for (String what : List.of("preview", "message", "message.zip")) {
            call(404, "GET", "/lazaret/mails/" + UNKNOWN + "/" + what, "");
        }
    }

    private void deciding() {
        HeldMail mail = hold(ALICE, BOB);
        String alice = "{\"recipients\":[\"" + ALICE.toUpperCase(Locale.ROOT) + "\"]}";
        for (String decision : List.of("release", "delete", "undo", "deny")) {
            call(400, "POST", path(mail, decision), "{\"recipients\":[]}");
            call(400, "POST", path(mail, decision), "{\"recipients\":[\"eve@example.org\"]}");
            call(400, "POST", path(mail, decision), "{\"recipient\":\"" + ALICE + "\"}");
            call(404, "POST", "/lazaret/mails/" + UNKNOWN + "/" + decision, "");
        }
        call(400, "POST", path(mail, "release"), "{\"form\":\"naked\"}");
        // As curl -d sends it: James takes the body for parameters, and without a body it would be released for all.
        call(400, "POST", path(mail, "release"), alice, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(quarantine.find(mail.id()).orElseThrow().states().values()).containsOnly(State.HELD);

        queueIsFull = true;
        call(503, "POST", path(mail, "release"), "");
        queueIsFull = false;
        JsonNode released = call(200, "POST", path(mail, "release"), "{\"recipients\":[\"" + ALICE + "\"],\"form\":\"original\"}", "User", "anna");
        JsonNode again = call(200, "POST", path(mail, "release"), alice);
        call(409, "POST", path(mail, "delete"), alice);

        assertThat(released).isEqualTo(json("{\"outcome\":\"done\",\"state\":\"released\",\"recipients\":[\"" + ALICE + "\"]}"));
        assertThat(again).isEqualTo(json("{\"outcome\":\"already\",\"state\":\"released\"}"));
        assertThat(lastActor("released")).isEqualTo("ADMINISTRATOR webadmin:anna 127.0.0.1");
        assertThat(sent).filteredOn(message -> message.kind() == Outgoing.Kind.RELEASE).singleElement().satisfies(message -> {
            assertThat(message.recipients()).containsExactly(ALICE);
            assertThat(message.text()).endsWith(MESSAGE);
        });

        call(200, "POST", path(mail, "delete"), "{\"recipients\":[\"" + BOB + "\"]}");
        call(409, "POST", path(mail, "release"), "{\"recipients\":[\"" + BOB + "\"]}");
        assertThat(call(200, "POST", path(mail, "undo"), "{\"recipients\":[\"" + BOB + "\"]}").get("state").textValue()).isEqualTo("held");
        call(409, "POST", path(mail, "deny"), "{\"recipients\":[\"" + BOB + "\"]}");
        HeldMail own = hold(ALICE);
        quarantine.delete(own.id(), Set.of(ALICE), RECIPIENT);
        call(409, "POST", path(own, "undo"), "");
    }

    private void requests() {
        HeldMail first = hold(ALICE, BOB);
        HeldMail second = hold(ALICE);
        quarantine.request(first.id(), BOB, "I wait for it", RECIPIENT);
        quarantine.request(second.id(), ALICE, "", RECIPIENT);

        JsonNode page = get("/lazaret/requests?limit=1");
        JsonNode behind = get("/lazaret/requests?after=" + page.get("next").textValue());

        assertThat(page.at("/requests/0/asked")).hasSize(1);
        assertThat(page.at("/requests/0/asked/0/recipient").textValue()).isEqualTo(BOB);
        assertThat(page.at("/requests/0/asked/0/reason").textValue()).isEqualTo("I wait for it");
        assertThat(behind.at("/requests/0/mail/id").textValue()).isEqualTo(second.id().value());
        call(400, "GET", "/lazaret/requests?limit=none", "");
        call(200, "POST", path(first, "deny"), "{\"recipients\":[\"" + BOB + "\"],\"reason\":\"Not for you\"}");
        assertThat(state(first, BOB)).isEqualTo(State.DENIED);
    }

    private void copiesAndHolds() {
        HeldMail mail = hold(ALICE);

        call(200, "POST", path(mail, "copy"), "{\"address\":\"analyst@example.net\",\"form\":\"protected\"}");
        call(400, "POST", path(mail, "copy"), "{\"address\":\"nobody\"}");
        call(404, "POST", "/lazaret/mails/" + UNKNOWN + "/copy", "{\"address\":\"analyst@example.net\"}");
        queueIsFull = true;
        call(503, "POST", path(mail, "copy"), "{\"address\":\"analyst@example.net\"}");
        queueIsFull = false;

        assertThat(sent.getLast().recipients()).containsExactly("analyst@example.net");
        assertThat(state(mail, ALICE)).isEqualTo(State.HELD);

        call(400, "PUT", path(mail, "hold"), "{\"reason\":\" \"}");
        call(404, "PUT", "/lazaret/mails/" + UNKNOWN + "/hold", "{\"reason\":\"Case 17\"}");
        call(200, "PUT", path(mail, "hold"), "{\"reason\":\"Case 17\"}");
        assertThat(get("/lazaret/mails/" + mail.id()).at("/hold/reason").textValue()).isEqualTo("Case 17");
        call(204, "DELETE", path(mail, "hold"), "");
        call(404, "DELETE", path(mail, "hold"), "");
    }

    private void bulk() {
        HeldMail first = hold(ALICE);
        HeldMail second = hold(ALICE, BOB);
        HeldMail other = hold("carol@example.org");
        String mails = "{\"mails\":[\"" + first.id() + "\",\"" + second.id() + "\",\"" + UNKNOWN + "\"]}";

        assertThat(task("action=deny&recipient=carol@example.org&state=held,requested&text=invoice&subject=invoice&sender=@northwind.example"
            + "&attachment=*.zip&sha256=" + SHA256 + "&from=2020-01-01T00:00:00Z&until=2999-01-01T00:00:00Z&minScore=9&maxScore=10",
            "{\"reason\":\"no\"}"))
            .isEqualTo("completed lazaret-mails-deny deny 0 1 0 0");
        assertThat(task("action=release", mails)).isEqualTo("completed lazaret-mails-release release 2 1 0 0");
        assertThat(task("action=delete", mails)).isEqualTo("completed lazaret-mails-delete delete 0 3 0 0");
        queueIsFull = true;
        assertThat(task("action=release&recipient=carol@example.org", "{\"form\":\"original\"}"))
            .isEqualTo("failed lazaret-mails-release release 0 0 1 0");
        queueIsFull = false;

        assertThat(state(other, "carol@example.org")).isEqualTo(State.HELD);
        assertThat(state(second, BOB)).isEqualTo(State.RELEASED);
        for (String wrong : List.of("action=release", "action=burn&state=held", "state=held", "action=delete&sendr=@northwind.example",
            "action=delete&state=held&limit=1", "action=delete&state=gone", "action=delete&state=held&until=soon")) {
            call(400, "POST", "/lazaret/mails?" + wrong, "");
        }
        for (String wrong : List.of("{\"reason\":\"x\"}", mails, "{\"mails\":[\"x\"]}", "[]", "{")) {
            call(400, "POST", "/lazaret/mails?action=release&state=held", wrong);
        }
        call(400, "POST", "/lazaret/mails?action=release", "{\"mails\":[\"x\"]}");
    }

    /** How it ended: status, type, action, and how many were done, skipped, failed and left. */
    private String task(String query, String body) {
        String id = call(201, "POST", "/lazaret/mails?" + query, body).get("taskId").textValue();
        JsonNode ended = json(server.call("GET", "/tasks/" + id + "/await", "").body());
        JsonNode details = ended.get("additionalInformation");
        return String.join(" ", ended.get("status").textValue(), ended.get("type").textValue(), details.get("action").textValue(),
            details.get("done").asText(), details.get("skipped").asText(), details.get("failed").asText(), details.get("remaining").asText());
    }

    private void simulations() {
        String to = "/lazaret/simulations/message?recipient=" + ALICE + "," + BOB;
        String draft = URLEncoder.encode("for." + BOB + ".action.unscannable.malformed = warn\nfor." + BOB + ".action.malicious = warn\n",
            StandardCharsets.UTF_8);
        long before = quarantine.audit().head().sequence();

        JsonNode now = call(200, "POST", to, MESSAGE, "Content-Type", "message/rfc822");
        JsonNode drafted = call(200, "POST", to + "&sender=billing@northwind.example&direction=inbound&draft=" + draft, MESSAGE, "Content-Type",
            "message/rfc822");

        assertThat(now.get("subject").textValue()).isEqualTo("Invoice 2026-1107");
        assertThat(now.get("changes").booleanValue()).isFalse();
        assertThat(drafted.get("findings")).isEqualTo(now.get("findings"));
        assertThat(quarantine.audit().head().sequence()).isEqualTo(before);
        for (String wrong : List.of("&direction=up", "&draft=action.malicious%3Dburn", "&draft=engines%3Dx", "&draft=limits.entries%3D1")) {
            call(400, "POST", to + wrong, MESSAGE, "Content-Type", "message/rfc822");
        }
        call(400, "POST", "/lazaret/simulations/message", MESSAGE, "Content-Type", "message/rfc822");
        call(400, "POST", to, "");

        HeldMail mail = hold("dave@example.org");
        String search = "recipient=dave@example.org&state=held&text=invoice&subject=invoice&sender=@northwind.example&attachment=*.zip&sha256="
            + SHA256 + "&from=2020-01-01T00:00:00Z&until=2999-01-01T00:00:00Z&minScore=9&maxScore=10";
        JsonNode task = simulation("held?" + search, "{\"lines\":{\"action.malicious\":\"permit\",\"action.suspicious\":\"permit\","
            + "\"action.unscannable.malformed\":\"permit\",\"action.unscannable.ambiguous\":\"permit\"}}");
        JsonNode details = task.get("additionalInformation");

        assertThat(task.get("status").textValue()).as(task.toString()).isEqualTo("completed");
        assertThat(details.get("mails").longValue()).isEqualTo(1);
        assertThat(details.get("remaining").longValue()).isZero();
        assertThat(lastActor("opened")).isEqualTo("ADMINISTRATOR webadmin 127.0.0.1");
        assertThat(state(mail, "dave@example.org")).isEqualTo(State.HELD);
        JsonNode compared = simulation("held?recipient=dave@example.org", "").get("additionalInformation");
        assertThat(compared.get("actions").properties()).singleElement()
            .satisfies(action -> assertThat(action.getKey()).startsWith("quarantine → "));
        call(400, "POST", "/lazaret/simulations/held?limit=1", "");
        call(400, "POST", "/lazaret/simulations/held", "{\"lines\":{\"action.malicious\":\"burn\"}}");
        call(400, "POST", "/lazaret/simulations/held", "{\"lines\":{\"action.malicious\":null}}");
    }

    private void mailboxSimulations() {
        String draft = "{\"lines\":{\"action.unscannable.malformed\":\"warn\"}}";

        JsonNode details = simulation("mailbox?user=" + ALICE + "&mailbox=INBOX&from=2020-01-01T00:00:00Z", draft).get("additionalInformation");
        JsonNode later = simulation("mailbox?user=" + ALICE + "&from=2999-01-01T00:00:00Z", "").get("additionalInformation");
        JsonNode now = simulation("mailbox?user=" + ALICE, "").get("additionalInformation");

        assertThat(details.get("mails").longValue()).isEqualTo(1);
        assertThat(later.get("mails").longValue()).isZero();
        assertThat(now.get("actions").properties()).singleElement().satisfies(action -> assertThat(action.getKey()).startsWith("permit → "));
        assertThat(lastActor("mailbox simulated")).isEqualTo("ADMINISTRATOR webadmin 127.0.0.1");
        call(404, "POST", "/lazaret/simulations/mailbox?user=" + BOB, "");
        call(404, "POST", "/lazaret/simulations/mailbox?user=" + ALICE + "&mailbox=Attic", "");
        call(400, "POST", "/lazaret/simulations/mailbox", "");
        call(400, "POST", "/lazaret/simulations/mailbox?user=" + ALICE + "&from=soon", "");
    }

    private JsonNode simulation(String query, String body) {
        String id = call(201, "POST", "/lazaret/simulations/" + query, body).get("taskId").textValue();
        return json(server.call("GET", "/tasks/" + id + "/await", "").body());
    }

    private void lists() {
        JsonNode entry = call(201, "POST", "/lazaret/lists", "{\"list\":\"block\",\"field\":\"header-from\",\"pattern\":\"*.bad.example\","
            + "\"recipient\":\"example.org\",\"expires\":\"2999-01-31T00:00:00Z\",\"reason\":\"phishing\"}");
        String path = "/lazaret/lists/" + entry.get("id").textValue();

        assertThat(get("/lazaret/lists?list=block&field=header-from&text=BAD&limit=1").get(0)).isEqualTo(entry);
        assertThat(get(path)).isEqualTo(entry);
        call(400, "GET", "/lazaret/lists?list=grey", "");
        call(400, "POST", "/lazaret/lists", "{\"list\":\"block\"}");
        call(204, "DELETE", path, "");
        call(404, "DELETE", path, "");
        call(404, "GET", path, "");
        call(200, "PUT", "/lazaret/lists.csv", "list,field,pattern,recipient,expires,reason\r\nblock,mail-from,bad.example,,,\r\n");
        call(400, "PUT", "/lazaret/lists.csv", "nonsense");
        call(200, "GET", "/lazaret/lists.csv", "");
        assertThat(server.call("GET", "/lazaret/lists.csv", "").body()).contains("block,mail-from,bad.example,");
    }

    private void system() {
        assertThat(get("/lazaret/jobs")).extracting(job -> job.get("job").textValue() + " " + job.get("state").textValue())
            .containsExactly("retention never", "rewrap never", "verify never", "orphans never");
        call(202, "POST", "/lazaret/jobs/verify", "");
        Awaitility.await().until(() -> get("/lazaret/jobs/verify").get("state").textValue().equals("finished"));
        // One was deleted by its recipient.
        assertThat(get("/lazaret/jobs/verify").get("done").longValue()).isEqualTo(held.size() - 1);
        call(404, "GET", "/lazaret/jobs/tea", "");
        call(404, "POST", "/lazaret/jobs/tea", "");

        JsonNode statistics = get("/lazaret/statistics?from=" + Instant.now().minus(Duration.ofDays(2)) + "&until=" + Instant.now());
        assertThat(statistics.get("storedBytes").longValue()).isPositive();
        get("/lazaret/statistics");
        call(400, "GET", "/lazaret/statistics?from=2020-01-01T00:00:00Z", "");
        call(400, "GET", "/lazaret/statistics?from=2999-01-01T00:00:00Z", "");
        assertThat(get("/lazaret/engines").at("/0/name").textValue()).isEqualTo("clamav");
        call(400, "GET", "/lazaret/damages?limit=0", "");
    }

    private void audit() {
        JsonNode page = get("/lazaret/audit?mail=" + held.getFirst().id() + "&actor=lazaret&action=held&from=2020-01-01T00:00:00Z"
            + "&until=2999-01-01T00:00:00Z&before=1000000&limit=5");
        String head = get("/lazaret/audit/head").get("head").textValue();

        assertThat(page).singleElement().satisfies(link -> assertThat(link.get("action").textValue()).isEqualTo("held"));
        assertThat(get("/lazaret/audit/check?head=" + URLEncoder.encode(head, StandardCharsets.UTF_8)).get("intact").booleanValue()).isTrue();
        assertThat(get("/lazaret/audit/check?head=1:" + "0".repeat(64)).get("damage").textValue()).isEqualTo("changed");
        call(400, "GET", "/lazaret/audit/check?head=1", "");
        call(400, "GET", "/lazaret/audit?mail=x", "");
        call(200, "GET", "/lazaret/audit.jsonl?after=1", "");
        assertThat(server.call("GET", "/lazaret/audit.jsonl", "").body().lines()).hasSize((int) quarantine.audit().head().sequence());
        call(400, "GET", "/lazaret/audit.jsonl?after=x", "");
        busy();
    }

    /** What is there while something else runs. */
    private void busy() {
        Quarantine other = mock(Quarantine.class);
        Audit checking = mock(Audit.class);
        when(other.audit()).thenReturn(checking);
        when(other.upkeep()).thenReturn(mock(Upkeep.class));
        try (WebadminFixture busy = new WebadminFixture(other, engines)) {
            when(checking.check(any())).thenAnswer(call -> {
                call(busy, 409, "GET", "/lazaret/audit/check", "");
                return new AuditCheck.Intact(AuditHead.NONE);
            });

            call(busy, 200, "GET", "/lazaret/audit/check", "");
            call(busy, 409, "POST", "/lazaret/jobs/rewrap", "");
        }
    }

    private void goneAndDamaged() throws IOException {
        HeldMail damaged = hold(ALICE);
        Files.write(content(damaged.id()), new byte[100]);
        for (String what : List.of("preview", "message", "message.zip")) {
            call(503, "GET", path(damaged, what), "");
        }
        assertThat(get("/lazaret/damages?limit=2").at("/0/mail").textValue()).isEqualTo(damaged.id().value());

        HeldMail gone = hold(ALICE);
        call(200, "PATCH", "/lazaret/settings", "{\"lines\":{\"portal.undo\":\"0\"}}", "If-Match", "\"3\"");
        call(200, "POST", path(gone, "delete"), "");
        for (String what : List.of("preview", "message", "message.zip")) {
            call(410, "GET", path(gone, what), "");
        }
        call(410, "POST", path(gone, "copy"), "{\"address\":\"analyst@example.net\"}");
        call(410, "PUT", path(gone, "hold"), "{\"reason\":\"Case 18\"}");
    }

    private Path content(RecordId id) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("held/content"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(id.value())).findFirst().orElseThrow();
        }
    }

    private void foreignPages() {
        long before = quarantine.audit().head().sequence();

        for (OpenApi.Operation operation : api.operations()) {
            if (!operation.method().equals("get")) {
                call(403, operation.method().toUpperCase(Locale.ROOT), target(operation, held.getFirst()), "", "Origin", "https://evil.example");
            }
        }

        assertThat(quarantine.audit().head().sequence()).isEqualTo(before);
    }
}
