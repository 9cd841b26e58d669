package org.lazaret.quarantine.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.davidmoten.aws.lw.client.Credentials;
import com.github.davidmoten.aws.lw.client.HttpClient;
import com.github.davidmoten.aws.lw.client.ResponseInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.RecordId;

class S3ContentStoreTest implements ContentStoreContract {
    private static final Credentials CREDENTIALS = Credentials.of(S3Server.ACCESS_KEY, S3Server.SECRET_KEY);

    private final Faulty http = new Faulty();
    private static S3Server server;
    private S3ContentStore store;

    /** What is between the store and the service. */
    private static final class Faulty implements HttpClient {
        private final List<String> requests = new CopyOnWriteArrayList<>();
        /** What happens in place of a request; null lets it through. */
        private volatile Fault fault = (method, query) -> null;

        private interface Fault {
            ResponseInputStream meet(String method, String query) throws IOException;
        }

        @Override
        public ResponseInputStream request(URL url, String method, Map<String, String> headers, byte[] body, int connect, int read)
            throws IOException {
            String query = url.getQuery() == null ? "" : url.getQuery();
            requests.add(method + " " + query);
            ResponseInputStream instead = fault.meet(method, query);
            return instead == null ? HttpClient.defaultClient().request(url, method, headers, body, connect, read) : instead;
        }

        private static ResponseInputStream answer(int status, String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            return new ResponseInputStream(() -> { }, status, Map.of("Content-Length", List.of(Integer.toString(bytes.length))),
                new ByteArrayInputStream(bytes));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new S3Server();
    }

    @BeforeEach
    void open() throws Exception {
        store = new S3ContentStore(place(server.endpoint(), "held/" + UUID.randomUUID()), CREDENTIALS, http);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static S3ContentStore.Place place(URI endpoint, String prefix) {
        return new S3ContentStore.Place(endpoint, "us-east-1", true, S3Server.BUCKET, prefix);
    }

    @Override
    public ContentStore store() {
        return store;
    }

    @Override
    public void leaveUnfinished(RecordId id) {
        // What ends the upload does not get through, as when the process ends.
        http.fault = (method, query) -> method.equals("DELETE") ? Faulty.answer(403, "<Error><Code>AccessDenied</Code></Error>") : null;
        assertThatThrownBy(() -> store.put(id, out -> {
            out.write(new byte[S3ContentStore.PART + 1]);
            throw new IOException("gone");
        })).hasMessage("gone");
        http.fault = (method, query) -> null;
    }

    @Test
    void putShouldSendPartsWhenTheObjectIsLarge() throws Exception {
        byte[] bytes = new byte[2 * S3ContentStore.PART + 12_345];
        new Random(1).nextBytes(bytes);

        store.put(ONE, out -> out.write(bytes));

        assertThat(http.requests).filteredOn(request -> request.contains("partNumber")).hasSize(3);
        try (InputStream in = store.get(ONE).orElseThrow()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void putShouldSendWholePartsAloneWhenTheObjectFillsThem() throws Exception {
        store.put(ONE, out -> out.write(new byte[S3ContentStore.PART]));
        store.put(TWO, out -> out.write(new byte[2 * S3ContentStore.PART]));

        assertThat(http.requests).filteredOn(request -> request.contains("partNumber")).hasSize(2);
        try (InputStream in = store.get(TWO).orElseThrow()) {
            assertThat(in.readAllBytes()).hasSize(2 * S3ContentStore.PART);
        }
    }

    @Test
    void createShouldLeaveWhatIsThereWhenTheObjectIsLarge() throws Exception {
        byte[] bytes = new byte[S3ContentStore.PART + 1];
        assertThat(store.create(ONE, out -> out.write(bytes))).isTrue();

        assertThat(store.create(ONE, out -> out.write(new byte[2 * S3ContentStore.PART]))).isFalse();

        assertThat(store.get(ONE)).hasValueSatisfying(in -> assertThat(in).hasBinaryContent(bytes));
        assertThat(store.sweep(Instant.now().plusSeconds(3600))).isZero();
    }

    @Test
    void createShouldAskTheServiceAgainWhenAnotherIsJustAboutToDecide() throws Exception {
        AtomicInteger times = new AtomicInteger();
        http.fault = (method, query) -> method.equals("PUT") && times.incrementAndGet() < 3
            ? Faulty.answer(409, "<Error><Code>ConditionalRequestConflict</Code></Error>") : null;

        assertThat(store.create(ONE, out -> out.write(7))).isTrue();

        assertThat(times).hasValue(3);
    }

    @Test
    void putShouldRepeatWhenTheServiceIsBusyForAMoment() throws Exception {
        AtomicInteger times = new AtomicInteger();
        http.fault = (method, query) -> method.equals("PUT") && times.incrementAndGet() < 3
            ? Faulty.answer(503, "<Error><Code>SlowDown</Code></Error>") : null;

        store.put(ONE, out -> out.write(7));

        assertThat(times).hasValue(3);
        assertThat(store.get(ONE)).hasValueSatisfying(in -> assertThat(in).hasBinaryContent(new byte[] {7}));
    }

    @Test
    void putShouldThrowWhenTheServiceStaysBusy() throws Exception {
        http.fault = (method, query) -> method.equals("PUT") ? Faulty.answer(503, "<Error><Code>SlowDown</Code></Error>") : null;

        assertThatThrownBy(() -> store.put(ONE, out -> out.write(7))).isInstanceOf(IOException.class).hasMessageContaining("SlowDown");
        assertThat(store.get(ONE)).isEmpty();
    }

    @Test
    void putShouldThrowWhenTheConnectionBreaks() throws Exception {
        http.fault = (method, query) -> {
            if (method.equals("PUT")) {
                throw new IOException("Connection reset");
            }
            return null;
        };

        assertThatThrownBy(() -> store.put(ONE, out -> out.write(7))).isInstanceOf(IOException.class).hasMessageContaining("Connection reset");
        assertThat(store.get(ONE)).isEmpty();
    }

    @Test
    void putShouldThrowWhenTheServiceSaysYesFirstAndNoThen() throws Exception {
        http.fault = (method, query) -> method.equals("POST") && query.startsWith("uploadId")
            ? Faulty.answer(200, "<Error><Code>InternalError</Code></Error>") : null;

        assertThatThrownBy(() -> store.put(ONE, out -> out.write(new byte[S3ContentStore.PART + 1]))).isInstanceOf(IOException.class)
            .hasMessageContaining("InternalError");
        assertThat(store.get(ONE)).isEmpty();
        assertThat(http.requests).last().asString().startsWith("GET");
        assertThat(store.sweep(Instant.now().plusSeconds(3600))).isZero();
    }

    @Test
    void getShouldThrowWhenTheObjectIsCut() throws Exception {
        http.fault = (method, query) -> new ResponseInputStream(() -> { }, 200, Map.of("Content-Length", List.of("10")),
            new ByteArrayInputStream(new byte[9]));

        try (InputStream in = store.get(ONE).orElseThrow()) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void getShouldThrowWhenTheServiceIsInTrouble() {
        for (Map.Entry<Integer, String> trouble : Map.of(500, "InternalError", 403, "AccessDenied", 404, "NoSuchBucket").entrySet()) {
            http.fault = (method, query) -> Faulty.answer(trouble.getKey(), "<Error><Code>" + trouble.getValue() + "</Code></Error>");

            assertThatThrownBy(() -> store.get(ONE)).as(trouble.getValue()).isInstanceOf(IOException.class).hasMessageContaining(trouble.getValue());
        }
    }

    @Test
    void listShouldGiveAllPages() throws Exception {
        Set<RecordId> stored = new HashSet<>();
        for (int number = 0; number < 1_005; number++) {
            RecordId id = new RecordId("%032x".formatted(number));
            store.put(id, out -> out.write(1));
            stored.add(id);
        }
        Set<RecordId> listed = new HashSet<>();

        store.list(one -> listed.add(one.id()));

        assertThat(listed).isEqualTo(stored);
    }

    @Test
    void storesWithDifferentPrefixesShouldNotSeeEachOther() throws Exception {
        S3ContentStore other = new S3ContentStore(place(server.endpoint(), ""), CREDENTIALS);
        store.put(ONE, out -> out.write(1));
        List<RecordId> listed = new ArrayList<>();

        other.list(one -> listed.add(one.id()));

        assertThat(other.get(ONE)).isEmpty();
        assertThat(listed).isEmpty();
    }

    @Test
    void openingShouldSayWhatIsWrong() {
        assertThatThrownBy(() -> new S3ContentStore(new S3ContentStore.Place(server.endpoint(), "us-east-1", true, "other", ""), CREDENTIALS))
            .isInstanceOf(IOException.class).hasMessageContaining("other").hasMessageContaining("NoSuchBucket");
        assertThatThrownBy(() -> new S3ContentStore(new S3ContentStore.Place(server.endpoint(), "us-east-1", true, S3Server.BUCKET, ""),
            Credentials.of(S3Server.ACCESS_KEY, "wrong"))).isInstanceOf(IOException.class).hasMessageContaining("SignatureDoesNotMatch");
        assertThatThrownBy(() -> new S3ContentStore(place(URI.create("http://127.0.0.1:1"), ""), CREDENTIALS)).isInstanceOf(IOException.class)
            .hasMessageContaining("127.0.0.1:1").hasMessageContaining("refused");
    }
}
